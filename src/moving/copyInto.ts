import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { EventStoreDbLog } from '../event-log/eventstoredb/eventStoreDbLog.js';
import type { AppendRequest, EventLog, RecordedEvent } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';

/** A log that whole histories are copied out of or into: one end of a move, or where a restore writes. */
export type Place =
  | { readonly kind: 'postgresql'; readonly log: EventLog; readonly connection: ConnectionSettings }
  | { readonly kind: 'eventstoredb'; readonly log: EventStoreDbLog };

/** An event on its way from one log to another. */
export type CopiedEvent = Omit<RecordedEvent, 'position'>;

/**
 * Writes a page of another log's events at the end of this one, with their own ids, revisions and times. Into
 * EventStoreDB past times must be open. Rejects with an OperatorError where somebody else writes meanwhile.
 */
export function copyInto(place: Place, page: readonly CopiedEvent[]): Promise<void> {
  return place.kind === 'postgresql' ? intoPostgres(place.connection, page) : intoStore(place.log, page);
}

/** All of an event but an engine's own position, to compare two by. */
export function kept(event: CopiedEvent | undefined): string {
  if (event === undefined) return '';
  const { id, type, version, data, meta, stream, revision, sequence, recordedAt } = event;
  return JSON.stringify([sequence, stream, revision, id, type, version, recordedAt, data, meta]);
}

const INSERT = await readFile(new URL('sql/copy_events.sql', import.meta.url), 'utf8');

/** Through the same triggers as any append: they check order, revisions and times, and move the head. */
async function intoPostgres(connection: ConnectionSettings, page: readonly CopiedEvent[]): Promise<void> {
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
async function intoStore(log: EventStoreDbLog, page: readonly CopiedEvent[]): Promise<void> {
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
