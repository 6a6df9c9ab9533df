import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { PostgresKeyring, type KeyringOptions } from '../../src/sealing/postgresKeyring.js';
import { KeysUnavailable, MasterKeyRefused, SealBroken } from '../../src/sealing/port.js';
import { KeyringSealer, openSealer } from '../../src/sealing/sealer.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { keyringContract } from './keyringContract.js';

let database: TestDatabase;
let home: string;
let file: string;
let owner: pg.Client;

const options = (): KeyringOptions => ({ connection: database.keys, masterKeyFile: file });
const open = (more: Partial<KeyringOptions> = {}) => PostgresKeyring.open({ ...options(), ...more });

/** One database for all, emptied before each. */
async function makeDatabase(): Promise<void> {
  database = await testDatabase();
  owner = new pg.Client({ ...database.keysOwner });
  await owner.connect();
}

async function dropDatabase(): Promise<void> {
  await owner.end();
  await database.close();
}

async function makeEmpty(): Promise<void> {
  await owner.query('TRUNCATE keys.keys, keys.master');
  home = await mkdtemp(join(tmpdir(), 'hoso-keys-'));
  file = join(home, 'somewhere', 'master.key');
}

async function removeHome(): Promise<void> {
  await rm(home, { recursive: true });
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error,
  );
}

