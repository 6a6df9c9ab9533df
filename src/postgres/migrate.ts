import { createHash } from 'node:crypto';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { ConnectionSettings } from './connection.js';
import { openDataSource } from './dataSource.js';
import { OperatorError } from '../operatorError.js';

/** One step of a schema's life: run once, in a transaction of its own, and recorded. Never edit one that has run. */
export interface SqlMigration {
  /** Unique in its list, for instance `0001-events`. */
  readonly name: string;
  /** Any number of statements. */
  readonly sql: string;
}

/** Lists of migrations by name (lower-case letters and `_`), run in this order; each list is recorded in a table of its own. */
export type MigrationLists = Readonly<Record<string, readonly SqlMigration[]>>;

/** A database that this release cannot work with: made by a newer one, or by a build whose migrations differ. */
export class SchemaRefused extends OperatorError {
  override readonly name = 'SchemaRefused';
}

/** Serialises migrations of all processes on one database; any fixed number will do. */
const ADVISORY_LOCK = 8060_2025;

/** TypeORM wants a 13-digit time at the end of a name and sorts by it; with one for all, our own order stands. */
const TYPEORM_SUFFIX = '1000000000000';

/**
 * Brings a database up to date with TypeORM's migration runner, as the role of `connection` (the owner). Recorded in
 * `<schema>.<list>`; safe when several processes start at once: one runs, the others wait and find nothing to do.
 * Answers the names (`list/name`) it ran. Rejects with SchemaRefused when the database is of another release.
 */
export async function migrate(
  connection: ConnectionSettings,
  lists: MigrationLists,
  schema = 'migrations',
): Promise<string[]> {
  const guard = new pg.Client({ ...connection });
  guard.on('error', () => undefined); // the runner's own connection reports what matters
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    const known = await guard.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (known.rowCount === 0) {
      await guard.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
      await guard.query(`COMMENT ON SCHEMA ${pg.escapeIdentifier(schema)} IS 'Which migrations have run'`);
    }
    const ran: string[] = [];
    for (const [list, migrations] of Object.entries(lists)) {
      const there = await recorded(guard, schema, list);
      refuseStrangers(there, { list, migrations, database: connection.database });
      if (there.length < migrations.length)
        ran.push(...(await runList(connection, schema, list, migrations)));
    }
    return ran;
  } finally {
    await guard.end(); // ends the session, and with it the lock
  }
}

async function runList(
  connection: ConnectionSettings,
  schema: string,
  list: string,
  migrations: readonly SqlMigration[],
): Promise<string[]> {
  const source = await openDataSource(connection, {
    schema,
    migrationsTableName: list,
    migrations: migrations.map(asTypeOrmMigration),
    migrationsTransactionMode: 'each',
  });
  try {
    const ran = await source.runMigrations();
    return ran.map(({ name }) => `${list}/${plainName(name)}`);
  } finally {
    await source.destroy();
  }
}

/** Names of the migrations of a list that have run, in their order. */
async function recorded(guard: pg.Client, schema: string, list: string): Promise<string[]> {
  const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(list)}`;
  const { rows: found } = await guard.query<{ found: string | null }>(
    'SELECT to_regclass($1)::text AS found',
    [table],
  );
  if (found[0]?.found == null) return [];
  const { rows } = await guard.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY id`);
  return rows.map(({ name }) => name);
}

/** What has run must be a beginning of what we know, text for text; anything else is another release's database. */
function refuseStrangers(
  ran: readonly string[],
  of: { readonly list: string; readonly migrations: readonly SqlMigration[]; readonly database: string },
): void {
  const ours = new Set(of.migrations.map(recordedName));
  const names = new Set(of.migrations.map(({ name }) => name));
  for (const name of ran) {
    if (ours.has(name)) continue;
    const place = `migration ${of.list}/${plainName(name)} of database ${of.database}`;
    if (names.has(plainName(name)))
      throw new SchemaRefused(
        `${place} has run with another text than this release's: the database was made by another build.`,
        'Use the release that made this data, or start with an empty HOSO_DATA_DIR or database.',
      );
    throw new SchemaRefused(
      `${place} is unknown to this release: the database was made by a newer one.`,
      'Start the newer release on it; an older release never writes to newer data.',
    );
  }
}

function recordedName(migration: SqlMigration): string {
  const digest = createHash('sha256').update(migration.sql).digest('hex').slice(0, 12);
  return `${migration.name}#${digest}-${TYPEORM_SUFFIX}`;
}

function plainName(recorded: string): string {
  return recorded.replace(/#[0-9a-f]{12}-\d{13}$/, '');
}

/** TypeORM takes classes; each of ours only carries a name and a text. */
function asTypeOrmMigration(migration: SqlMigration): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = recordedName(migration);
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(migration.sql);
    }
    down(): Promise<void> {
      return Promise.reject(new Error('A log is never migrated backwards.'));
    }
  };
}
