import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from './connection.js';
import { prepareDataDirectory, refused } from './dataDirectory.js';
import type { Logger } from './embedded.js';
import {
  derivePasswords,
  provision,
  randomPassword,
  ROLES,
  type Parts,
  type Passwords,
  type Role,
} from './roles.js';
import { parseDatabaseUrl } from './url.js';

/** The oldest PostgreSQL that DATABASE_URL may name. */
export const OLDEST_MAJOR = 15;

/** The server that a database URL names cannot be used. */
export class DatabaseRefused extends OperatorError {
  override readonly name = 'DatabaseRefused';
}

type ExternalConfig = Pick<Config, 'dataDir' | 'databaseOwnerUrl' | 'keysDatabaseUrl'>;

/** Connections to a PostgreSQL of the operator's own. */
export interface ExternalDatabase {
  connection(role: Role): ConnectionSettings;
  /** The key database, as its owner. */
  readonly keysOwner: ConnectionSettings;
  /** The login that may make roles. */
  readonly admin: ConnectionSettings;
}

/**
 * Checks the server, and makes roles, key database and grants where they are missing or their passwords have changed.
 * Only then does the login need CREATEROLE and CREATEDB: the service itself connects as its own roles, whose passwords
 * are derived from that of DATABASE_URL. So every process and machine with the same DATABASE_URL is at home without a
 * file to copy. A DATABASE_URL without password (peer, certificate, .pgpass) takes PGPASSWORD, else a random secret kept
 * in the data directory; then several machines need a copy of that file.
 */
export async function openExternal(
  config: ExternalConfig,
  url: string,
  logger: Logger,
): Promise<ExternalDatabase> {
  const base = parseDatabaseUrl(url);
  const admin = config.databaseOwnerUrl === undefined ? base : parseDatabaseUrl(config.databaseOwnerUrl);
  const keysBase =
    config.keysDatabaseUrl === undefined ? undefined : parseDatabaseUrl(config.keysDatabaseUrl);
  const keysDatabase = keysBase?.database ?? `${base.database}_keys`;
  const passwords = derivePasswords(base.password ?? process.env['PGPASSWORD'] ?? keptSecret(config.dataDir));

  await checkServer('DATABASE_URL', base);
  if (admin !== base) await checkServer('DATABASE_OWNER_URL', admin);
  const as = (role: Role, server: ConnectionSettings, database: string): ConnectionSettings => ({
    ...server,
    database,
    user: ROLES[role],
    password: passwords[role],
  });
  const keysServer = keysBase ?? base;
  const keysOwner = as('owner', keysServer, keysDatabase);
  const keys = as('keys', keysServer, keysDatabase);
  const main = (['owner', 'log', 'projector', 'access'] as const).map((role) =>
    as(role, base, base.database),
  );

  if (keysBase === undefined) {
    await makeUsable(
      admin,
      { main: base.database, keys: keysDatabase },
      passwords,
      [...main, keysOwner, keys],
      logger,
      base.user,
    );
  } else {
    await checkServer('HOSO_KEYS_DATABASE_URL', keysBase);
    await makeUsable(admin, { main: base.database }, passwords, main, logger, base.user);
    await makeUsable(keysBase, { keys: keysDatabase }, passwords, [keysOwner, keys], logger);
  }
  return {
    connection: (role) => (role === 'keys' ? keys : as(role, base, base.database)),
    keysOwner,
    admin,
  };
}

