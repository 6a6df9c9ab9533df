import pg from 'pg';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { EventLog } from './port.js';
import { openPostgresLog, type PostgresLogOptions } from './postgres/postgresLog.js';

/** Which engine keeps the log, as far as the configuration says. */
export interface LogPlace {
  readonly eventStoreDbUrl?: string;
  readonly eventStoreDbPrefix: string;
}

/**
 * Opens the log where the configuration says it is. Rejects with an OperatorError, also where the database shows that
 * the log is elsewhere: two logs that both grow could never be brought together again.
 */
export async function openLog(
  { eventStoreDbUrl, eventStoreDbPrefix }: LogPlace,
  database: { readonly log: ConnectionSettings },
  {
    logger,
    onBatch,
  }: {
    readonly logger: { warn(fields: object, message: string): void };
    readonly onBatch?: PostgresLogOptions['onBatch'] | undefined;
  },
): Promise<EventLog> {
  const connection = database.log;
  const lengths = await lengthsIn(connection);
  if (eventStoreDbUrl === undefined) {
    if (lengths.numbered > lengths.postgres)
      throw new OperatorError(
        `The log of this database is in EventStoreDB (${lengths.numbered} events); PostgreSQL has ${lengths.postgres}.`,
        'Set EVENTSTOREDB_URL; or bring it back with: hoso move --from esdb://… --to postgresql.',
      );
    return openPostgresLog({ connection, logger, ...(onBatch === undefined ? {} : { onBatch }) });
  }
  // Only where it is used: its client takes half a second to load.
  const { openEventStoreDbLog } = await import('./eventstoredb/eventStoreDbLog.js');
  const log = await openEventStoreDbLog({
    url: eventStoreDbUrl,
    prefix: eventStoreDbPrefix,
    connection,
    logger,
  });
  try {
    const { sequence } = await log.head();
    if (lengths.postgres > sequence)
      throw new OperatorError(
        `PostgreSQL holds a log of ${lengths.postgres} events, EventStoreDB one of ${sequence}.`,
        'Move it first: hoso move --from postgresql --to esdb://…; or unset EVENTSTOREDB_URL.',
      );
    if (log.pastTimes === 'move')
      throw new OperatorError(
        'A move or a restore into this log is not finished.',
        'Run the same hoso move or hoso restore again: it goes on where it stopped.',
      );
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Events in PostgreSQL's own log, and those of EventStoreDB that this database has numbered. */
async function lengthsIn(connection: ConnectionSettings): Promise<{ postgres: number; numbered: number }> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ postgres: string; numbered: string }>(
      'SELECT l.position AS postgres, n.sequence AS numbered FROM log.head l, numbering.head n',
    );
    return { postgres: Number(rows[0]?.postgres), numbered: Number(rows[0]?.numbered) };
  } finally {
    await client.end();
  }
}
