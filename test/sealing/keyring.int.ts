import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { PostgresKeyring } from '../../src/sealing/postgresKeyring.js';
import { MasterKeyRefused, SealBroken } from '../../src/sealing/port.js';
import { KeyringSealer, openSealer } from '../../src/sealing/sealer.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

describe('The keyring in PostgreSQL', () => {
  let database: TestDatabase;
  let home: string;
  let file: string;
  const open = () => PostgresKeyring.open({ connection: database.keys, masterKeyFile: file });
  const refusal = async () =>
    open().then(
      async (k) => {
        await k.close();
        throw new Error('opened');
      },
      (e: unknown) => e,
    );

  beforeEach(async () => {
    database = await testDatabase();
    home = await mkdtemp(join(tmpdir(), 'hoso-keys-'));
    file = join(home, 'somewhere', 'master.key');
  });
  afterEach(async () => {
    await database.close();
    await rm(home, { recursive: true });
  });

  it('makes a master key at the first start only, readable by its user alone', async () => {
    const first = await open();
    expect(first.madeMasterKey).to.equal(true);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const text = await readFile(file, 'utf8');
    const second = await open();
    expect(second.madeMasterKey).to.equal(false);
    expect(await readFile(file, 'utf8')).to.equal(text);
    expect(second.indexKey().equals(first.indexKey())).to.equal(true);
    await Promise.all([first.close(), second.close()]);
  });

  it('refuses a missing, another, an open and a broken master key, naming the remedy', async () => {
    await (await open()).close();
    const good = await readFile(file, 'utf8');
    await chmod(file, 0o644);
    expect(String(await refusal())).to.match(/open to other users.*chmod 600/s);
    await chmod(file, 0o600);
    await writeFile(file, 'hello');
    expect(String(await refusal())).to.match(/not a master key/);
    await writeFile(
      file,
      good.replace(/[0-9a-f](?=\n$)/, (c) => (c === '0' ? '1' : '0')),
    );
    expect(await refusal()).to.be.instanceOf(MasterKeyRefused);
    await rm(file);
    expect(String(await refusal())).to.match(/is missing.*HOSO_MASTER_KEY_FILE/s);
    // It did not make a new one over a keyring that has keys.
    expect(await stat(file).catch(() => null)).to.equal(null);
  });

  it('two processes that ask for the same keys at once get the same', async () => {
    const rings = await Promise.all([open(), open(), open()]);
    const names = Array.from(
      { length: 200 },
      (_, i) => ({ owner: `person-${i % 50}`, group: i < 100 ? 'identity' : 'health' }) as const,
    );
    const unique = names.filter(
      (n, i) => names.findIndex((m) => m.owner === n.owner && m.group === n.group) === i,
    );
    const got = await Promise.all(
      rings.map((ring, i) => ring.obtain(i === 1 ? unique.toReversed() : unique)),
    );
    const ids = (list: { keyId: string }[]) => list.map((k) => k.keyId);
    expect(ids(got[0]!)).to.deep.equal(ids(got[2]!)).and.to.deep.equal(ids(got[1]!.toReversed()));
    expect(new Set(rings.map((r) => r.indexKey().toString('hex'))).size).to.equal(1);
    await Promise.all(rings.map((ring) => ring.close()));
  });

  it('another process opens what this one sealed', async () => {
    const context = { stream: 'person-1', eventId: randomUUID() };
    const values = { identity: { name: 'Mẫu' } };
    const [a, b] = [
      await openSealer({ connection: database.keys, masterKeyFile: file }),
      await openSealer({ connection: database.keys, masterKeyFile: file }),
    ];
    const sealed = await a.sealer.seal('person-1', context, values);
    expect(await b.sealer.unsealMany([{ owner: 'person-1', context, sealed }])).to.deep.equal([
      { values, erased: [] },
    ]);
    expect(b.sealer.indexId('x', ['1'])).to.equal(a.sealer.indexId('x', ['1']));
    await a.sealer.close();
    await b.sealer.close();
  });

  it('a key that was destroyed reads as erased; one that vanished is an alarm', async () => {
    const ring = await open();
    const context = { stream: 'person-1', eventId: randomUUID() };
    const sealed = await new KeyringSealer(ring).seal('person-1', context, { health: { blood: 'O' } });
    const owner = new pg.Client({ ...database.keysOwner });
    await owner.connect();
    await owner.query('UPDATE keys.keys SET wrapped = NULL, destroyed_at = now()');
    expect(
      (await new KeyringSealer(ring).unsealMany([{ owner: 'person-1', context, sealed }]))[0]?.erased,
    ).to.deep.equal(['health']);
    await owner.query('DELETE FROM keys.keys');
    const error = await new KeyringSealer(ring)
      .unsealMany([{ owner: 'person-1', context, sealed }])
      .catch((e: unknown) => e);
    expect(error).to.be.instanceOf(SealBroken);
    await owner.end();
    await ring.close();
  });

  it('the service’s role may neither change nor remove a key, and the log’s role sees none', async () => {
    await (await open()).close();
    const client = new pg.Client({ ...database.keys });
    await client.connect();
    for (const sql of [
      'UPDATE keys.keys SET owner = owner',
      'DELETE FROM keys.keys',
      'TRUNCATE keys.keys',
      'DROP TABLE keys.keys',
    ])
      expect(String(await client.query(sql).catch((e: unknown) => e)), sql).to.match(
        /permission denied|must be owner/,
      );
    await client.end();
    const log = new pg.Client({ ...database.log, database: database.keys.database });
    expect(
      String(
        await log
          .connect()
          .then(() => log.query('SELECT * FROM keys.keys'))
          .catch((e: unknown) => e),
      ),
    ).to.match(/permission denied/);
    await log.end().catch(() => undefined);
  });
});