/** Tries every login; provisions when one fails, and tries again. */
async function makeUsable(
  admin: ConnectionSettings,
  parts: Parts,
  passwords: Passwords,
  logins: readonly ConnectionSettings[],
  logger: Logger,
  login?: string,
): Promise<void> {
  const failing = async (): Promise<{ login: ConnectionSettings; error: Error & { code?: string } }[]> => {
    const tried = await Promise.all(logins.map(async (login) => ({ login, error: await tryLogin(login) })));
    return tried.flatMap(({ login, error }) => (error === undefined ? [] : [{ login, error }]));
  };
  const before = await failing();
  if (before.length === 0) return;
  const reset = (Object.keys(ROLES) as Role[]).filter((role) =>
    before.some(({ login, error }) => login.user === ROLES[role] && error.code === '28P01'),
  );
  await provision(admin, parts, passwords, { reset, ...(login === undefined ? {} : { login }) });
  logger.info({ databases: Object.values(parts) }, 'Made the database roles, or set their passwords');
  const [still] = await failing();
  if (still === undefined) return;
  throw new DatabaseRefused(
    `The role ${still.login.user} exists, but the server does not let it into database ${still.login.database}: ${still.error.message}.`,
    `Let the roles ${Object.values(ROLES).join(', ')} in with scram-sha-256 in the server's pg_hba.conf.`,
    { cause: still.error },
  );
}

async function tryLogin(login: ConnectionSettings): Promise<(Error & { code?: string }) | undefined> {
  const client = new pg.Client({ ...login, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Reaches the server and looks whether it is new enough and keeps UTF-8. A server just starting up is waited for. */
async function checkServer(variable: string, settings: ConnectionSettings): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ ...settings, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: number; encoding: string }>(
        `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
      );
      refuseOldServer(variable, Number(rows[0]?.version));
      if (rows[0]?.encoding !== 'UTF8')
        throw new DatabaseRefused(
          `${variable}: database ${settings.database} has the encoding ${rows[0]?.encoding ?? '?'}.`,
          `Make one with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8', and name it there.`,
        );
      return;
    } catch (error) {
      const startingUp = (error as { code?: string }).code === '57P03';
      if (!startingUp || Date.now() > deadline) throw unreachable(variable, settings, error);
      await new Promise((resolve) => setTimeout(resolve, 250));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** `version` as in server_version_num: 150018 is 15.18. */
export function refuseOldServer(variable: string, version: number): void {
  if (version >= OLDEST_MAJOR * 10_000) return;
  throw new DatabaseRefused(
    `${variable}: the server runs PostgreSQL ${Math.floor(version / 10_000)}; at least ${OLDEST_MAJOR} is needed.`,
    `Upgrade the server, or unset ${variable} to use the embedded PostgreSQL.`,
  );
}

/** What a failed connection means to the operator. The error never holds the password. */
function unreachable(
  variable: string,
  { host, port, database, user }: ConnectionSettings,
  error: unknown,
): Error {
  if (error instanceof OperatorError) return error;
  const cause = error as Error & { code?: string };
  const refuse = (problem: string, remedy: string): Error =>
    new DatabaseRefused(`${variable}: ${problem}`, remedy, { cause });
  switch (cause.code) {
    case '28P01':
    case '28000':
      return refuse(
        `the server at ${host}:${port} does not let the login ${user} in (${cause.message}).`,
        'Check login and password in the URL, and the server’s pg_hba.conf.',
      );
    case '42501':
      return refuse(
        `the login ${user} may not connect to database ${database}.`,
        `As a superuser run: GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(database)} TO ${pg.escapeIdentifier(user)};`,
      );
    case '3D000':
      return refuse(
        `the server at ${host}:${port} has no database ${database}.`,
        `Make it there: CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${pg.escapeIdentifier(user)} TEMPLATE template0 ENCODING 'UTF8';`,
      );
    default:
      return refuse(
        `no PostgreSQL can be reached at ${host}:${port} (${cause.message || (cause.code ?? 'no answer')}).`,
        `Start the server, correct ${variable}, or unset it to use the embedded PostgreSQL.`,
      );
  }
}

/** A secret of this data directory, made when first asked for. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'role-secret');
  try {
    if (!existsSync(file)) {
      prepareDataDirectory(dataDir);
      try {
        writeFileSync(file, randomPassword(), { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
      }
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw refused(dataDir, error);
  }
}
