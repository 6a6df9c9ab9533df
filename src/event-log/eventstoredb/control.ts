import { randomUUID } from 'node:crypto';
import { OperatorError } from '../../operatorError.js';
import type { Position } from '../port.js';
import type { StoreAnswer } from './answers.js';
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
/** Events at the store's end that are read before a log begins. */
const LAST = 2_000;
const AT_ONCE = 100;
const UNENDING = new AbortController().signal;

/** The log under a prefix; begun when it is not there and nothing else is. Rejects with LogDamaged. */
export async function identify(store: Store, prefix: string, timeout: number): Promise<LogIdentity> {
  const stream = controlStream(prefix);
  for (let begunAt: Position | null = null; ;) {
    const [first] = await store.readStream(stream, 0, 1, timeout);
    if (first !== undefined) return identityOf(store, first, begunAt, timeout);
    await refuseStrangers(store, prefix, timeout);
    // Another process may begin it at the same moment: then theirs is the one.
    const answer = await write(store, stream, 'none', BEGUN, FORMAT, timeout);
    if (answer.kind === 'written') begunAt = answer.position;
  }
}

function identityOf(store: Store, first: StoreEvent, begunAt: Position | null, timeout: number): LogIdentity {
  if (first.type !== BEGUN || first.revision !== 0) throw foreign(first);
  if (first.data?.toString() !== FORMAT)
    throw new OperatorError(
      'The log in EventStoreDB is of another format than this release writes.',
      'Start the release that made it.',
    );
  return {
    log: first.id,
    begunAt: () => Promise.resolve(begunAt ?? first.position ?? placeOf(store, first, timeout)),
  };
}

/** A read of a stream need not tell the place in $all; then the node looks for it, from the start. */
async function placeOf(store: Store, { stream }: StoreEvent, timeout: number): Promise<Position> {
  const following = store.follow(0n, [stream], AT_ONCE);
  try {
    for (;;) {
      const found = (await following.next(AT_ONCE, timeout, UNENDING)).find((e) => e.stream === stream);
      if (found !== undefined) return found.position ?? 0n;
    }
  } finally {
    following.end();
  }
}

/**
 * Once in a log's life, before it begins: what was written last is read; the node itself looks through all before that
 * and sends nothing but strangers.
 */
async function refuseStrangers(store: Store, prefix: string, timeout: number): Promise<void> {
  const refuse = (events: readonly StoreEvent[]): void => {
    const stranger = events.find((e) => e.stream.startsWith(prefix) && e.stream !== controlStream(prefix));
    if (stranger !== undefined) throw foreign(stranger);
  };
  const last = await store.readBack('end', LAST, timeout);
  refuse(last);
  if (last.length < LAST) return;
  // Checkpoints come every few events, but not up to the very end: so they are awaited only up to within what was read.
  const within = last[LAST / 2]?.position ?? 0n;
  const following = store.follow(0n, [prefix], AT_ONCE);
  try {
    while (following.checkpoint < within) refuse(await following.next(AT_ONCE, timeout, UNENDING));
  } finally {
    following.end();
  }
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
    const answer = await write(store, stream, last?.revision ?? 'none', type, data, timeout);
    if (answer.kind === 'written') return;
  }
}

function write(
  store: Store,
  stream: string,
  expected: 'none' | number,
  type: string,
  data: string,
  timeout: number,
): Promise<StoreAnswer> {
  const event = { id: randomUUID(), type, data, metadata: '{}' };
  return store.append(stream, expected, [event], timeout);
}
