import { InvalidAppend, MAX_APPEND_BYTES, type AppendRequest } from './port.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const STREAM = /^[a-z][a-z0-9_]*-[A-Za-z0-9._-]{1,200}$/;

/** What every engine refuses before it is asked: throws InvalidAppend, naming the rule. */
export function checkAppend({ stream, expected, events }: AppendRequest): void {
  if (!STREAM.test(stream))
    throw new InvalidAppend(`stream name ${JSON.stringify(stream)} is not <category>-<id>`);
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0))
    throw new InvalidAppend(`expected revision ${expected} is not a whole number from 0`);
  if (events.length === 0) throw new InvalidAppend('an append carries at least one event');
  if (new Set(events.map((e) => e.id)).size < events.length)
    throw new InvalidAppend('the ids of the events of one append must be distinct');
  let bytes = 0;
  for (const { id, type, version, data, meta } of events) {
    if (!UUID.test(id)) throw new InvalidAppend(`event id ${JSON.stringify(id)} is not a lower-case UUID`);
    if (type === '') throw new InvalidAppend('an event has a type');
    if (!(Number.isInteger(version) && version >= 1))
      throw new InvalidAppend('a version is a whole number from 1');
    for (const text of [type, data, meta])
      if (text.includes('\u0000') || !text.isWellFormed())
        throw new InvalidAppend(
          `event ${id}: text with a NUL or a lone surrogate cannot be kept byte for byte`,
        );
    bytes +=
      Buffer.byteLength(id) + Buffer.byteLength(type) + Buffer.byteLength(data) + Buffer.byteLength(meta);
  }
  if (bytes > MAX_APPEND_BYTES)
    throw new InvalidAppend(`the append has ${bytes} bytes; at most ${MAX_APPEND_BYTES} are allowed`);
}
