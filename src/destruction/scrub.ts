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
  // ANALYZE samples the keys' bytes too, in their own database.
  await as({ ...admin, database: keysOwner.database }, async (client) => {
    await client.query('VACUUM FULL pg_catalog.pg_statistic');
  });
  await as(admin, async (client) => {
    await client.query('VACUUM FULL pg_catalog.pg_statistic');
    await renewWal(client);
  });
}

/**
 * Old segments are removed, not kept for reuse with what they hold; those that earlier checkpoints have kept for it are
 * written over first, one after the other.
 */
async function renewWal(client: pg.Client): Promise<void> {
  await client.query('ALTER SYSTEM SET wal_recycle = off');
  try {
    await client.query('SELECT pg_reload_conf()');
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_ls_waldir()');
    for (let i = 0; i < (rows[0]?.n ?? 0) + 2; i++) {
      await client.query(`SELECT pg_logical_emit_message(false, 'hoso', 'scrub')`); // an empty segment is not switched
      await client.query('SELECT pg_switch_wal()');
    }
    for (let i = 0; i < 2; i++) {
      await client.query('CHECKPOINT');
      await client.query('SELECT pg_switch_wal()');
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
