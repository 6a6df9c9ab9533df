import type { Position, RecordedEvent, SubscribeOptions } from './port.js';
import type { Bell } from '../bell.js';

export interface TailOptions {
  /** One page of all events after a position. */
  readonly page: (after: Position, limit: number) => Promise<readonly RecordedEvent[]>;
  /** Rings when there may be more; where it does not, the poll looks. */
  readonly bell: Bell;
  /** Milliseconds. */
  readonly poll: number;
  /** Ends every tail of the log. */
  readonly closing: AbortSignal;
  /** Whether the trouble is of a kind that passes: it is then waited out, however long it takes. */
  readonly passes: (error: unknown) => boolean;
  readonly onTrouble: (error: unknown) => void;
}

/** A subscription, made of pages: the same on every engine that can tell when to look again. */
export async function* tail(
  { page, bell, poll, closing, passes, onTrouble }: TailOptions,
  { after, signal, batchSize = 1000 }: SubscribeOptions,
): AsyncGenerator<readonly RecordedEvent[]> {
  const over = AbortSignal.any([signal, closing]);
  const isOver = (): boolean => over.aborted;
  let position = after;
  while (!isOver()) {
    const rings = bell.rings;
    let batch: readonly RecordedEvent[] = [];
    try {
      batch = (await unlessAborted(page(position, batchSize), over)) ?? [];
    } catch (error) {
      if (isOver()) return;
      if (!passes(error)) throw error;
      onTrouble(error);
    }
    if (isOver()) return;
    const last = batch.at(-1);
    if (last !== undefined) {
      position = last.position;
      yield batch;
    }
    if (batch.length < batchSize) await bell.wait(rings, poll, over);
  }
}

/** What the promise brings, or undefined as soon as the signal aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
