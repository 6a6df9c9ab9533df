/** Exchanging the master key: nothing is lost whenever it is killed, and afterwards the old one opens nothing. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import type { LiveKey } from '../../src/sealing/keyring.js';
import { loadMasterKey } from '../../src/sealing/masterKey.js';
import { MasterKeyRefused } from '../../src/sealing/port.js';
import { PostgresKeyring } from '../../src/sealing/postgresKeyring.js';
import { destroyedSinceRotation, rotateMasterKey } from '../../src/sealing/rotateMasterKey.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

describe('Rotating the master key', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  let home: string;
  let file: string;
  let ring: PostgresKeyring;
  let keys: LiveKey[];

  const open = (masterKeyFile = file) => PostgresKeyring.open({ connection: database.keys, masterKeyFile });
  const rotate = (more: Partial<Parameters<typeof rotateMasterKey>[0]> = {}) =>
    rotateMasterKey({ connection: database.keysOwner, masterKeyFile: file, ...more });
  const names = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ owner: `person-${from + i}`, group: 'health' as const }));
  const masters = async () =>
    (
      await owner.query<{ master_id: string }>(
        'SELECT DISTINCT master_id FROM keys.keys WHERE wrapped IS NOT NULL ORDER BY 1',
      )
    ).rows.map((r) => r.master_id);
  const refused = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(MasterKeyRefused);
    return String(error);
  };

  before(async () => {
    database = await testDatabase();
    owner = new pg.Client({ ...database.keysOwner });
    await owner.connect();
  });
  after(async () => {
    await owner.end();
    await database.close();
  });
  beforeEach(async () => {
    await owner.query('TRUNCATE keys.keys, keys.master');
    home = await mkdtemp(join(tmpdir(), 'hoso-rotation-'));
    file = join(home, 'master.key');
    ring = await open();
    keys = await ring.obtain(names(0, 500));
  });
  afterEach(async () => {
    await ring.close();
    await rm(home, { recursive: true });
  });

  async function expectAllOpen(by: PostgresKeyring): Promise<void> {
    expect(await by.find(keys.map((k) => k.keyId))).to.deep.equal(keys);
    expect(await by.obtain(names(0, 500))).to.deep.equal(keys);
    expect(by.indexKey().equals(ring.indexKey())).to.equal(true);
  }

  it('wraps every key anew; a service that has the old one goes on, and the old one opens nothing', async () => {
    const kept = join(home, 'old.key');
    await copyFile(file, kept);
    const [from] = await masters();
    const told: number[] = [];
    const report = await rotate({ batch: 200, onProgress: (done) => told.push(done) });
    expect(report).to.deep.include({ from, keys: 500, interrupted: false });
    expect(told).to.deep.equal([200, 400, 500]);
    expect(await masters()).to.deep.equal([report.to]);
    expect((await readdir(home)).sort()).to.deep.equal(['master.key', 'old.key']);
    await expectAllOpen(ring);
    expect(await ring.obtain(names(500, 510))).to.have.length(10);
    const fresh = await open();
    await expectAllOpen(fresh);
    await fresh.close();
    expect(await refused(open(kept)))
      .to.include(from)
      .and.include(report.to);
    const old = await loadMasterKey(kept);
    const { rows } = await owner.query<{ id: string; owner: string; wrapped: Buffer }>(
      'SELECT id, owner, wrapped FROM keys.keys',
    );
    for (const row of rows)
      expect(old.unwrap([row.id, row.owner, 'health'], row.wrapped)).to.equal(undefined);
  });

  it('a backup of the keys made before opens with the new master key neither', async () => {
    await owner.query('CREATE TEMPORARY TABLE master_backup AS TABLE keys.master');
    await owner.query('CREATE TEMPORARY TABLE keys_backup AS TABLE keys.keys');
    await ring.destroy(keys.slice(0, 1));
    await rotate();
    const next = await loadMasterKey(file);
    const { rows } = await owner.query<{ id: string; owner: string; wrapped: Buffer }>(
      'SELECT id, owner, wrapped FROM keys_backup',
    );
    expect(rows).to.have.length(500);
    for (const row of rows)
      expect(next.unwrap([row.id, row.owner, 'health'], row.wrapped)).to.equal(undefined);
    await owner.query('TRUNCATE keys.keys, keys.master');
    await owner.query('INSERT INTO keys.master TABLE master_backup');
    await owner.query('INSERT INTO keys.keys TABLE keys_backup');
    await refused(open());
    await owner.query('DROP TABLE master_backup, keys_backup');
  });

  it('interrupted, it leaves both keys known: the service works, starts, and makes new keys under the new one', async () => {
    const stop = new AbortController();
    const report = await rotate({
      batch: 100,
      signal: stop.signal,
      onProgress: (done) => {
        if (done === 200) stop.abort();
      },
    });
    expect(report.interrupted).to.equal(true);
    expect(await masters()).to.have.members([report.from, report.to]);
    await expectAllOpen(ring);
    const [made] = await ring.obtain(names(900, 901));
    const { rows } = await owner.query('SELECT master_id FROM keys.keys WHERE id = $1', [made!.keyId]);
    expect(rows).to.deep.equal([{ master_id: report.to }]);
    const fresh = await open();
    await expectAllOpen(fresh);
    await fresh.close();
    const rest = await rotate();
    expect(rest).to.deep.include({ from: report.from, to: report.to, keys: 300, interrupted: false });
    await expectAllOpen(ring);
  });

  it('killed at any batch, while a service makes and reads keys, it is completed by the next run', async function () {
    this.timeout(60_000);
    const made: LiveKey[] = [];
    const stop = new AbortController();
    const service = (async () => {
      for (let i = 1_000; !stop.signal.aborted; i += 5) {
        made.push(...(await ring.obtain(names(i, i + 5))));
        await ring.find(keys.slice(0, 50).map((k) => k.keyId));
      }
    })();
    for (const batches of [0, 1, 2]) await killedAfter(batches);
    await rotate();
    stop.abort();
    await service;
    await expectAllOpen(ring);
    const fresh = await open();
    await expectAllOpen(fresh);
    expect(await fresh.find(made.map((k) => k.keyId))).to.deep.equal(made);
    expect(made.length).to.be.greaterThan(5);
    expect(await masters()).to.have.length(1);
    await fresh.close();
  });

  /** Starts a rotation of small batches and kills it after so many; 0: as soon as the new key's file is there. */
  async function killedAfter(batches: number): Promise<void> {
    const extension = extname(fileURLToPath(import.meta.url));
    const script = fileURLToPath(new URL(`./rotation.process${extension}`, import.meta.url));
    const loader = extension === '.ts' ? ['--import=@swc-node/register/esm-register'] : [];
    const options = JSON.stringify({ connection: database.keysOwner, masterKeyFile: file, batch: 40 });
    const child = spawn(process.execPath, [...loader, script, options], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let seen = 0;
    if (batches === 0)
      while (!(await readdir(home)).includes('master.key.next') && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 1));
    else
      for await (const line of createInterface({ input: child.stdout })) {
        expect(line).to.not.match(/^end/);
        if (++seen >= batches) break;
      }
    child.kill('SIGKILL');
    await exited;
  }

  it('tells how many keys were destroyed since: those that older backups still open', async () => {
    expect(await destroyedSinceRotation(database.keysOwner)).to.equal(0);
    await ring.destroy(keys.slice(0, 3));
    expect(await destroyedSinceRotation(database.keysOwner)).to.equal(3);
    await rotate();
    expect(await destroyedSinceRotation(database.keysOwner)).to.equal(0);
    expect((await ring.find([keys[0]!.keyId]))[0]).to.deep.include({ key: null });
  });

  it('two at once are refused, and one with a master key that is not the keys’', async () => {
    const lock = new pg.Client({ ...database.keysOwner });
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock(8060, 70)');
    expect(String(await rotate().catch((e: unknown) => e))).to.include('Another process');
    await lock.end();
    const other = join(home, 'other', 'master.key');
    await owner.query('CREATE TEMPORARY TABLE spare AS TABLE keys.master');
    await owner.query('TRUNCATE keys.master, keys.keys');
    await (await open(other)).close();
    expect(await refused(rotate())).to.match(/is [0-9a-f]{16}, but the keys are wrapped by/);
    expect(await readdir(home)).to.not.include('master.key.next');
    await owner.query('DROP TABLE spare');
  });

  it('behind a link, the file that it names is exchanged, and the link stays', async () => {
    const link = join(home, 'link.key');
    await symlink(file, link);
    const before = await readFile(file, 'utf8');
    await rotate({ masterKeyFile: link });
    expect(await readFile(link, 'utf8'))
      .to.equal(await readFile(file, 'utf8'))
      .and.not.equal(before);
  });
});
