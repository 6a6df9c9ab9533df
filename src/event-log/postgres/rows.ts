import type { RecordedEvent } from '../port.js';

/** The columns that `recordedEvent` reads, in its order. */
export const COLUMNS = 'position, stream_id, revision, id, type, version, data, meta, recorded_at';

/** A row of COLUMNS, each as PostgreSQL writes it. */
export type EventRow = readonly [
  position: string,
  stream: string,
  revision: string,
  id: string,
  type: string,
  version: string,
  data: string,
  meta: string,
  recordedAt: string,
];

export function recordedEvent(row: EventRow): RecordedEvent {
  const [position, stream, revision, id, type, version, data, meta, recordedAt] = row;
  return {
    id,
    type,
    version: Number(version),
    data,
    meta,
    stream,
    revision: Number(revision),
    position: BigInt(position),
    sequence: Number(position),
    recordedAt: moment(recordedAt),
  };
}

let last = { text: '', moment: '' };

/** `2026-11-24 08:00:00.12+00`, as a session in UTC writes it, to `2026-11-24T08:00:00.120Z`. */
export function moment(text: string): string {
  // Events that were appended together share it: one text in memory for all of them.
  if (text !== last.text) last = { text, moment: momentOf(text) };
  return last.moment;
}

function momentOf(text: string): string {
  const day = text.slice(0, 10);
  const time = text.slice(11, 19);
  const fraction = text[19] === '.' ? text.slice(20, text.length - 3) : '';
  return `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
}
