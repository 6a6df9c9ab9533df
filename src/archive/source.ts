import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { eventLeaf } from '../evidence/leaf.js';
import { eventLine } from './eventLine.js';

/** An entry of a log on its way into the archive. */
export interface Entry {
  /** Dense from 1. */
  readonly sequence: number;
  readonly position: Position;
  readonly id: string;
  readonly recordedAt: string;
  /** The line of its segment, without the newline. */
  readonly line: string;
  /** The hash of its leaf in the tree. */
  readonly leaf: Buffer;
  /** `type/version`: the schema it keeps; null: a kind of entry that needs none. */
  readonly kind: string | null;
}

/** A log that is archived: the event log, or the audit of reads. */
export interface Archivable {
  /** Names its directory in the bag. */
  readonly name: string;
  /** One page after a position, in order. */
  after(position: Position, limit: number): Promise<Entry[]>;
  find(id: string): Promise<Entry | undefined>;
}

/** The event log. */
export function archivableEvents(log: Pick<EventLog, 'readAll' | 'readEvents'>): Archivable {
  return {
    name: 'events',
    after: async (position, limit) => (await log.readAll(position, limit)).map(entryOf),
    find: async (id) => (await log.readEvents([id])).map(entryOf)[0],
  };
}

function entryOf(event: RecordedEvent): Entry {
  const { sequence, position, id, recordedAt, type, version } = event;
  if (sequence === null) throw new Error(`event ${id} has no sequence yet`);
  return {
    sequence,
    position,
    id,
    recordedAt,
    line: eventLine({ ...event, sequence }),
    leaf: eventLeaf(event),
    kind: `${type}/${version}`,
  };
}