describe('A keyring in PostgreSQL', () => {
  before(makeDatabase);
  after(dropDatabase);
  beforeEach(makeEmpty);
  afterEach(removeHome);

  keyringContract('in PostgreSQL', () => open());

  describe('and its master key', () => {
    const refused = async (more: Partial<KeyringOptions> = {}): Promise<string> => {
      const error = await rejection(open(more));
      expect(error).to.be.instanceOf(MasterKeyRefused);
      return String(error);
    };

    it('is made at the first start only, and says so', async () => {
      const first = await open();
      expect(first.madeMasterKey).to.equal(true);
      const text = await readFile(file, 'utf8');
      const second = await open();
      expect(second.madeMasterKey).to.equal(false);
      expect(await readFile(file, 'utf8')).to.equal(text);
      expect(second.indexKey().equals(first.indexKey())).to.equal(true);
      await Promise.all([first.close(), second.close()]);
    });

    it('one that an interrupted first start has left behind is used, and still said to be new', async () => {
      await (await open()).close();
      const text = await readFile(file, 'utf8');
      await owner.query('TRUNCATE keys.master');
      const next = await open();
      expect(next.madeMasterKey).to.equal(true);
      expect(await readFile(file, 'utf8')).to.equal(text);
      await next.close();
    });

    it('a missing one is refused, not replaced', async () => {
      await (await open()).close();
      await rm(file);
      expect(await refused()).to.match(/is missing.*HOSO_MASTER_KEY_FILE/s);
      expect(await stat(file).catch(() => null)).to.equal(null);
    });

    it('another one is refused, and both are named', async () => {
      const ring = await open();
      await ring.obtain([{ owner: 'person-1', group: 'identity' }]);
      await ring.close();
      const text = await readFile(file, 'utf8');
      await writeFile(
        file,
        text.replace(/[0-9a-f](?=\n$)/, (c) => (c === '0' ? '1' : '0')),
      );
      const { rows } = await owner.query<{ master_id: string }>('SELECT DISTINCT master_id FROM keys.master');
      expect(await refused()).to.match(
        new RegExp(`is [0-9a-f]{16}, but the keys are wrapped by ${rows[0]!.master_id}.*Restore`, 's'),
      );
      await writeFile(file, text);
      await (await open()).close();
    });

    it('a keyring that is not whole is refused: no check value, no index key, one in the other’s place', async () => {
      const ring = await open();
      await ring.obtain([{ owner: 'person-1', group: 'identity' }]);
      await ring.close();
      const spoilt = async (sql: string): Promise<string> => {
        await owner.query(sql);
        return refused();
      };
      await owner.query('CREATE TEMPORARY TABLE spare AS TABLE keys.master');
      expect(await spoilt('TRUNCATE keys.master')).to.match(/has keys, but no check value.*backup/s);
      expect(await spoilt(`INSERT INTO keys.master SELECT * FROM spare WHERE kind = 'check'`)).to.match(
        /no index value.*backup/s,
      );
      expect(
        await spoilt(`TRUNCATE keys.master; INSERT INTO keys.master
          SELECT id, CASE kind WHEN 'check' THEN 'index' ELSE 'check' END, master_id, wrapped FROM spare`),
      ).to.match(/altered/);
    });

    it('an empty keyring is refused where the log already has events', async () => {
      expect(await refused({ mayBegin: false })).to.match(/empty, though the log has events.*backup/s);
      expect(await stat(file).catch(() => null)).to.equal(null);
      await (await open()).close();
      await (await open({ mayBegin: false })).close();
    });
  });

  it('processes that begin at once, and ask for the same keys at once, get the same', async () => {
    const rings = await Promise.all(Array.from({ length: 6 }, () => open()));
    expect(new Set(rings.map((r) => r.indexKey().toString('hex'))).size).to.equal(1);
    const names = Array.from({ length: 300 }, (_, i) => ({
      owner: `person-${i % 100}`,
      group: FIELD_GROUPS[Math.floor(i / 100)]!,
    }));
    for (let round = 0; round < 3; round++) {
      const ours = names.map((name) => ({ ...name, owner: `${name.owner}-${round}` }));
      const got = await Promise.all(
        rings.map(async (ring, i) =>
          i % 2 === 0 ? ring.obtain(ours) : (await ring.obtain(ours.toReversed())).toReversed(),
        ),
      );
      for (const keys of got) expect(keys).to.deep.equal(got[0]);
    }
    expect((await owner.query<{ n: string }>('SELECT count(*) AS n FROM keys.keys')).rows[0]!.n).to.equal(
      '900',
    );
    await Promise.all(rings.map((ring) => ring.close()));
  });

  it('looks each name up by the index, also when the table was empty when the plan was made', async () => {
    const read = async () => {
      const { rows } = await owner.query<{ scans: number; tuples: number }>(
        `SELECT sum(idx_scan)::int AS scans, sum(idx_tup_read)::int AS tuples
           FROM pg_stat_user_indexes WHERE relid = 'keys.keys'::regclass`,
      );
      return rows[0]!;
    };
    const ring = await open();
    const before = await read();
    const names = Array.from({ length: 1_500 }, (_, i) => ({
      owner: `person-${i}`,
      group: 'history' as const,
    }));
    const keys = await ring.obtain(names);
    await ring.obtain(names);
    await ring.find(keys.map(({ keyId }) => keyId));
    await ring.close();
    let after = await read(); // counted when a session ends, which closing does not wait for
    for (let i = 0; i < 1_000 && after.scans - before.scans < 5 * names.length; i++) after = await read();
    expect(after.scans - before.scans).to.be.at.least(5 * names.length);
    expect(after.tuples - before.tuples).to.be.within(3 * names.length, 10 * names.length);
  });

  it('another process opens what this one sealed, and derives the same ids', async () => {
    const context = { stream: 'person-1', eventId: randomUUID() };
    const values = { identity: { name: 'Mẫu' }, health: { blood: 'O' } };
    const [a, b] = [await openSealer(options()), await openSealer(options())];
    const sealed = await a.sealer.seal('person-1', context, values);
    expect(await b.sealer.unsealMany([{ owner: 'person-1', context, sealed }])).to.deep.equal([
      { values, erased: [] },
    ]);
    expect(await b.sealer.seal('person-1', context, values)).to.deep.equal(sealed);
    expect(b.sealer.indexId('x', ['1'])).to.equal(a.sealer.indexId('x', ['1']));
    expect([a.madeMasterKey, b.madeMasterKey]).to.deep.equal([true, false]);
    await Promise.all([a.sealer.close(), b.sealer.close()]);
  });

  describe('whose rows were tampered with', () => {
    const context = { stream: 'person-1', eventId: randomUUID() };
    let ring: PostgresKeyring;
    const read = async (sql: string) => {
      const sealed = await new KeyringSealer(ring).seal('person-1', context, { health: { blood: 'O' } });
      await owner.query(sql);
      return new KeyringSealer(ring).unsealMany([{ owner: 'person-1', context, sealed }]);
    };
    beforeEach(async () => {
      ring = await open();
    });
    afterEach(() => ring.close());

    it('a key that vanished is an alarm', async () => {
      expect(await rejection(read('DELETE FROM keys.keys'))).to.be.instanceOf(SealBroken);
    });

    it('a key given to another person is an alarm', async () => {
      expect(await rejection(read(`UPDATE keys.keys SET owner = 'person-2'`))).to.be.instanceOf(SealBroken);
    });

    it('altered bytes are an alarm', async () => {
      const error = await rejection(read('UPDATE keys.keys SET wrapped = set_byte(wrapped, 20, 0)'));
      expect(error).to.be.instanceOf(SealBroken);
      expect(String(error)).to.match(/altered in the key database/);
    });

    it('a key wrapped by another master key says which one is in force', async () => {
      const error = await rejection(
        read(`UPDATE keys.keys SET master_id = 'of-tomorrow', wrapped = set_byte(wrapped, 20, 0)`),
      );
      expect(String(error)).to.match(/MasterKeyRefused.*of-tomorrow.*Restart/s);
    });
  });

  it('outlives the loss of its connections', async () => {
    const ring = await open();
    const names = [{ owner: 'person-1', group: 'identity' } as const];
    const keys = await ring.obtain(names);
    const admin = new pg.Client({ ...database.superuser });
    await admin.connect();
    const asking = Promise.all(Array.from({ length: 50 }, () => ring.obtain(names)));
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hoso keys' AND datname = $1`,
      [database.keys.database],
    );
    await admin.end();
    for (const again of await asking) expect(again).to.deep.equal(keys);
    expect(await ring.obtain(names)).to.deep.equal(keys);
    await ring.close();
  });

  it('says that its database is out of reach, once its patience has ended', async () => {
    const error = await rejection(
      open({ connection: { ...database.keys, host: join(home, 'nowhere') }, patience: 100 }),
    );
    expect(error).to.be.instanceOf(KeysUnavailable);
    expect(await stat(file).catch(() => null)).to.equal(null);
  });

  it('lets the service’s role add keys, and neither change, remove, back-date nor destroy any', async () => {
    const ring = await open();
    await ring.obtain([{ owner: 'person-1', group: 'identity' }]);
    await ring.close();
    const client = new pg.Client({ ...database.keys });
    await client.connect();
    for (const sql of [
      'UPDATE keys.keys SET owner = owner',
      'UPDATE keys.master SET wrapped = wrapped',
      'DELETE FROM keys.keys',
      'DELETE FROM keys.master',
      'TRUNCATE keys.keys',
      'DROP TABLE keys.keys',
      'ALTER TABLE keys.keys ADD COLUMN a int',
      'CREATE TABLE keys.more ()',
      `INSERT INTO keys.keys (id, owner, field_group, master_id, destroyed_at) VALUES (gen_random_uuid(), 'a', 'b', 'c', now())`,
      `INSERT INTO keys.keys (id, owner, field_group, master_id, wrapped, created_at) VALUES (gen_random_uuid(), 'a', 'b', 'c', '', now())`,
    ])
      expect(String(await rejection(client.query(sql))), sql).to.match(/permission denied|must be owner/);
    await client.end();
  });

  it('shows the log’s and the projector’s role nothing', async () => {
    for (const role of [database.log, database.projector]) {
      const client = new pg.Client({ ...role, database: database.keys.database });
      client.on('error', () => undefined);
      const reading = client.connect().then(() => client.query('SELECT * FROM keys.keys'));
      expect(String(await rejection(reading))).to.match(/permission denied/);
      await client.end().catch(() => undefined);
    }
  });

  it('stores no key in the open, and explains every table and column', async () => {
    const ring = await open();
    const [key] = await ring.obtain([{ owner: 'person-1', group: 'identity' }]);
    await ring.close();
    const { rows } = await owner.query<{ wrapped: Buffer }>(
      'SELECT wrapped FROM keys.keys UNION ALL SELECT wrapped FROM keys.master',
    );
    expect(rows.length).to.equal(3);
    for (const { wrapped } of rows)
      for (const secret of [key!.key, ring.indexKey()]) expect(wrapped.includes(secret)).to.equal(false);
    const silent = await owner.query(
      `SELECT c.relname, a.attname FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'keys'::regnamespace AND c.relkind = 'r'
          AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)`,
    );
    expect(silent.rows).to.deep.equal([]);
  });
});
