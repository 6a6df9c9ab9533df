import type { CommandAnswer, CommandFrame, RecordCommand, RecordDesk } from './recordDesk.js';

/** One decision about many persons: a yearly raise of fifty, a reorganisation. */
export interface BatchCommand extends CommandFrame {
  /** Each person once. */
  readonly items: readonly Pick<RecordCommand, 'record' | 'expected' | 'changes'>[];
}

export interface BatchAnswer {
  /** `refused`: the check found something, and nothing was written. */
  readonly kind: 'done' | 'preview' | 'refused';
  /** By item, in the order asked. After `done` one may be stale, where another writer came between check and writing. */
  readonly answers: readonly CommandAnswer[];
}

/** Enough to fill the log's group commits; more would only wait. */
const AT_ONCE = 16;

/**
 * Checks all persons first, then writes, person by person: each one's changes are one append on the own stream, so a
 * reader may meet a decision that has reached only some. Event ids derive from the key: the same request again goes on
 * where a broken one ended. Rejects with LogUnavailable when the engine cannot be reached; then send it again.
 */
export async function executeBatch(desk: RecordDesk, batch: BatchCommand): Promise<BatchAnswer> {
  const { items, ...frame } = batch;
  const checked = await inParallel(items, (item) => desk.check({ ...frame, ...item }));
  if (!checked.every((a) => a.kind === 'preview' || a.kind === 'done'))
    return { kind: 'refused', answers: checked };
  if (frame.dryRun) return { kind: 'preview', answers: checked };
  return { kind: 'done', answers: await inParallel(items, (item) => desk.execute({ ...frame, ...item })) };
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const one of workers) if (one.status === 'rejected') throw one.reason;
  return results;
}
