import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { eventLeaf } from './leaf.js';

/** An entry of a log, as a leaf of its tree. */
export interface Leaf {
  /** Dense from 1: the leaf's index plus one. */
  readonly sequence: number;
  readonly position: Position;
  readonly id: string;
  readonly hash: Buffer;
}

/** A log that a tree is kept of: the event log, or the audit of reads. */
export interface LeafSource {
  /** Ends the origin of its checkpoints, and names its directory. */
  readonly name: string;
  /** The last sequence. */
  size(): Promise<number>;
  /** One page after a position, in order. */
  after(position: Position, limit: number): Promise<Leaf[]>;
  /** The entry of an id. */
  find(id: string): Promise<Leaf | undefined>;
}

/** A log as leaves; default: the event log. */
export function eventLeaves(
  log: Pick<EventLog, 'head' | 'readAll' | 'readEvents'>,
  name = 'events',
): LeafSource {
  return {
    name,
    size: async () => (await log.head()).sequence,
    after: async (position, limit) => (await log.readAll(position, limit)).map(leafOf),
    find: async (id) => (await log.readEvents([id])).map(leafOf)[0],
  };
}

function leafOf(event: RecordedEvent): Leaf {
  const { sequence, position, id } = event;
  if (sequence === null) throw new Error(`event ${id} has no sequence yet`);
  return { sequence, position, id, hash: eventLeaf(event) };
}
