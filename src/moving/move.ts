import pg from 'pg';
import type { EventLog } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import { copyInto, kept, type Place } from './copyInto.js';

export interface MoveReport {
  /** Events that were there already, from a move that was interrupted. */
  readonly found: number;
  readonly copied: number;
  readonly interrupted: boolean;
  /** Events compared at the end, one by one; 0 when interrupted. */
  readonly verified: number;
}

const PAGE = 1_000;

/**
 * Copies a log into another: global order, sequences, ids, recorded times and bytes kept. Nobody may write to either
 * meanwhile. What an interrupted move has copied must be a beginning of the source, and the rest follows. At the end all
 * is read again and compared. Rejects with an OperatorError.
 */
export async function move(
  from: Place,
  to: Place,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (done: number, of: number) => void },
): Promise<MoveReport> {
  const end = await from.log.head();
  const there = await to.log.head();
  if (there.sequence > end.sequence)
    throw new OperatorError(
      `The log moved to has ${there.sequence} events, the one moved from ${end.sequence}.`,
      'Name them the other way round, or take an empty log to move into.',
    );
  const isOver = (): boolean => signal.aborted;
  const report = (copied: number, verified: number): MoveReport => ({
    found: there.sequence,
    copied,
    interrupted: isOver(),
    verified,
  });
  await compare(from.log, to.log, there.sequence, signal);
  if (to.kind === 'eventstoredb' && there.sequence < end.sequence && to.log.pastTimes !== 'move')
    await to.log.letPastTimes(true);
  let copied = 0;
  let after = await placeOf(from.log, there.sequence);
  while (there.sequence + copied < end.sequence && !isOver()) {
    const page = await from.log.readAll(after, PAGE);
    await copyInto(to, page);
    copied += page.length;
    after = page.at(-1)?.position ?? after;
    onProgress(there.sequence + copied, end.sequence);
  }
  if (isOver()) return report(copied, 0);
  await compare(from.log, to.log, end.sequence, signal);
  if (isOver()) return report(copied, 0);
  const arrived = await to.log.head();
  if (arrived.sequence !== end.sequence || arrived.recordedAt !== end.recordedAt)
    throw new OperatorError(
      `After the move the log has ${arrived.sequence} events up to ${arrived.recordedAt ?? '-'}, not ${end.sequence} up to ${end.recordedAt ?? '-'}.`,
      'Somebody wrote meanwhile: stop every service, and run the same move again.',
    );
  if (to.kind === 'eventstoredb' && to.log.pastTimes === 'move') await to.log.letPastTimes(false);
  return report(copied, end.sequence);
}

/** The position of the event of a sequence; 0: the beginning. Pages through, for only a sequence is common to engines. */
async function placeOf(log: EventLog, sequence: number): Promise<bigint> {
  let position = 0n;
  for (let done = 0; done < sequence;) {
    const page = await log.readAll(position, Math.min(PAGE, sequence - done));
    const last = page.at(-1);
    if (last === undefined) break;
    position = last.position;
    done += page.length;
  }
  return position;
}

/** The first so many events of both, all that is to be kept. Rejects with an OperatorError at the first that differs. */
async function compare(a: EventLog, b: EventLog, count: number, signal: AbortSignal): Promise<void> {
  let [left, right] = [0n, 0n];
  for (let done = 0; done < count && !signal.aborted;) {
    const size = Math.min(PAGE, count - done);
    const [ours, theirs] = await Promise.all([a.readAll(left, size), b.readAll(right, size)]);
    ours.forEach((event, i) => {
      if (kept(event) !== kept(theirs[i]))
        throw new OperatorError(
          `The two logs differ at sequence ${event.sequence ?? '?'} (event ${event.id}).`,
          'Move into an empty log.',
        );
    });
    if (ours.length < size)
      throw new OperatorError('The log moved from became shorter.', 'Check its database, and start again.');
    left = ours.at(-1)?.position ?? left;
    right = theirs.at(-1)?.position ?? right;
    done += size;
  }
}

/**
 * Checkpoints of read models, and of the processes that act on the log, name positions of the engine they were made on;
 * the sequence beside them is the same everywhere. As the projector role, after the move: all go on where they were.
 * Answers how many there are.
 */
export async function repoint(connection: ConnectionSettings, to: Place['kind']): Promise<number> {
  const place = (sequence: string): string =>
    to === 'postgresql'
      ? sequence
      : `coalesce((SELECT e.position FROM numbering.events e WHERE e.sequence = ${sequence}), 0)`;
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    const models = await client.query(
      `UPDATE projecting.model m
          SET position = ${place('m.sequence')}, target = ${place('m.target_sequence')},
              stopped_position = CASE WHEN m.stopped_sequence IS NOT NULL THEN ${place('m.stopped_sequence')} END`,
    );
    const consumers = await client.query(`UPDATE consuming.consumer c SET position = ${place('c.sequence')}`);
    await client.query('COMMIT');
    return (models.rowCount ?? 0) + (consumers.rowCount ?? 0);
  } finally {
    await client.end();
  }
}
