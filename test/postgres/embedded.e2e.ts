import { expect } from 'chai';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { barredDirectory } from '../../src/postgres/account.js';
import { findBinaries } from '../../src/postgres/binaries.js';
import { openDatabase, type Database } from '../../src/postgres/database.js';
import { EmbeddedCluster } from '../../src/postgres/embedded.js';
import { makeCluster } from '../../src/postgres/home.js';
import { isPostmasterOf, readPidFile } from '../../src/postgres/postmaster.js';
import { quietLogger } from '../support/logger.js';
import { ClusterProcess, NOBODY } from './clusterProcess.js';

const root = process.getuid?.() === 0;
/** As root we try the ordinary user's case too, unless this clone lies where only root can read it. */
const nobodyCanRunThis =
  !root || barredDirectory(dirname(fileURLToPath(import.meta.url)), NOBODY) === undefined;

describe('the embedded PostgreSQL', () => {
  let parent: string;
  let dataDir: string;
  let data: string;
  let processes: ClusterProcess[];
  const opened: Database[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'hoso-cluster-'));
    chmodSync(parent, 0o755);
    if (root) chownSync(parent, NOBODY.uid, NOBODY.gid);
    dataDir = join(parent, 'data');
    data = join(dataDir, 'postgresql/data');
    processes = [];
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await Promise.all(processes.map((process) => process.kill()));
    const left = readPidFile(data);
    if (left !== undefined && isPostmasterOf(data, left.pid)) {
      process.kill(left.pid, 'SIGQUIT');
      await until(() => !isPostmasterOf(data, left.pid));
    }
    rmSync(parent, { recursive: true, force: true });
  });

  const open = async (
    directory = dataDir,
    mode: 'service' | 'join-or-start' = 'service',
  ): Promise<Database> => {
    const database = await openDatabase({ dataDir: directory }, { mode, logger: quietLogger });
    opened.push(database);
    return database;
  };
  const start = (mode: 'service' | 'join-or-start', account = {}): ClusterProcess => {
    const process = new ClusterProcess(dataDir, mode, account);
    processes.push(process);
    return process;
  };
  const postmaster = (): number => readPidFile(data)?.pid ?? 0;
  const runs = (pid: number): boolean => isPostmasterOf(data, pid);

  describe('made from nothing', () => {
    it('has checksums, UTF-8, locale C, no JIT, durable commits, and logs no statement and no value', async () => {
      const database = await open();
      const settings = await query<{ name: string; setting: string }>(
        database.owner,
        'SELECT name, setting FROM pg_settings',
      );
      const of = Object.fromEntries(settings.map(({ name, setting }) => [name, setting]));
      expect(of).to.include({
        data_checksums: 'on',
        server_encoding: 'UTF8',
        jit: 'off',
        fsync: 'on',
        synchronous_commit: 'on',
        full_page_writes: 'on',
        listen_addresses: '127.0.0.1',
        log_error_verbosity: 'terse',
        log_statement: 'none',
        log_min_error_statement: 'panic',
        log_parameter_max_length: '0',
        log_parameter_max_length_on_error: '0',
        max_connections: '100',
      });
      const [locale] = await query<{ collation: string }>(
        database.owner,
        'SELECT datcollate AS collation FROM pg_database WHERE datname = current_database()',
      );
      expect(locale!.collation).to.equal('C');
    });

    it('keeps its data and passwords over a restart, readable for nobody else', async () => {
      const first = await open();
      await query(first.owner, 'CREATE SCHEMA log; CREATE TABLE log.kept AS SELECT 42 AS n');
      await opened.pop()!.close();
      const second = await open();
      expect(await query(second.owner, 'SELECT n FROM log.kept')).to.deep.equal([{ n: 42 }]);
      expect(second.owner.password).to.equal(first.owner.password).and.lengthOf.above(40);
      expect(statSync(join(dataDir, 'postgresql/passwords.json')).mode & 0o077).to.equal(0);
      expect(statSync(data).mode & 0o077).to.equal(0);
    });

    it('lets in neither without a password nor with a wrong one, and other roles than reporting not by TCP', async () => {
      const { owner, reporting } = await open();
      expect(await refusal(query({ ...owner, password: 'wrong' }, 'SELECT 1'))).to.contain(
        'authentication failed',
      );
      if (owner.host.startsWith('/'))
        expect(await refusal(query({ ...owner, ...reporting }, 'SELECT 1'))).to.contain(
          'no pg_hba.conf entry',
        );
    });

    it('writes no value of a failing statement into its log', async () => {
      const { owner, serverLogs } = await open();
      await refusal(query(owner, `DO $$ BEGIN RAISE 'seen' USING DETAIL = 'Nguyễn Văn Kín'; END $$`));
      await refusal(query(owner, `SELECT 'Nguyễn Văn Kín', nothing FROM nowhere`));
      await refusal(query(owner, `SELECT 1 / length($1) FROM (SELECT $2::text) x`, ['', 'Nguyễn Văn Kín']));
      const read = () =>
        readdirSync(serverLogs!)
          .map((name) => readFileSync(join(serverLogs!, name), 'utf8'))
          .join('');
      // The server's collector writes when it comes to it.
      for (const end = Date.now() + 10_000; !read().includes('division by zero') && Date.now() < end;)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const text = read();
      expect(text).to.contain('ERROR:  seen').and.contain('division by zero');
      expect(text).not.to.contain('Kín');
    });

    it('runs by loopback alone where the path is too long for a socket', async () => {
      const { owner } = await open(join(parent, 'l'.repeat(100)));
      expect(owner.host).to.equal('127.0.0.1');
      expect(await query(owner, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
    });

    it('finds another port for reporting when its own is taken', async () => {
      const first = await open();
      const { port } = first.reporting;
      await opened.pop()!.close();
      const occupant = createServer().listen(port, '127.0.0.1');
      try {
        const second = await open();
        expect(second.reporting.port).not.to.equal(port);
        expect(await query(second.owner, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
      } finally {
        occupant.close();
      }
    });
  });

  describe('accounts', () => {
    it('as an ordinary user runs as that user', async function () {
      if (!nobodyCanRunThis) this.skip();
      const service = start('service', root ? NOBODY : {});
      const { postmaster: pid } = await service.next('ready');
      expect(uidOf(Number(pid))).to.equal(root ? NOBODY.uid : process.getuid!());
      await service.close();
      expect(runs(Number(pid))).to.equal(false);
    });

    it('as root runs as another account', async function () {
      if (!root) this.skip();
      await open();
      expect(uidOf(postmaster())).to.equal(statSync(data).uid).and.above(0);
    });

    it('as root runs under an id that has no account at all', async function () {
      if (!root) this.skip();
      mkdirSync(dataDir, { mode: 0o755 });
      writeFileSync(join(dataDir, 'FORMAT'), 'hoso data format 1\nPostgreSQL 18\n');
      const account = { uid: 58_432, gid: 58_432 };
      await makeCluster(join(dataDir, 'postgresql'), findBinaries(account, dataDir), account, NOBODY);
      const { owner } = await open();
      expect(await query(owner, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
      expect(uidOf(postmaster())).to.equal(58_432);
    });

    it('names the folder that only root can enter, when the data would lie below it', async function () {
      if (!root) this.skip();
      const closed = join(parent, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const refused = await refusal(open(join(closed, 'data')));
      expect(refused).to.contain(`cannot enter ${closed}`).and.contain('HOSO_DATA_DIR');
    });

    it('refuses data of another user, and a directory that is not writable, naming the remedy', async function () {
      if (!root || !nobodyCanRunThis) this.skip(); // one user alone cannot make another's data
      await open();
      await opened.pop()!.close();
      expect((await start('service', NOBODY).next('refused'))['message']).to.match(
        /not writable.*HOSO_DATA_DIR/,
      );
      chownSync(dataDir, NOBODY.uid, NOBODY.gid);
      expect((await start('service', NOBODY).next('refused'))['message']).to.match(
        /belongs to another user|not writable/,
      );
    });

    it('refuses a directory that is not writable, naming the remedy', async function () {
      if (root) this.skip(); // nothing is unwritable for root
      chmodSync(parent, 0o500);
      expect(await refusal(open())).to.match(/not writable for this user.*HOSO_DATA_DIR/);
    });

    it('refuses a data directory that is a file', async () => {
      writeFileSync(dataDir, '');
      expect(await refusal(open())).to.match(/is a file.*Set HOSO_DATA_DIR/);
    });
  });

  describe('several processes', () => {
    it('starting at once on nothing make one cluster; the last to leave stops it', async () => {
      const three = [start('service'), start('join-or-start'), start('join-or-start')];
      const ready = await Promise.all(three.map((process) => process.next('ready')));
      expect(new Set(ready.map(({ postmaster: pid }) => pid)).size).to.equal(1);
      const pid = Number(ready[0]!['postmaster']);
      await three[0]!.close();
      expect(runs(pid), 'while commands use it').to.equal(true);
      expect(await three[1]!.query('SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
      await Promise.all([three[1]!.close(), three[2]!.close()]);
      expect(runs(pid), 'after the last has left').to.equal(false);
      const programs = /^postgresql-\d/; // a copy, when this clone lies below a folder that only root can enter
      expect(readdirSync(dataDir).filter((name) => !programs.test(name))).to.have.members([
        'FORMAT',
        'postgresql',
      ]);
    });

    it('a second service is refused, naming the first; commands join it', async () => {
      await open();
      const refused = await start('service').next('refused');
      expect(refused['name']).to.equal('ServiceAlreadyRunning');
      expect(refused['message'])
        .to.contain(dataDir)
        .and.contain(`pid ${process.pid}`)
        .and.contain('Stop it first');
      const command = start('join-or-start');
      expect((await command.next('ready'))['postmaster']).to.equal(postmaster());
      await command.close();
      expect(runs(postmaster()), 'goes on for the service').to.equal(true);
    });

    it('a postmaster left by a killed service is joined, and stopped in the end', async () => {
      const first = start('service');
      const { postmaster: pid } = await first.next('ready');
      await first.query('CREATE SCHEMA log; CREATE TABLE log.kept (n int)');
      await first.kill();
      expect(runs(Number(pid))).to.equal(true);
      const second = await open();
      expect(postmaster()).to.equal(pid);
      expect(await query(second.owner, 'SELECT n FROM log.kept')).to.deep.equal([]);
      await opened.pop()!.close();
      expect(runs(Number(pid))).to.equal(false);
    });

    it('Ctrl-C reaches the service, not its postmaster: what is running is finished first', async () => {
      const service = start('service');
      const { postmaster: pid } = await service.next('ready');
      service.interrupt();
      await service.next('finished');
      await service.next('closed');
      expect(runs(Number(pid))).to.equal(false);
    });
  });

  describe('a killed postmaster', () => {
    it('is started again under the running service, and what was committed is there', async () => {
      const service = start('service');
      const command = start('join-or-start');
      const { postmaster: pid } = await service.next('ready');
      await command.next('ready');
      await service.query('CREATE SCHEMA log; CREATE TABLE log.kept AS SELECT 7 AS n');
      for (const round of [1, 2, 3]) {
        const before = postmaster();
        process.kill(before, 'SIGKILL');
        await Promise.all([service.next('restart'), command.next('restart')]);
        expect(postmaster(), `round ${round}`).not.to.equal(before);
        expect(await settled(() => service.query('SELECT n FROM log.kept'))).to.deep.equal([{ n: 7 }]);
        expect(await settled(() => command.query('SELECT n FROM log.kept'))).to.deep.equal([{ n: 7 }]);
      }
      expect(postmaster()).not.to.equal(pid);
      expect((await start('service').next('refused'))['name'], 'the lock is held again').to.equal(
        'ServiceAlreadyRunning',
      );
      await service.close();
      await command.close();
      expect(existsSync(join(data, 'postmaster.pid'))).to.equal(false);
    });

    it('time and again, while others come and go, keeps nobody out', async () => {
      const options = { dataDir, service: false, logger: quietLogger };
      const comeAndGo = async (times: number): Promise<void> => {
        for (let time = 0; time < times; time += 1) {
          const cluster = await EmbeddedCluster.open(options);
          await query(cluster.connection('superuser', 'postgres'), 'SELECT 1').catch(() => undefined); // just killed
          await cluster.close();
        }
      };
      const visitors = Promise.all([comeAndGo(15), comeAndGo(15), comeAndGo(15)]);
      const keeper = async (): Promise<void> => {
        const keep = await EmbeddedCluster.open(options);
        for (let kill = 0; kill < 5; kill += 1) {
          await until(() => runs(postmaster()));
          const victim = postmaster();
          process.kill(victim, 'SIGKILL');
          await until(() => runs(postmaster()) && postmaster() !== victim);
        }
        await visitors;
        await keep.close();
      };
      const ends = await Promise.allSettled([visitors, keeper()]);
      expect(ends.filter((end) => end.status === 'rejected')).to.deep.equal([]);
      expect(existsSync(join(data, 'postmaster.pid')), 'all have left').to.equal(false);
    });

    it('does not keep the next from starting when its id has gone to another process', async () => {
      const service = start('service');
      const { postmaster: pid } = await service.next('ready');
      await service.kill();
      process.kill(Number(pid), 'SIGKILL');
      await until(() => !runs(Number(pid)));
      const file = join(data, 'postmaster.pid');
      const bystander = await livingProcessOf(statSync(data).uid);
      try {
        writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(bystander.pid)));
        const { owner } = await open();
        expect(await query(owner, 'SELECT 1 AS n')).to.deep.equal([{ n: 1 }]);
      } finally {
        bystander.end();
      }
    });
  });

  describe('data of another release', () => {
    it('is refused, each kind with its remedy', async () => {
      await open();
      await opened.pop()!.close();
      const refusedWith = (file: string, text: string): Promise<string> => {
        const kept = readFileSync(file);
        writeFileSync(file, text);
        return refusal(open()).finally(() => {
          writeFileSync(file, kept);
        });
      };
      const format = join(dataDir, 'FORMAT');
      expect(await refusedWith(join(data, 'PG_VERSION'), '17\n')).to.match(
        /PostgreSQL 17.*brings PostgreSQL 18.*archive/,
      );
      expect(await refusedWith(format, 'hoso data format 2\nPostgreSQL 18\n')).to.match(
        /newer release.*Start the newer/,
      );
      expect(await refusedWith(format, 'hoso data format 0\nPostgreSQL 18\n')).to.match(
        /needs 1.*Start the release that made/,
      );
      expect(await refusedWith(format, '')).to.contain('FORMAT file is missing or unreadable');
      expect((await open()).kind, 'untouched by the refusals').to.equal('embedded');
    });
  });
});

async function query<T extends pg.QueryResultRow>(
  settings: object,
  sql: string,
  values?: readonly unknown[],
): Promise<T[]> {
  const client = new pg.Client(settings);
  client.on('error', () => undefined); // its server may be killed at any moment
  try {
    await client.connect();
    return (await client.query<T>(sql, values as unknown[])).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The message of the refusal that this must end in. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('expected a refusal');
  return error.message;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A pool's idle connections may have died with the postmaster: the first use of each may fail. */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 3) throw error;
    }
  }
}

/** The owner of a process (Linux: of its entry in /proc). */
function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Some process of this user that is no PostgreSQL. */
async function livingProcessOf(uid: number): Promise<{ pid: number; end: () => void }> {
  const account = root ? { uid, gid: uid } : {};
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000); console.log(1)'], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return { pid: child.pid!, end: () => child.kill('SIGKILL') };
}
