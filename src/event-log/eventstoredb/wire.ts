import { OperatorError } from '../../operatorError.js';
import type { Position, ProposedEvent } from '../port.js';
import type { StoreProposal } from './answers.js';
import type { StoreEvent } from './client.js';

/** Something stands in the store under our prefix that this service did not write, or something of ours is gone. */
export class LogDamaged extends OperatorError {
  override readonly name = 'LogDamaged';
}

/**
 * The custom metadata of an event: a wrapper around the exact text of its metadata, which is what hashes cover.
 * `recordedAt` is written by a move, a restore or the demo's loader alone.
 */
interface Wrapper {
  readonly meta: string;
  readonly version: number;
  readonly recordedAt?: string;
}

/** An event of ours as the store has it, before it has a sequence. */
export interface OwnEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Null where the read does not tell it. */
  readonly position: Position | null;
  /** The server's time, UTC, whole milliseconds. */
  readonly created: string;
  /** The time it claims to have been recorded at, which counts only where the control stream says so. */
  readonly pastTime: string | null;
}

export function wrap(
  { id, type, version, data, meta }: ProposedEvent,
  pastTime: string | null,
): StoreProposal {
  const wrapper: Wrapper = { meta, version, ...(pastTime === null ? {} : { recordedAt: pastTime }) };
  return { id, type, data, metadata: JSON.stringify(wrapper) };
}

/** Throws LogDamaged for an event that is not of our form. */
export function unwrap(event: StoreEvent, prefix: string): OwnEvent {
  const { metadata, data, stream, revision, id, type, position } = event;
  const wrapper = metadata as Partial<Wrapper> | null | undefined;
  const { meta, version, recordedAt } = wrapper ?? {};
  if (
    data === null ||
    type.startsWith('$') ||
    typeof meta !== 'string' ||
    !Number.isInteger(version) ||
    !(recordedAt === undefined || isTime(recordedAt))
  )
    throw foreign(event);
  return {
    id,
    type,
    version: version as number,
    data: data.toString('utf8'),
    meta,
    stream: stream.slice(prefix.length),
    revision,
    position,
    created: new Date(event.created).toISOString(),
    pastTime: recordedAt ?? null,
  };
}

function isTime(text: unknown): boolean {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

export function foreign({ stream, revision, type, position }: StoreEvent): LogDamaged {
  const what = type === '$streamDeleted' ? 'was tombstoned' : `holds an event of type ${type}`;
  return new LogDamaged(
    `EventStoreDB stream ${stream} ${what} (revision ${revision}, position ${position ?? '?'}), which this service did not write.`,
    'Find out who wrote it; give other applications other stream names, or this service a prefix of its own (EVENTSTOREDB_PREFIX).',
  );
}
