/** The audit of reads has a tree of its own: numbered without gaps, and nothing of it is changed unseen. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { accessMigrations } from '../../src/access/migrations.js';
import type { ReadLine } from '../../src/access/reads/port.js';
import { PostgresReads } from '../../src/access/reads/postgresReads.js';
import { PostgresReadsLog, READS } from '../../src/access/reads/readsLog.js';
import { openCheckpoint } from '../../src/evidence/checkpoint.js';
import { Evidence } from '../../src/evidence/evidence.js';
import { notesIn } from '../../src/evidence/note.js';
import { Publisher } from '../../src/evidence/publisher.js';
import { MemoryRegister } from '../../src/evidence/register.js';
import { eventLeaves } from '../../src/evidence/source.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { migrate } from '../../src/postgres/migrate.js';
import { check, evidenceOf, grow, SIGNER, type Kept } from '../evidence/support.js';
import { quietLogger } from '../support/logger.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const line = (more: Partial<ReadLine> = {}): ReadLine => ({
  at: '2026-01-02T03:04:05.678Z',
  request: 'r',
  account: randomUUID(),
  unit: randomUUID(),
  client: 'c',
  route: 'GET /v1/persons/:id',
  person: randomUUID(),
  ground: 'keeper',
  consents: ['7/CV'],
  groups: ['identity'],
  asOf: '2015-01-01',
  knownAt: 12,
  filter: null,
  count: null,
  status: 200,
  ...more,
});

describe('The tree over the audit of reads', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  let reads: PostgresReads;
  let log: PostgresReadsLog;
  let kept: Kept;
  before(async () => {
    database = await testDatabase();
    owner = new pg.Client({ ...database.owner });
    await owner.connect();
    reads = new PostgresReads(database.access);
    log = new PostgresReadsLog(database.access);
    const [tiles, register] = [new MemoryTiles(), new MemoryRegister()];
    await register.addSigner(SIGNER.verifier.text);
    const evidence = new Evidence({ source: eventLeaves(log, READS), tiles, register, signers: [SIGNER] });
    kept = { log: log as unknown as Kept['log'], tiles, register, evidence };
  });
  after(async () => {
    await owner.end();
    await reads.close();
    await log.close();
    await database.close();
  });

  it('numbers lines without gaps, whoever writes at once, and never back in time', async () => {
    const other = new PostgresReads(database.access);
    const many = Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? reads : other).add(
        Array.from({ length: 10 }, (_, j) => line({ status: 200 + ((i + j) % 5) })),
      ),
    );
    await Promise.all([...many, reads.add([line({ account: 'no uuid' })]).catch(() => undefined)]);
    await other.close();
    const events = await log.readAll(0n, 1_000);
    expect(events.map((e) => e.sequence)).to.deep.equal(Array.from({ length: 400 }, (_, i) => i + 1));
    const times = events.map((e) => e.recordedAt);
    expect(times).to.deep.equal(times.toSorted());
    expect(await log.head()).to.deep.equal({ sequence: 400, position: 400n, recordedAt: times.at(-1) });
    expect((await log.readEvents([events[6]!.id])).map((e) => e.sequence)).to.deep.equal([7]);
  });

  it('is signed and verified like the events’', async () => {
    await kept.evidence.publish();
    await reads.add([line(), line()]);
    const { size, origin } = await kept.evidence.publish();
    expect([size, origin]).to.deep.equal([402, 'hoso.example/test/reads']);
    expect(await check(kept)).to.deep.include({ outcome: 'intact', events: 402, checkpoints: 3 });
  });

  /** What a verification finds once the owner has done this, triggers off; then it is undone. */
  async function tampered(...statements: string[]): Promise<string> {
    const saved =
      'CREATE TABLE audit.saved AS TABLE audit.reads; CREATE TABLE audit.saved_head AS TABLE audit.head';
    await owner.query(`BEGIN; ALTER TABLE audit.reads DISABLE TRIGGER only_added; ${saved}`);
    for (const statement of statements) await owner.query(statement);
    await owner.query('COMMIT');
    const { outcome, faults } = await check(kept);
    await owner.query(`BEGIN; DELETE FROM audit.reads; INSERT INTO audit.reads TABLE audit.saved; DELETE FROM audit.head;
      INSERT INTO audit.head TABLE audit.saved_head; DROP TABLE audit.saved, audit.saved_head;
      ALTER TABLE audit.reads ENABLE ALWAYS TRIGGER only_added; COMMIT`);
    return `${outcome} ${faults[0]?.rule ?? ''} ${faults[0]?.sequence ?? ''}`;
  }

  it('every column is committed to: who changes one is found, with the line named', async () => {
    for (const change of [
      `at = at + interval '1 microsecond'`,
      `request = 'x'`,
      'account = gen_random_uuid()',
      'unit = gen_random_uuid()',
      `client = 'd'`,
      `route = 'GET /'`,
      'person = NULL',
      'ground = NULL',
      `consents = '{}'`,
      `groups = '{identity,health}'`,
      'as_of = NULL',
      'known_at = 13',
      `filter = 'x'`,
      'count = 1',
      'status = 403',
    ])
      expect(await tampered(`UPDATE audit.reads SET ${change} WHERE id = 137`), change).to.equal(
        'broken event_altered 137',
      );
    expect(
      await tampered(`UPDATE audit.reads SET written_at = written_at - interval '1 day' WHERE id = 137`),
    ).to.match(/^broken (event_altered|time_falls) 137$/);
  });

  it('a line removed, exchanged, added or cut off is found', async () => {
    expect(await tampered('DELETE FROM audit.reads WHERE id = 50')).to.equal('broken sequence_missing 50');
    expect(
      await tampered(
        'DELETE FROM audit.reads WHERE id = 50',
        'UPDATE audit.reads SET id = -id WHERE id > 50',
        'UPDATE audit.reads SET id = -id - 1 WHERE id < 0',
        'UPDATE audit.head SET sequence = sequence - 1',
      ),
    ).to.equal('broken event_altered 50');
    expect(
      await tampered(
        'DELETE FROM audit.reads WHERE id > 390',
        'UPDATE audit.head SET sequence = 390, written_at = (SELECT max(written_at) FROM audit.reads)',
      ),
    ).to.match(/^broken cut 391$/);
    expect(await check(kept)).to.deep.include({ outcome: 'intact' });
  });

  it('the service’s role adds lines by the function only, and moves no number', async () => {
    const client = new pg.Client({ ...database.access });
    await client.connect();
    for (const statement of [
      'INSERT INTO audit.reads SELECT * FROM audit.reads LIMIT 1',
      'UPDATE audit.head SET sequence = 0',
      'UPDATE audit.reads SET status = 200',
    ])
      expect(
        await client.query(statement).then(
          () => 'done',
          (e: unknown) => (e as Error).message,
        ),
        statement,
      ).to.match(/permission denied/);
    await client.end();
  });

  it('both roots are published together, and a file holds both notes', async () => {
    const events = evidenceOf(new MemoryLog());
    await grow(events.log, 3);
    await reads.add([line()]);
    const publisher = new Publisher([kept.evidence, events.evidence], 0, quietLogger);
    await publisher.once();
    expect(publisher.broken).to.equal(null);
    const [one, two] = [await events.evidence.latest(), await kept.evidence.latest()];
    const notes = notesIn(one!.note + two!.note);
    expect(notes).to.deep.equal([one!.note, two!.note]);
    expect(notes.map((note) => openCheckpoint(note, [SIGNER.verifier]).origin)).to.deep.equal([
      'hoso.example/test/events',
      'hoso.example/test/reads',
    ]);
  });

  it('lines written before it are numbered anew in their order', async () => {
    const old = await testDatabase({ migrated: false });
    await migrate(old.owner, { access: accessMigrations.slice(0, 3) });
    const client = new pg.Client({ ...old.owner });
    await client.connect();
    for (const [id, at] of [
      [3, '2026-01-01T00:00:02Z'],
      [4, '2026-01-01T00:00:01Z'],
      [9, '2026-01-01T00:00:03.0005Z'],
    ] as const)
      await client.query(
        `INSERT INTO audit.reads (id, at, request, account, unit, client, route, consents, groups, status) OVERRIDING SYSTEM VALUE
         VALUES ($1, $2, 'r', gen_random_uuid(), gen_random_uuid(), 'c', 'r', '{}', '{}', 200)`,
        [id, at],
      );
    await client.end();
    await migrate(old.owner, { access: accessMigrations });
    const store = new PostgresReads(old.access);
    await store.add([line()]);
    const moved = new PostgresReadsLog(old.access);
    const events = await moved.readAll(0n, 10);
    expect(events.map((e) => e.sequence)).to.deep.equal([1, 2, 3, 4]);
    expect(events.slice(0, 3).map((e) => e.recordedAt)).to.deep.equal([
      '2026-01-01T00:00:02.000Z',
      '2026-01-01T00:00:02.000Z',
      '2026-01-01T00:00:03.000Z',
    ]);
    for (const one of [store, moved, old]) await one.close();
  });
});
