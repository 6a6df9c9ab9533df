/**
 * A real PostgreSQL for tests: one embedded cluster per mocha process, started when the first test asks and stopped
 * by a root hook, or in a worker of a parallel run with the worker; every `testDatabase()` is a fresh database in it
 * with the service's roles.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/postgres/connection.js';
import type { Database } from '../../src/postgres/database.js';
import { EmbeddedCluster } from '../../src/postgres/embedded.js';
import { migrate, type SqlMigration } from '../../src/postgres/migrate.js';
import { isPostmasterOf, readPidFile } from '../../src/postgres/postmaster.js';
import { provision, type Role } from '../../src/postgres/roles.js';
import { quietLogger } from './logger.js';

/** A fresh database and its keys' database, with connection settings for every role of the design. */
export interface TestDatabase extends Database {
  /** The main database, as a superuser: for looking in, and for tests of what even others may not do. */
  readonly superuser: ConnectionSettings;
  /** Drops both databases, cutting off whoever is still connected. */
  close(): Promise<void>;
}

const TEMPLATE = 'migrated';
const PREFIX = 'hoso-test-';

/**
 * The data of tests go with them: what must outlive a machine is tested on clusters of their own (test/crash). A
 * benchmark measures a server that is as safe as the service's own.
 */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off' };
let safety: Readonly<Record<string, string>> = FORGETFUL;
let running: Promise<{ cluster: EmbeddedCluster; dataDir: string }> | undefined;
let template: Promise<void> | undefined;
let counter = 0;

/**
 * A fresh database, copied from one that the service's migrations have made (or without them). Concurrent calls are
 * fine.
 */
export async function testDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  running ??= start();
  const { cluster } = await running;
  if (migrated) {
    template ??= makeTemplate(cluster);
    await template;
  }
  counter += 1;
  const main = `test_${counter}`;
  if (migrated)
    await asSuperuser(cluster, [
      `CREATE DATABASE ${main} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`,
      `CREATE DATABASE ${main}_keys TEMPLATE ${TEMPLATE}_keys STRATEGY FILE_COPY`,
    ]);
  return open(cluster, main);
}

/** The cluster that starts next keeps what it acknowledged, whatever happens: for benchmarks. */
export function keepWhatIsAcknowledged(): void {
  safety = {};
}

/** Stops the cluster, if one runs; the next testDatabase() starts another. Scripts outside mocha call it themselves. */
export async function stopTestPostgres(): Promise<void> {
  const stopping = running;
  running = template = undefined;
  if (stopping === undefined) return;
  const { cluster, dataDir } = await stopping;
  await cluster.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function start(): Promise<{ cluster: EmbeddedCluster; dataDir: string }> {
  sweep();
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const cluster = await EmbeddedCluster.open({
    dataDir,
    service: false,
    logger: quietLogger,
    serverSettings: { max_connections: '200', ...safety },
  });
  return { cluster, dataDir };
}

/** Ends what workers, and test runs that were killed, have left behind. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0;
    if (!(pid > 0) || isAlive(pid)) continue;
    try {
      const data = join(tmpdir(), name, 'postgresql/data');
      const postmaster = readPidFile(data)?.pid;
      if (postmaster !== undefined && isPostmasterOf(data, postmaster)) process.kill(postmaster, 'SIGQUIT');
      rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 10 });
    } catch {
      continue; // another user's, or another run sweeps too
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function makeTemplate(cluster: EmbeddedCluster): Promise<void> {
  const { owner, keysOwner } = await open(cluster, TEMPLATE);
  await migrate(owner, {
    log: await migrationsOf('logMigrations', 'event-log/postgres/migrations'),
    access: await migrationsOf('accessMigrations', 'access/migrations'),
    numbering: await migrationsOf('numberingMigrations', 'event-log/eventstoredb/migrations'),
    consuming: await migrationsOf('consumingMigrations', 'consuming/migrations'),
    evidence: await migrationsOf('evidenceMigrations', 'evidence/migrations'),
    projecting: await migrationsOf('projectingMigrations', 'projecting/migrations'),
  });
  await migrate(keysOwner, {
    keyring: await migrationsOf('keyringMigrations', 'sealing/migrations', 'sealing/postgres/migrations'),
  });
}

/** A part's migrations, or none while the part is not there yet. */
async function migrationsOf(name: string, ...files: string[]): Promise<readonly SqlMigration[]> {
  for (const file of files.flatMap((path) => [`${path}.ts`, `${path}.js`])) {
    const path = new URL(`../../src/${file}`, import.meta.url);
    if (!existsSync(path)) continue;
    const module = (await import(path.href)) as Record<string, readonly SqlMigration[]>;
    const found = module[name];
    if (found === undefined) throw new Error(`${file} does not export ${name}`);
    return found;
  }
  return [];
}

/** Makes the databases where they are missing, and grants the roles their rights on them. */
async function open(cluster: EmbeddedCluster, main: string): Promise<TestDatabase> {
  const keys = `${main}_keys`;
  const as = (role: Role | 'superuser', database: string): ConnectionSettings =>
    cluster.connection(role, database);
  await provision(as('superuser', 'postgres'), { main, keys }, cluster.passwords);
  return {
    kind: 'embedded',
    owner: as('owner', main),
    log: as('log', main),
    projector: as('projector', main),
    access: as('access', main),
    keys: as('keys', keys),
    keysOwner: as('owner', keys),
    admin: as('superuser', main),
    superuser: as('superuser', main),
    reporting: { ...cluster.tcp, database: main },
    serverLogs: cluster.logDirectory,
    close: () =>
      asSuperuser(cluster, [`DROP DATABASE ${main} WITH (FORCE)`, `DROP DATABASE ${keys} WITH (FORCE)`]),
  };
}

async function asSuperuser(cluster: EmbeddedCluster, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ ...cluster.connection('superuser', 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

// A worker runs root hooks after each file, but its PostgreSQL is for all its files.
if (typeof after === 'function' && process.env['MOCHA_WORKER_ID'] === undefined)
  after('stop the test PostgreSQL', stopTestPostgres);

/** Mocha calls it in the main process, when all workers have ended. */
export const mochaGlobalTeardown = sweep;
