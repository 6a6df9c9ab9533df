import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { eventLeaf } from '../evidence/leaf.js';
import { eventLine } from './eventLine.js';
import type { LogName } from './layout.js';

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
  readonly name: LogName;
  /** One page after a position, in order. */
  after(position: Position, limit: number): Promise<Entry[]>;
  find(id: string): Promise<Entry | undefined>;
}

type ArchivedLog = Pick<EventLog, 'readAll' | 'readEvents'>;

/** The event log. */
export function archivableEvents(log: ArchivedLog): Archivable {
  return archivable('events', log, ({ type, version }) => `${type}/${version}`);
}

/** The audit of reads, which is one stream of one kind: what a line says, the README tells. */
export function archivableReads(log: ArchivedLog): Archivable {
  return archivable('reads', log, () => null);
}

function archivable(
  name: LogName,
  log: ArchivedLog,
  kindOf: (event: RecordedEvent) => string | null,
): Archivable {
  const entries = (events: readonly RecordedEvent[]) => events.map((e) => entryOf(e, kindOf(e)));
  return {
    name,
    after: async (position, limit) => entries(await log.readAll(position, limit)),
    find: async (id) => entries(await log.readEvents([id]))[0],
  };
}

function entryOf(event: RecordedEvent, kind: string | null): Entry {
  const { sequence, position, id, recordedAt } = event;
  if (sequence === null) throw new Error(`event ${id} has no sequence yet`);
  return {
    sequence,
    position,
    id,
    recordedAt,
    line: eventLine({ ...event, sequence }),
    leaf: eventLeaf(event),
    kind,
  };
}
