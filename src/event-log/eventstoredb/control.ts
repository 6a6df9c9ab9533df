import { randomUUID } from 'node:crypto';
import { OperatorError } from '../../operatorError.js';
import type { Position } from '../port.js';
import type { Store, StoreEvent } from './client.js';
import { foreign, LogDamaged } from './wire.js';

/**
 * The control stream `<prefix>control`, which is not counted among our events. Its first event begins the log: nothing
 * of ours stands before it, and its id tells one log from another. Between `past_times_opened` and `past_times_closed`
 * events may carry the time at which they were recorded elsewhere. So what an event's time is depends on what stands
 * before it in the log, on nothing else, and numbering again gives the same.
 */
export const controlStream = (prefix: string): string => `${prefix}control`;

const BEGUN = 'log_begun';
const OPENED = 'past_times_opened';
const CLOSED = 'past_times_closed';

/** Why past times are open: a demonstration, for ever; a move or restore, until it is finished. */
export type Purpose = 'demo' | 'move';

export interface LogIdentity {
  readonly log: string;
  /** Where it begins: nothing of ours stands before. */
  readonly begunAt: () => Promise<Position>;
}

const FORMAT = '{"format":1}';

/** The log under a prefix; begun when it is not there and nothing else is. Rejects with LogDamaged. */
export async function identify(store: Store, prefix: string, timeout: number): Promise<LogIdentity> {
  const stream = controlStream(prefix);
  for (;;) {
    const [first] = await store.readStream(stream, 0, 1, timeout);
    if (first !== undefined) return identityOf(store, first, timeout);
    await refuseStrangers(store, prefix, timeout);
    // Another process may begin it at the same moment: then theirs is the one.
    await write(store, stream, 'none', BEGUN, FORMAT, timeout);
  }
}

function identityOf(store: Store, first: StoreEvent, timeout: number): LogIdentity {
  if (first.type !== BEGUN || first.revision !== 0) throw foreign(first);
  if (first.data?.toString() !== FORMAT)
    throw new OperatorError(
      'The log in EventStoreDB is of another format than this release writes.',
      'Start the release that made it.',
    );
  return { log: first.id, begunAt: () => placeOf(store, first, timeout) };
}

/** A read of a stream need not tell the place in $all; then it is looked for, once, from the start. */
async function placeOf(store: Store, event: StoreEvent, timeout: number): Promise<Position> {
  if (event.position !== null) return event.position;
  const [found] = await store.readAll(0n, Number.MAX_SAFE_INTEGER, timeout, ({ id }) =>
    id === event.id ? 'take' : 'pass',
  );
  return found?.position ?? 0n;
}

/** Looks through all that is there, once in a log's life. */
async function refuseStrangers(store: Store, prefix: string, timeout: number): Promise<void> {
  const [stranger] = await store.readAll(0n, Number.MAX_SAFE_INTEGER, timeout, ({ stream }) =>
    stream.startsWith(prefix) && stream !== controlStream(prefix) ? 'take' : 'pass',
  );
  if (stranger !== undefined) throw foreign(stranger);
}

/** Lets events carry times of their own from here on. */
export function openPastTimes(
  store: Store,
  prefix: string,
  purpose: Purpose,
  timeout: number,
): Promise<void> {
  return tell(store, prefix, OPENED, `{"purpose":"${purpose}"}`, timeout);
}

/** … and no longer. */
export function closePastTimes(store: Store, prefix: string, timeout: number): Promise<void> {
  return tell(store, prefix, CLOSED, '{}', timeout);
}

/** What the control stream says after one of its events. Throws LogDamaged. */
export function pastTimesAfter(event: StoreEvent, before: Purpose | null): Purpose | null {
  if (event.type === BEGUN) return before;
  if (event.type === CLOSED) return null;
  const text = event.data?.toString();
  if (event.type === OPENED && text === '{"purpose":"demo"}') return 'demo';
  if (event.type === OPENED && text === '{"purpose":"move"}') return 'move';
  throw new LogDamaged(
    `The control stream ${event.stream} holds an event of type ${event.type} that this release does not know.`,
    'Start the release that wrote it.',
  );
}

async function tell(
  store: Store,
  prefix: string,
  type: string,
  data: string,
  timeout: number,
): Promise<void> {
  const stream = controlStream(prefix);
  for (;;) {
    const [last] = await store.readStream(stream, 'end', 1, timeout);
    if (await write(store, stream, last?.revision ?? 'none', type, data, timeout)) return;
  }
}

async function write(
  store: Store,
  stream: string,
  expected: 'none' | number,
  type: string,
  data: string,
  timeout: number,
): Promise<boolean> {
  const event = { id: randomUUID(), type, data, metadata: '{}' };
  return (await store.append(stream, expected, [event], timeout)).kind === 'written';
}
