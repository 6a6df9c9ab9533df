import pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection.js';

/** Whoever holds head holds every writer: nobody waits for it, or keeps it, longer than this. Milliseconds. */
const LOCK_TIMEOUT = 5_000;
const IDLE_IN_TRANSACTION = 10_000;
const STATEMENT_TIMEOUT = 20_000;
/** Longer than the server's own limit; it is for a server that no longer answers at all. */
const QUERY_TIMEOUT = 25_000;
const CONNECT_TIMEOUT = 5_000;

/**
 * The log's own sessions. Times come as UTC; every access is by an index, so the planner is kept from sequential scans,
 * which it would choose on a young table and then keep in a prepared statement; and it plans once.
 */
export function clientConfig(
  connection: ConnectionSettings,
  name: string,
  lockTimeout = LOCK_TIMEOUT,
): pg.ClientConfig {
  const { ssl, options, ...rest } = connection;
  const settings = {
    jit: 'off',
    timezone: 'UTC',
    datestyle: 'ISO',
    enable_seqscan: 'off',
    plan_cache_mode: 'force_generic_plan',
    lock_timeout: lockTimeout,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    statement_timeout: STATEMENT_TIMEOUT,
  };
  return {
    ...rest,
    ...(ssl === undefined ? {} : { ssl }),
    options: [options, ...Object.entries(settings).map(([key, value]) => `-c ${key}=${value}`)].join(' '),
    application_name: name,
    query_timeout: QUERY_TIMEOUT,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: AS_TEXT,
  };
}

/** Values as PostgreSQL writes them: a bigint never passes through a number unseen, a time never through a Date. */
const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/** A connected client. What it says when it breaks later, it says to the query in flight, or to `onEnd`. */
export async function connect(config: pg.ClientConfig, onEnd?: () => void): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  if (onEnd !== undefined) client.on('end', onEnd);
  await client.connect();
  return client;
}

/** Lets go of a client that may be broken: politely, without waiting for an answer that may never come. */
export function discard(client: pg.Client): void {
  client.end().catch(() => undefined);
}
