import { expect } from 'chai';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/postgres/connection.js';
import { openDatabase, type Database } from '../../src/postgres/database.js';
import { EmbeddedCluster } from '../../src/postgres/embedded.js';
import { refuseOldServer } from '../../src/postgres/external.js';
import { parseDatabaseUrl } from '../../src/postgres/url.js';
import { makeReportingLogin } from '../../src/postgres/roles.js';
import { quietLogger } from '../support/logger.js';

// A server of the operator's own: a cluster of its own, since the service's roles belong to a whole server.
/** A written consent that is good today. */
const GRANT = { document: '7/CV', until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) };

describe('PostgreSQL by DATABASE_URL', () => {
  let directory: string;
  let cluster: EmbeddedCluster | undefined;
  let superuser: ConnectionSettings;
  let number = 0;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hoso-external-'));
    chmodSync(directory, 0o711);
    // A superuser's URL here runs the same tests against another server, for instance of another version.
    const given = process.env['HOSO_TEST_SERVER_URL'];
    if (given !== undefined) {
      superuser = parseDatabaseUrl(given);
      return;
    }
    cluster = await EmbeddedCluster.open({
      dataDir: join(directory, 'data'),
      service: false,
      logger: quietLogger,
    });
    superuser = cluster.connection('superuser', 'postgres');
  });
  after(async () => {
    await cluster?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  // Each test finds a server on which the service has never been.
  beforeEach(() => clean());

  const clean = async (): Promise<void> => {
    const databases = await run<{ datname: string }>(
      superuser,
      `SELECT datname FROM pg_database WHERE datname LIKE 'personnel%'`,
    );
    for (const { datname } of databases) await run(superuser, `DROP DATABASE ${datname} WITH (FORCE)`);
    const roles = await run<{ rolname: string }>(
      superuser,
      `SELECT rolname FROM pg_roles WHERE rolname ~ '^(hoso_|login_|report_)'`,
    );
    for (const { rolname } of roles)
      await run(superuser, `DROP OWNED BY ${rolname} CASCADE; DROP ROLE ${rolname}`);
  };
  /** A login with these attributes, owner of a new database; its URL. */
  const login = async (
    attributes: string,
    database?: string,
  ): Promise<{ url: string; user: string; database: string }> => {
    number += 1;
    const user = `login_${number}`;
    const name = database ?? `personnel_${number}`;
    await run(superuser, `CREATE ROLE ${user} LOGIN PASSWORD 'p@ss/${number}' ${attributes}`);
    if (database === undefined) await run(superuser, `CREATE DATABASE ${name} OWNER ${user}`);
    return { url: urlOf(user, `p@ss/${number}`, name), user, database: name };
  };
  const urlOf = (user: string, password: string, database: string): string =>
    `postgresql://${user}:${encodeURIComponent(password)}@localhost:${superuser.port}/${database}?host=${encodeURIComponent(superuser.host)}`;
  const open = (
    databaseUrl: string,
    more: { databaseOwnerUrl?: string; keysDatabaseUrl?: string } = {},
  ): Promise<Database> =>
    openDatabase(
      { dataDir: join(directory, 'service'), databaseUrl, ...more },
      { mode: 'service', logger: quietLogger },
    );

  it('makes its roles and the key database, and every role gets in where it belongs and nowhere else', async () => {
    const { url, database } = await login('CREATEROLE CREATEDB');
    const opened = await open(url);
    for (const [settings, user, name] of [
      [opened.owner, 'hoso_owner', database],
      [opened.log, 'hoso_log', database],
      [opened.projector, 'hoso_projector', database],
      [opened.keys, 'hoso_keys', `${database}_keys`],
      [opened.keysOwner, 'hoso_owner', `${database}_keys`],
    ] as const)
      expect(
        await run(settings, `SELECT current_user AS u, current_database() AS d, current_setting('jit') AS j`),
      ).to.deep.equal([{ u: user, d: name, j: 'off' }]);
    expect(await refusal(run({ ...opened.keys, database }, 'SELECT 1'))).to.contain('permission denied');
    expect(await refusal(run({ ...opened.log, database: `${database}_keys` }, 'SELECT 1'))).to.contain(
      'permission denied',
    );
    await run(opened.owner, 'CREATE SCHEMA log');
    await run(opened.projector, 'CREATE SCHEMA profile');
    expect(await refusal(run(opened.log, 'CREATE SCHEMA mine'))).to.contain('permission denied');
    expect(existsSync(join(directory, 'service')), 'nothing kept on disk').to.equal(false);
  });

  it('is at home again with the same URL, from any machine and without any right to make roles', async () => {
    const { url, user } = await login('CREATEROLE CREATEDB');
    const first = await open(url);
    await run(superuser, `ALTER ROLE ${user} NOCREATEROLE NOCREATEDB`);
    const second = await open(url);
    expect(second.log).to.deep.equal(first.log);
    expect(await run(second.log, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
  });

  it('follows when the password in the URL changes', async () => {
    const { url, user, database } = await login('CREATEROLE CREATEDB');
    const first = await open(url);
    await run(superuser, `ALTER ROLE ${user} PASSWORD 'another'`);
    const second = await open(urlOf(user, 'another', database));
    expect(second.log.password).not.to.equal(first.log.password);
    expect(await run(second.log, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
    expect(await refusal(run(first.log, 'SELECT 1'))).to.contain('authentication failed');
  });

  it('may be opened by several processes at once, the first time too', async () => {
    const { url } = await login('CREATEROLE CREATEDB');
    const several = await Promise.all([open(url), open(url), open(url)]);
    for (const { log } of several) expect(await run(log, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
  });

  it('takes a login without rights when DATABASE_OWNER_URL has them', async () => {
    const plain = await login('');
    const owner = await login('CREATEROLE CREATEDB', plain.database);
    await run(superuser, `ALTER DATABASE ${plain.database} OWNER TO ${owner.user}`);
    await open(plain.url, { databaseOwnerUrl: owner.url });
    const later = await open(plain.url);
    expect(await run(later.log, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
  });

  it('keeps the keys on another server where HOSO_KEYS_DATABASE_URL says so', async () => {
    const main = await login('CREATEROLE CREATEDB');
    const keys = await login('CREATEROLE'); // here the same server stands for the other
    const opened = await open(main.url, { keysDatabaseUrl: keys.url });
    expect(opened.keys.database).to.equal(keys.database);
    expect(await run(opened.keys, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
    expect(
      await run(superuser, `SELECT 1 FROM pg_database WHERE datname = '${main.database}_keys'`),
    ).to.deep.equal([]);
  });

  it('makes logins for reporting, of the reporting group and nothing else', async () => {
    const { url } = await login('CREATEROLE CREATEDB');
    const { admin, owner } = await open(url);
    await run(owner, 'CREATE SCHEMA log; CREATE TABLE log.events (n int)');
    await run(
      owner,
      'CREATE SCHEMA reporting; CREATE VIEW reporting.seen AS SELECT 1 AS n; GRANT USAGE ON SCHEMA reporting TO hoso_reporting; GRANT SELECT ON reporting.seen TO hoso_reporting',
    );
    const made = await makeReportingLogin(admin, 'report_x', GRANT);
    const reporter = { ...admin, ...made };
    expect(await run(reporter, 'SELECT n FROM reporting.seen')).to.deep.equal([{ n: 1 }]);
    expect(await refusal(run(reporter, 'SELECT n FROM log.events'))).to.contain('permission denied');
    const writing = { ...reporter, options: '-c default_transaction_read_only=off' };
    expect(await refusal(run(writing, 'CREATE TABLE public.t (n int)'))).to.contain('permission denied');
    expect(await refusal(run(writing, 'CREATE TEMPORARY TABLE t (n int)'))).to.contain('permission denied');
    const again = await makeReportingLogin(admin, 'report_x', GRANT);
    expect(again.password).not.to.equal(made.password);
    expect(await refusal(run(reporter, 'SELECT 1'))).to.contain('authentication failed');
    expect(await refusal(makeReportingLogin(admin, 'hoso_log', GRANT))).to.contain('not with hoso_');
    expect(await refusal(makeReportingLogin(admin, admin.user, GRANT))).to.contain('not a reporting login');
    expect(await refusal(makeReportingLogin(admin, 'x"; DROP', GRANT))).to.contain(
      'cannot be a reporting login',
    );
  });

  describe('refuses, naming the remedy,', () => {
    it('a login that lacks CREATEROLE', async () => {
      const { url, user } = await login('CREATEDB');
      expect(await refusal(open(url)))
        .to.contain(`ALTER ROLE "${user}" CREATEROLE`)
        .and.contain('DATABASE_OWNER_URL');
    });
    it('a login that lacks CREATEDB, unless the key database is there', async () => {
      const { url, database } = await login('CREATEROLE');
      expect(await refusal(open(url)))
        .to.contain('CREATEDB')
        .and.contain(`CREATE DATABASE "${database}_keys"`);
    });
    it('a login that may not grant rights on the database', async () => {
      const { database } = await login('');
      const { url } = await login('CREATEROLE CREATEDB', database);
      expect(await refusal(open(url))).to.contain(`ALTER DATABASE "${database}" OWNER TO`);
    });
    it('a wrong password, without repeating it', async () => {
      const { user, database } = await login('CREATEROLE');
      const refused = await refusal(open(urlOf(user, 'geheim', database)));
      expect(refused).to.contain(`does not let the login ${user} in`).and.contain('Check login and password');
      expect(refused).not.to.contain('geheim');
    });
    it('a database that is not there', async () => {
      const { url, database } = await login('CREATEROLE');
      await run(superuser, `DROP DATABASE ${database}`);
      expect(await refusal(open(url)))
        .to.contain(`has no database ${database}`)
        .and.contain('CREATE DATABASE');
    });
    it('a database in another encoding', async () => {
      const { url, database } = await login('CREATEROLE CREATEDB');
      await run(superuser, `DROP DATABASE ${database}`);
      await run(superuser, `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`);
      expect(await refusal(open(url)))
        .to.contain('SQL_ASCII')
        .and.contain(`ENCODING 'UTF8'`);
    });
    it('a server that cannot be reached', async () => {
      const free = await listening(createServer());
      const { port } = free.address() as AddressInfo;
      await new Promise((resolve) => free.close(resolve));
      const refused = await refusal(open(`postgresql://hoso:geheim@127.0.0.1:${port}/hoso`));
      expect(refused).to.contain(`no PostgreSQL can be reached at 127.0.0.1:${port}`).and.contain('unset it');
      expect(refused).not.to.contain('geheim');
    });
    it('a server that is too old', async () => {
      const old = await listening(serverOfVersion(140_011));
      try {
        const { port } = old.address() as AddressInfo;
        expect(await refusal(open(`postgresql://hoso:x@127.0.0.1:${port}/hoso`))).to.match(
          /runs PostgreSQL 14; at least 15.*Upgrade the server/,
        );
      } finally {
        old.close();
      }
      expect(() => {
        refuseOldServer('DATABASE_URL', 149_999);
      }).to.throw();
      expect(() => {
        refuseOldServer('DATABASE_URL', 150_000);
      }).not.to.throw();
    });
  });
});

async function run<T extends pg.QueryResultRow>(settings: ConnectionSettings, sql: string): Promise<T[]> {
  const client = new pg.Client({ ...settings });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('expected a refusal');
  return error.message;
}

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Just enough of PostgreSQL's protocol to let anybody in and to answer every query with its version. */
function serverOfVersion(version: number): Server {
  const message = (type: string, ...parts: (string | Buffer)[]): Buffer => {
    const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const int = (value: number, bytes: 2 | 4): Buffer => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeIntBE(value, 0, bytes);
    return buffer;
  };
  const column = (name: string): Buffer =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int(0, 4),
      int(0, 2),
      int(25, 4),
      int(-1, 2),
      int(-1, 4),
      int(0, 2),
    ]);
  const value = (text: string): Buffer => Buffer.concat([int(text.length, 4), Buffer.from(text)]);
  const ready = message('Z', 'I');
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int(0, 4)), ready]));
      socket.on('data', (query) => {
        if (query.toString('latin1', 0, 1) !== 'Q') return void socket.end();
        socket.write(
          Buffer.concat([
            message('T', int(2, 2), column('version'), column('encoding')),
            message('D', int(2, 2), value(String(version)), value('UTF8')),
            message('C', 'SELECT 1\0'),
            ready,
          ]),
        );
      });
    });
  });
}
