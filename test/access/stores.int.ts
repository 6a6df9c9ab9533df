import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { MemorySecretStore } from '../../src/access/login/memoryStore.js';
import { AccessUnavailable, type SecretStore } from '../../src/access/login/port.js';
import { PostgresSecretStore } from '../../src/access/login/postgresStore.js';
import { MemoryReads } from '../../src/access/reads/memoryReads.js';
import type { ReadLine, ReadStore } from '../../src/access/reads/port.js';
import { PostgresReads } from '../../src/access/reads/postgresReads.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest();

function line(person: string | null, more: Partial<ReadLine> = {}): ReadLine {
  return {
    at: '2026-11-27T01:02:03.456Z',
    request: 'r1',
    account: randomUUID(),
    unit: randomUUID(),
    client: 'c',
    route: 'GET /v1/persons/:id',
    person,
    ground: 'keeper',
    consents: ['7/CV'],
    groups: ['identity', 'pay_tax'],
    asOf: '2015-01-01',
    knownAt: 12,
    filter: null,
    count: null,
    status: 200,
    ...more,
  };
}

describe('Where secrets and reads are kept', () => {
  let database: TestDatabase;
  let secrets: Readonly<Record<string, SecretStore>>;
  let reads: Readonly<Record<string, ReadStore>>;
  before(async () => {
    database = await testDatabase();
    secrets = { memory: new MemorySecretStore(), PostgreSQL: new PostgresSecretStore(database.access) };
    reads = { memory: new MemoryReads(), PostgreSQL: new PostgresReads(database.access) };
  });
  after(async () => {
    for (const store of [...Object.values(secrets), ...Object.values(reads)]) await store.close();
    await database.close();
  });

  for (const engine of ['memory', 'PostgreSQL']) {
    describe(engine, () => {
      const store = () => secrets[engine] as SecretStore;

      it('a one-time code is good once, for its account, in time; a password ends it', async () => {
        const id = randomUUID();
        const soon = new Date(Date.now() + 60_000);
        await store().setCode(id, hashOf('code'), soon);
        expect(await store().useCode(randomUUID(), hashOf('code'))).to.equal(false);
        expect(await store().useCode(id, hashOf('other'))).to.equal(false);
        const all = await Promise.all([1, 2, 3].map(() => store().useCode(id, hashOf('code'))));
        expect(all.filter(Boolean)).to.have.length(1);
        await store().setCode(id, hashOf('late'), new Date(Date.now() - 1));
        expect(await store().useCode(id, hashOf('late'))).to.equal(false);
        await store().setCode(id, hashOf('again'), soon);
        await store().setPassword(id, 'hash');
        expect(await store().useCode(id, hashOf('again'))).to.equal(false);
        expect(await store().credential(id)).to.deep.equal({ passwordHash: 'hash', secondFactor: null });
      });

      it('a time step of a second factor counts once, and none before it', async () => {
        const id = randomUUID();
        await store().setSecondFactor(id, 'sealed');
        expect(await store().useStep(id, 100)).to.equal(true);
        expect(await store().useStep(id, 100)).to.equal(false);
        expect(await store().useStep(id, 99)).to.equal(false);
        expect(await store().useStep(id, 101)).to.equal(true);
      });

      it('a session is found by its token’s hash until it ends', async () => {
        const [hash, now] = [randomBytes(32), new Date('2026-11-27T01:00:00Z')];
        const began = {
          account: randomUUID(),
          unit: null,
          revision: 3,
          stage: 'full' as const,
          beganAt: now,
          seenAt: now,
        };
        await store().addSession(hash, began);
        expect(await store().session(hash)).to.deep.equal(began);
        const seenAt = new Date('2026-11-27T01:30:00Z');
        await store().touchSession(hash, seenAt);
        expect(await store().session(hash)).to.deep.equal({ ...began, seenAt });
        await store().endSession(hash);
        expect(await store().session(hash)).to.equal(null);
      });

      it('a machine’s secret is known by its hash, for its account only', async () => {
        const [account, id] = [randomUUID(), randomUUID()];
        await store().addSecret(account, id, hashOf('secret'));
        expect(await store().secret(account, hashOf('secret'))).to.equal(id);
        expect(await store().secret(randomUUID(), hashOf('secret'))).to.equal(null);
      });

      it('failures are counted, and forgotten after a pause', async () => {
        const [key, at] = [randomBytes(8), new Date('2026-11-27T01:00:00Z')];
        await store().fail(key, at, new Date(0));
        await store().fail(key, at, new Date(0));
        expect(await store().failures(key)).to.deep.equal({ count: 2, lastAt: at });
        await store().fail(key, at, new Date('2026-11-27T02:00:00Z'));
        expect((await store().failures(key))?.count).to.equal(1);
        await store().clearFailures(key);
        expect(await store().failures(key)).to.equal(null);
      });

      it('reads of a person come back whole, the latest first, page by page', async () => {
        const person = randomUUID();
        const written = [
          line(person),
          line(null, { filter: 'sealed', count: 3, ground: null }),
          line(person, { asOf: null, knownAt: null, status: 403 }),
        ];
        const kept = reads[engine] as ReadStore;
        await kept.add(written);
        const [last, first] = await kept.ofPerson([person], 10);
        const { id, ...told } = last!;
        expect(told).to.deep.equal(written[2]);
        expect({ ...first, id: 0 }).to.deep.equal({ ...written[0], id: 0 });
        expect((await kept.ofPerson([person], 10, id)).map((l) => l.id)).to.deep.equal([first!.id]);
      });
    });
  }

  it('the audit is only ever added to, by anybody; the role sees neither events nor read models', async () => {
    const tries = ['UPDATE audit.reads SET status = 200', 'DELETE FROM audit.reads', 'TRUNCATE audit.reads'];
    for (const as of [database.access, database.owner, database.superuser]) {
      const client = new pg.Client({ ...as });
      await client.connect();
      for (const statement of tries)
        expect(
          await client.query(statement).then(
            () => 'done',
            (e: unknown) => (e as Error).message,
          ),
          statement,
        ).to.match(/only ever added|permission denied/);
      await client.end();
    }
    const client = new pg.Client({ ...database.access });
    await client.connect();
    for (const statement of [
      'SELECT * FROM log.events',
      'SELECT * FROM models.profile_segment',
      'CREATE TABLE audit.x ()',
      'ALTER TABLE audit.reads DISABLE TRIGGER only_added',
    ])
      expect(
        await client.query(statement).then(
          () => 'done',
          (e: unknown) => (e as Error).message,
        ),
        statement,
      ).to.match(/permission denied|must be owner|does not exist/);
    await client.end();
  });

  it('says that it cannot be reached, so that callers may try again', async () => {
    const away = new PostgresSecretStore({ ...database.access, port: 1, host: '127.0.0.1' });
    const said = await away.session(hashOf('x')).catch((e: unknown) => e);
    expect(said).to.be.instanceOf(AccessUnavailable);
    await away.close();
  });
});
