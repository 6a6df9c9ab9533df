import {
  InvalidAppend,
  MAX_APPEND_BYTES,
  ScriptedClockRefused,
  type AppendOptions,
  type AppendRequest,
} from './port.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const STREAM = /^[a-z][a-z0-9_]*-[A-Za-z0-9._-]{1,200}$/;
const MAX_VERSION = 2 ** 31 - 1;

/** What every engine refuses before it is asked: throws InvalidAppend, naming the rule. Answers the append's bytes. */
export function checkAppend({ stream, expected, events }: AppendRequest): number {
  if (!STREAM.test(stream))
    throw new InvalidAppend(`stream name ${JSON.stringify(stream)} is not <category>-<id>`);
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0))
    throw new InvalidAppend(`expected revision ${expected} is not a whole number from 0`);
  if (events.length === 0) throw new InvalidAppend('an append carries at least one event');
  if (events.length > 1 && new Set(events.map((e) => e.id)).size < events.length)
    throw new InvalidAppend('the ids of the events of one append must be distinct');
  let bytes = 0;
  // The events of one append mostly have the same metadata.
  let [known, size] = ['', wrapped('')];
  for (const { id, type, version, data, meta } of events) {
    if (!UUID.test(id)) throw new InvalidAppend(`event id ${JSON.stringify(id)} is not a lower-case UUID`);
    if (type === '') throw new InvalidAppend('an event has a type');
    if (!(Number.isInteger(version) && version >= 1 && version <= MAX_VERSION))
      throw new InvalidAppend('a version is a whole number from 1');
    if (!isKeepable(type) || !isKeepable(data) || (meta !== known && !isKeepable(meta)))
      throw new InvalidAppend('a text holds U+0000 or half a surrogate pair: JSON writes those as escapes');
    if (meta !== known) [known, size] = [meta, wrapped(meta)];
    bytes += id.length + Buffer.byteLength(type) + Buffer.byteLength(data) + size;
  }
  if (bytes > MAX_APPEND_BYTES)
    throw new InvalidAppend(`the append has ${bytes} bytes; at most ${MAX_APPEND_BYTES} are allowed`);
  return bytes;
}

/** Some engine stores metadata as a JSON string within a wrapper: the limit is the same on all. */
const WRAPPER = 60;

function wrapped(meta: string): number {
  return Buffer.byteLength(JSON.stringify(meta)) + WRAPPER;
}

/** Bytes come back as they went only for text that UTF-8 can write; and PostgreSQL's text knows no U+0000. */
function isKeepable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** A scripted clock may be this far ahead of the engine's own, as machines differ. Milliseconds. */
export const SCRIPT_AHEAD = 3_600_000;

/** The scripted time in its usual form, or null without one. Throws ScriptedClockRefused for what is no time. */
export function scriptedTime({ recordedAt }: AppendOptions): string | null {
  if (recordedAt === undefined) return null;
  const time = Date.parse(recordedAt);
  if (!(time >= 0 && time < Date.UTC(10_000)))
    throw new ScriptedClockRefused(
      `the scripted clock says ${JSON.stringify(recordedAt)}, which is no moment`,
    );
  return new Date(time).toISOString();
}
