import type { RecordedEvent } from '../event-log/port.js';

/** An event as the archive keeps it: everything but an engine's own position. */
export interface ArchivedEvent extends Omit<RecordedEvent, 'position' | 'sequence'> {
  readonly sequence: number;
}

/** A line of a segment that is none: the text says why. */
export class BadLine extends Error {
  override readonly name = 'BadLine';
}

/**
 * An event as one line of canonical JSON (RFC 8785), without the newline. The two texts stand as strings, byte for byte
 * as stored, so that a reader needs no canonical form to hash them. Storage format: never changed.
 */
export function eventLine(event: ArchivedEvent): string {
  const { data, id, meta, recordedAt, revision, sequence, stream, type, version } = event;
  return JSON.stringify({ data, id, meta, recordedAt, revision, sequence, stream, type, version });
}

/** Reads a line. Throws BadLine for what eventLine never writes. */
export function parseEventLine(line: string): ArchivedEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new BadLine('it is no JSON');
  }
  if (!isEvent(event)) throw new BadLine('it is no event');
  if (eventLine(event) !== line) throw new BadLine('it is not in the form in which it was written');
  return event;
}

const TEXTS = ['data', 'id', 'meta', 'recordedAt', 'stream', 'type'] as const;
const NUMBERS = ['revision', 'sequence', 'version'] as const;

function isEvent(value: unknown): value is ArchivedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const event = value as ArchivedEvent;
  return (
    TEXTS.every((name) => typeof event[name] === 'string') &&
    NUMBERS.every((name) => Number.isSafeInteger(event[name]))
  );
}
