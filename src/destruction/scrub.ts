import pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { Database } from '../postgres/database.js';

/**
 * Rewrites what PostgreSQL keeps of rows that are gone, so that the files hold nothing of what was destroyed: every
 * table of the read models and of the keys, their statistics, then the write-ahead log. Holds up readers of one table
 * at a time. Backups, snapshots, archives of the write-ahead log and the file system's free blocks are not in its reach.
 */
export async function scrub({
  admin,
  projector,
  keysOwner,
}: Pick<Database, 'admin' | 'projector' | 'keysOwner'>): Promise<void> {
  await as(projector, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tableowner = current_user`,
    );
    for (const { name } of rows) await client.query(`VACUUM (FULL, ANALYZE) ${name}`);
  });
  await as(keysOwner, async (client) => {
    await client.query('VACUUM (FULL, ANALYZE) keys.keys');
    await client.query('VACUUM (FULL, ANALYZE) keys.master');
  });
  await as(admin, async (client) => {
    await client.query('VACUUM FULL pg_catalog.pg_statistic');
    await renewWal(client);
  });
}

/** Old segments are removed, not kept for reuse with what they hold. */
async function renewWal(client: pg.Client): Promise<void> {
  await client.query('ALTER SYSTEM SET wal_recycle = off');
  try {
    await client.query('SELECT pg_reload_conf()');
    for (let i = 0; i < 2; i++) {
      await client.query('SELECT pg_switch_wal()');
      await client.query('CHECKPOINT');
    }
  } finally {
    await client.query('ALTER SYSTEM RESET wal_recycle');
    await client.query('SELECT pg_reload_conf()');
  }
}

async function as(connection: ConnectionSettings, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ ...connection, application_name: 'hoso scrub' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
