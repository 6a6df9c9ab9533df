import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { EventStoreDbLog } from '../event-log/eventstoredb/eventStoreDbLog.js';
import type { AppendRequest, EventLog, RecordedEvent } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';

/** One end of a move. */
export type Place =
  | { readonly kind: 'postgresql'; readonly log: EventLog; readonly connection: ConnectionSettings }
  | { readonly kind: 'eventstoredb'; readonly log: EventStoreDbLog };

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
    await (to.kind === 'postgresql' ? intoPostgres(to.connection, page) : intoStore(to.log, page));
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

/** Everything but the position. */
function kept(event: RecordedEvent | undefined): string {
  if (event === undefined) return '';
  const { id, type, version, data, meta, stream, revision, sequence, recordedAt } = event;
  return JSON.stringify([sequence, stream, revision, id, type, version, recordedAt, data, meta]);
}

const INSERT = await readFile(new URL('sql/copy_events.sql', import.meta.url), 'utf8');

/** Through the same triggers as any append: they check order, revisions and times, and move the head. */
async function intoPostgres(connection: ConnectionSettings, page: readonly RecordedEvent[]): Promise<void> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(INSERT, [
      page.map((e) => e.sequence),
      page.map((e) => e.stream),
      page.map((e) => e.revision),
      page.map((e) => e.id),
      page.map((e) => e.type),
      page.map((e) => e.version),
      page.map((e) => e.data),
      page.map((e) => e.meta),
      page.map((e) => e.recordedAt),
    ]);
  } finally {
    await client.end();
  }
}

/** One append an event, sent without waiting for answers, so that the order stays. */
async function intoStore(log: EventStoreDbLog, page: readonly RecordedEvent[]): Promise<void> {
  const times = new Map<AppendRequest, string>();
  const requests = page.map((event): AppendRequest => {
    const { stream, revision, id, type, version, data, meta, recordedAt } = event;
    const one: AppendRequest = {
      stream,
      expected: revision === 0 ? 'none' : revision - 1,
      events: [{ id, type, version, data, meta }],
    };
    times.set(one, recordedAt);
    return one;
  });
  const outcomes = await log.copy(requests, (request) => times.get(request) ?? null);
  const bad = outcomes.findIndex((o) => o.kind !== 'appended' && o.kind !== 'alreadyAppended');
  if (bad < 0) return;
  throw new OperatorError(
    `Event ${page[bad]?.id ?? '?'} (sequence ${page[bad]?.sequence ?? '?'}) could not be copied: ${outcomes[bad]?.kind ?? '?'}.`,
    'Somebody else writes to the log moved to: stop them, and move into an empty log.',
  );
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
