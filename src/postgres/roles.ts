import { createHmac, createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import pg from 'pg';
import { dayInVietnam, daysBetween, endOfDayInVietnam, isDay, type Day } from '../dates.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from './connection.js';

/**
 * The service's logins. Owner: migrations only; log: reads and appends events; projector: owns the read models; access:
 * secrets of accounts, sessions, the audit of reads.
 */
export const ROLES = {
  owner: 'hoso_owner',
  log: 'hoso_log',
  projector: 'hoso_projector',
  keys: 'hoso_keys',
  access: 'hoso_access',
} as const;
export type Role = keyof typeof ROLES;
export type Passwords = Readonly<Record<Role, string>>;

/** The group whose members read the views of schema `reporting` and nothing else. No login itself. */
export const REPORTING_GROUP = 'hoso_reporting';

/** The login given may not do what is needed. */
export class LacksRights extends OperatorError {
  override readonly name = 'LacksRights';
}

/** The databases in which a server has a part: both, or only one when the keys live on another server. */
export interface Parts {
  readonly main?: string;
  readonly keys?: string;
}

/**
 * Passwords for the roles, derived from the secret that every process of the deployment has: the password of
 * DATABASE_URL. So they survive restarts and are the same on every machine without being stored anywhere; a change of
 * that password changes them at the next start.
 */
export function derivePasswords(secret: string): Passwords {
  const root = scryptSync(secret, 'hoso role passwords 1', 32);
  const of = (role: Role): string => createHmac('sha256', root).update(ROLES[role]).digest('base64url');
  return {
    owner: of('owner'),
    log: of('log'),
    projector: of('projector'),
    keys: of('keys'),
    access: of('access'),
  };
}

export function randomPassword(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Makes what is missing of roles, databases and their grants, and sets the passwords of `reset`, as `admin`. `login` is
 * the one of DATABASE_URL, which keeps its way into the main database. Safe to repeat and to run in several processes at
 * once. Rejects with LacksRights.
 */
export async function provision(
  admin: ConnectionSettings,
  parts: Parts,
  passwords: Passwords,
  { reset = [], login }: { reset?: readonly Role[]; login?: string } = {},
): Promise<void> {
  const client = new pg.Client({ ...admin });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(8060, 3)`);
    const roles: Role[] = [
      ...new Set<Role>([
        ...(parts.main === undefined ? [] : (['owner', 'log', 'projector', 'access'] as const)),
        ...(parts.keys === undefined ? [] : (['owner', 'keys'] as const)),
      ]),
    ];
    const { rows } = await client.query<{ rolname: string }>(`SELECT rolname FROM pg_roles`);
    const known = new Set(rows.map(({ rolname }) => rolname));
    const missing = roles.filter((role) => !known.has(ROLES[role]));
    const group = parts.main !== undefined && !known.has(REPORTING_GROUP);
    const wrong = roles.filter((role) => reset.includes(role) && known.has(ROLES[role]));
    if (missing.length > 0 || wrong.length > 0 || group) await needs(client, 'CREATEROLE', admin.user);
    for (const role of missing)
      await client.query(`CREATE ROLE ${ROLES[role]} LOGIN PASSWORD ${verifier(passwords[role])}`);
    if (group) await client.query(`CREATE ROLE ${REPORTING_GROUP} NOLOGIN`);
    for (const role of wrong)
      await rights(admin.user, () =>
        client.query(`ALTER ROLE ${ROLES[role]} LOGIN PASSWORD ${verifier(passwords[role])}`),
      );
    for (const database of Object.values(parts) as string[]) await makeDatabase(client, database, admin.user);
    if (parts.main !== undefined) await grantMain(client, parts.main, login);
    if (parts.main !== undefined) await countStatements(admin, parts.main);
    if (parts.keys !== undefined) await grantKeys(client, parts.keys);
    for (const [database, role] of [
      [parts.main, ROLES.owner],
      [parts.main, ROLES.projector],
      [parts.keys, ROLES.owner],
    ] as const)
      if (database !== undefined) await checkCreate(client, database, role, admin.user);
  } finally {
    await client.end();
  }
}

async function makeDatabase(client: pg.Client, database: string, login: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (rowCount !== 0) return;
  await needs(client, 'CREATEDB', login, `CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  await client.query(
    `CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`,
  );
}

async function grantMain(client: pg.Client, database: string, login: string | undefined): Promise<void> {
  const name = pg.escapeIdentifier(database);
  const { owner, log, projector, access } = ROLES;
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(
    `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${owner}, ${log}, ${projector}, ${access}`,
  );
  await client.query(`GRANT CREATE ON DATABASE ${name} TO ${owner}, ${projector}`);
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${REPORTING_GROUP}`);
  if (login !== undefined)
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${pg.escapeIdentifier(login)}`);
}

/**
 * Lets PostgreSQL count what reporting logins ask, where its library is there and the login may: whoever makes a
 * reporting login is told when it does not.
 */
async function countStatements(admin: ConnectionSettings, database: string): Promise<void> {
  const client = new pg.Client({ ...admin, database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await client.query('REVOKE ALL ON pg_stat_statements, pg_stat_statements_info FROM PUBLIC');
    await client.query(`GRANT SELECT ON pg_stat_statements TO ${ROLES.access}`);
    await client.query(`GRANT pg_read_all_stats TO ${ROLES.access}`);
  } catch (error) {
    if (!NOT_TO_BE_HAD.has((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

/** No such library, or no right to it. */
const NOT_TO_BE_HAD: ReadonlySet<string> = new Set(['0A000', '42501', '42704', '58P01']);

async function grantKeys(client: pg.Client, database: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(`GRANT CONNECT, TEMPORARY, CREATE ON DATABASE ${name} TO ${ROLES.owner}`);
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${ROLES.keys}`);
}

/** A GRANT by somebody who may not only warns: look whether it took. */
async function checkCreate(client: pg.Client, database: string, role: string, login: string): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT has_database_privilege($1::name, $2::text, 'CREATE') AS may`,
    [role, database],
  );
  if (rows[0]?.may === true) return;
  throw new LacksRights(
    `The login ${login} may not grant rights on database ${database}, which it does not own.`,
    `As a superuser run: ALTER DATABASE ${pg.escapeIdentifier(database)} OWNER TO ${pg.escapeIdentifier(login)};`,
  );
}

async function needs(
  client: pg.Client,
  right: 'CREATEROLE' | 'CREATEDB',
  login: string,
  otherwise?: string,
): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT rolsuper OR ${right === 'CREATEROLE' ? 'rolcreaterole' : 'rolcreatedb'} AS may
       FROM pg_roles WHERE rolname = current_user`,
  );
  if (rows[0]?.may === true) return;
  const orElse = otherwise === undefined ? '' : `, or only: ${otherwise};`;
  throw new LacksRights(
    `The database login ${login} lacks ${right}, which is needed to make the service's ${right === 'CREATEROLE' ? 'roles' : 'key database'}.`,
    `As a superuser run: ALTER ROLE ${pg.escapeIdentifier(login)} ${right}${orElse} or name a login that has it in DATABASE_OWNER_URL.`,
  );
}

async function rights<T>(login: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    const roles = [...Object.values(ROLES), REPORTING_GROUP].join(', ');
    throw new LacksRights(
      `The database login ${login} may not change the roles ${roles}, which another login made.`,
      `As a superuser run: GRANT ${roles} TO ${pg.escapeIdentifier(login)} WITH ADMIN OPTION; or name the other login in DATABASE_OWNER_URL.`,
      { cause: error },
    );
  }
}

/**
 * What the server keeps of a password (SCRAM-SHA-256, RFC 5803), as an SQL literal: the password itself never travels
 * in a statement, which a server may log.
 */
function verifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  const text = `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
  return pg.escapeLiteral(text);
}

/** A login for reporting jobs, as `hoso sql-login` makes it. */
export interface ReportingLogin {
  readonly user: string;
  readonly password: string;
}

/** The written consent that a reporting login rests on (Điều 7.3). */
export interface ReportingGrant {
  /** Number of the document. */
  readonly document: string;
  /** Last day on which the login is let in, in Vietnam. */
  readonly until: Day;
}

const MOST_GRANTED_DAYS = 366;

/**
 * Makes a login that may read the views of schema `reporting` and nothing else, or gives an existing one a new
 * password; PostgreSQL lets it in until the last day of its grant. `name`: lower-case letters, digits and `_`; not one
 * of the service's own.
 */
export async function makeReportingLogin(
  admin: ConnectionSettings,
  name: string,
  { document, until }: ReportingGrant,
  today: Day = dayInVietnam(new Date().toISOString()),
): Promise<ReportingLogin> {
  if (document.trim() === '' || document.length > 100)
    throw new OperatorError(
      'A reporting login rests on a written consent.',
      'Name the number of the document, at most 100 characters (--document).',
    );
  if (!isDay(until) || until < today || daysBetween(today, until) > MOST_GRANTED_DAYS)
    throw new OperatorError(
      `"${until.slice(0, 20)}" cannot be the last day of a reporting login.`,
      `Give a day YYYY-MM-DD from today on, within ${MOST_GRANTED_DAYS} days (--until).`,
    );
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(name) || /^(hoso_|pg_|postgres$)/.test(name))
    throw new OperatorError(
      `"${name.slice(0, 60)}" cannot be a reporting login.`,
      'Take at most 40 lower-case letters, digits and _, beginning with a letter, and not with hoso_ or pg_.',
    );
  const client = new pg.Client({ ...admin });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const password = randomPassword();
    await needs(client, 'CREATEROLE', admin.user);
    const { rows } = await client.query<{ only: boolean }>(
      `SELECT NOT rolsuper AND NOT rolcreaterole AND ARRAY(
                SELECT roleid::regrole::text FROM pg_auth_members WHERE member = r.oid) = ARRAY[$2::text] AS only
         FROM pg_roles r WHERE rolname = $1`,
      [name, REPORTING_GROUP],
    );
    if (rows[0]?.only === false)
      throw new OperatorError(
        `The database already has a login ${name} that is not a reporting login.`,
        'Choose another name.',
      );
    const exists = rows.length > 0;
    await client.query('BEGIN');
    await client.query(
      `${exists ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN PASSWORD ${verifier(password)} VALID UNTIL ${pg.escapeLiteral(endOfDayInVietnam(until))}`,
    );
    await client.query(`COMMENT ON ROLE ${name} IS ${pg.escapeLiteral(`${document}, until ${until}`)}`);
    if (!exists) await client.query(`GRANT ${REPORTING_GROUP} TO ${name}`);
    await client.query(`ALTER ROLE ${name} SET default_transaction_read_only = on`);
    await client.query('COMMIT');
    // What stands inside of DO and functions counts as well. Where only a superuser may say so, the server's setting holds.
    await client.query(`ALTER ROLE ${name} SET pg_stat_statements.track = 'all'`).catch((error: unknown) => {
      if (!NOT_TO_BE_HAD.has((error as { code?: string }).code ?? '')) throw error;
    });
    return { user: name, password };
  } finally {
    await client.end();
  }
}
