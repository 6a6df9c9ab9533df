import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { CommandAnswer, CommandFrame, LoadedRecord, RecordCommand, RecordDesk } from './recordDesk.js';

/** One decision about many persons: a yearly raise of fifty, a reorganisation. */
export interface BatchCommand extends CommandFrame {
  /** Each person once. */
  readonly items: readonly Pick<RecordCommand, 'record' | 'expected' | 'changes'>[];
}

export interface BatchAnswer {
  /** `refused`: the check found something, and nothing was written; `keyReused`: the key was used for other persons. */
  readonly kind: 'done' | 'preview' | 'refused' | 'keyReused';
  /**
   * By item, in the order asked. After `done` some may be stale or refused: where another writer came between check and
   * writing, or before a broken run was taken up again.
   */
  readonly answers: readonly CommandAnswer[];
}

const KEY_REUSED: BatchAnswer = { kind: 'keyReused', answers: [] };

/** Enough to fill the log's group commits; more would only wait. */
const AT_ONCE = 64;

/**
 * Checks all persons first, then writes, person by person: each one's changes are one append on the own stream, so a
 * reader may meet a decision that has reached only some. Event ids derive from the key: the same request again goes on
 * where a broken one ended; it had passed the check as a whole then, so whoever has changed since holds up nobody else.
 * Rejects with LogUnavailable when the engine cannot be reached; then send it again.
 */
export async function executeBatch(desk: RecordDesk, batch: BatchCommand): Promise<BatchAnswer> {
  const { items, ...asked } = batch;
  // Each person's ids are bound to the whole request: by its digest, not a thousand times by its text.
  const frame = { ...asked, body: createHash('sha256').update(asked.body).digest('hex') };
  const { batchKeys } = desk;
  const key = { ...asked, records: items.map(({ record }) => record) };
  if (await batchKeys.isOthers(key)) return KEY_REUSED;
  const loaded = await desk.loadMany(items.map(({ record }) => record));
  const byId = new Map(loaded.map((one) => [one.id, one]));
  const seen = ({ record }: { readonly record: string }): LoadedRecord =>
    byId.get(record) ?? { id: record, stored: [], events: [] };
  const checked = await inParallel(items, (item) => desk.check({ ...frame, ...item, seen: seen(item) }));
  const isTakenUpAgain = checked.some((a) => a.kind === 'done');
  if (!isTakenUpAgain && !checked.every((a) => a.kind === 'preview'))
    return { kind: 'refused', answers: checked };
  if (frame.dryRun) return { kind: 'preview', answers: checked };
  // Of two that race with one key for different persons, one binds it before either writes.
  if (!(await batchKeys.bind(key))) return KEY_REUSED;
  const answers = await inParallel(items, async (item, i) => {
    const answer = checked[i] as CommandAnswer;
    return answer.kind === 'preview' ? desk.execute({ ...frame, ...item, seen: seen(item) }) : answer;
  });
  return { kind: 'done', answers };
}

async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) {
      // A thousand decisions are no reason to let everybody else wait.
      await turn();
      results[i] = await work(item, i);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const one of workers) if (one.status === 'rejected') throw one.reason;
  return results;
}
