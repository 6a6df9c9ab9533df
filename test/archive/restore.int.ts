import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventsTarget, restore, type RestoreReport, type RestoreTarget } from '../../src/archive/restore.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import type { EventLog, RecordedEvent } from '../../src/event-log/port.js';
import { EvidenceSuspended } from '../../src/evidence/evidence.js';
import { PostgresRegister } from '../../src/evidence/register.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import type { Place } from '../../src/moving/copyInto.js';
import { OperatorError } from '../../src/operatorError.js';
import { allOf, checkOrder } from '../contract/eventLogContract.js';
import { evidenceOf, grow } from '../evidence/support.js';
import { standInLog } from '../support/esdb/engines.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { archived, contents, damage, workplace } from './support.js';

interface Target {
  readonly to: RestoreTarget;
  readonly log: EventLog;
  readonly register: PostgresRegister;
  readonly tiles: MemoryTiles;
}

describe('A restore from an archive', function () {
  this.timeout(60_000);
  const place = workplace();
  let events: RecordedEvent[];
  let root: Buffer;
  const ending: (() => Promise<unknown>)[] = [];

  before(async () => {
    const log = new MemoryLog();
    const kept = evidenceOf(log);
    await grow(log, 1_300);
    await archived(kept, place.at('bag'));
    events = await allOf(log);
    root = (await kept.evidence.publish()).root;
  });
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });

  async function targetOn(database: TestDatabase, to: Place): Promise<Target> {
    const register = new PostgresRegister(database.projector);
    ending.push(() => register.close());
    return Promise.resolve({ to: eventsTarget(to), log: to.log, register, tiles: new MemoryTiles() });
  }

  const onPostgres = async (): Promise<Target> => {
    const database = await testDatabase();
    const log = await openPostgresLog({ connection: database.log });
    ending.push(
      () => database.close(),
      () => log.close(),
    );
    return targetOn(database, { kind: 'postgresql', log, connection: database.log });
  };

  const onEventStoreDb = async (): Promise<Target> => {
    const esdb = await standInLog();
    // The database of such a log is used again by other tests: the register stands in one of its own.
    const database = await testDatabase();
    ending.push(
      () => database.close(),
      () => esdb.close(),
    );
    return targetOn(database, { kind: 'eventstoredb', log: esdb.log });
  };

  const bare = (all: readonly RecordedEvent[]): object[] => all.map((e) => ({ ...e, position: undefined }));
  const from = (target: Target, directory = place.at('bag'), signal?: AbortSignal): Promise<RestoreReport> =>
    restore({ directory, ...target, ...(signal === undefined ? {} : { signal }) });
  const rootOf = async (log: EventLog): Promise<Buffer> => (await evidenceOf(log).evidence.publish()).root;

  for (const [engine, make] of [
    ['PostgreSQL', onPostgres],
    ['EventStoreDB', onEventStoreDb],
  ] as const)
    it(`into ${engine} gives the same events and the same root; what was archived of it then is the same bag`, async () => {
      const target = await make();
      const report = await from(target);
      expect(report).to.deep.include({ outcome: 'restored', found: 0, written: 1_300 });
      const { log } = target;
      expect(bare(await checkOrder(log))).to.deep.equal(bare(events));
      expect(await rootOf(log)).to.deep.equal(root);
      await archived(evidenceOf(log), place.at(`from ${engine}`));
      expect(await contents(place.at(`from ${engine}`))).to.deep.equal(await contents(place.at('bag')));
    });

  it('goes on after an interruption, and only with the same bag', async () => {
    const target = await onPostgres();
    const stop = new AbortController();
    const cut = restore({
      directory: place.at('bag'),
      ...target,
      signal: stop.signal,
      onProgress: (phase, done) => {
        if (phase === 'write' && done >= 1_000) stop.abort();
      },
    });
    expect(await cut).to.include({ outcome: 'interrupted' });
    const before = (await target.log.head()).sequence;
    expect(before).to.be.greaterThan(999).and.lessThan(1_300);
    const other = evidenceOf(new MemoryLog());
    await grow(other.log, 10);
    await archived(other, place.at('other'));
    const refused = await from(target, place.at('other')).catch((e: unknown) => e);
    expect(String(refused)).to.include('is not finished');
    expect(await from(target)).to.include({ outcome: 'restored', found: before, written: 1_300 - before });
    expect(bare(await allOf(target.log))).to.deep.equal(bare(events));
  });

  it('into a log with events is refused, and nothing is written', async () => {
    const target = await onPostgres();
    await grow(target.log, 3);
    const refused = await from(target).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(OperatorError);
    expect(String(refused)).to.include('has 3 entries already');
    expect((await target.log.head()).sequence).to.equal(3);
    expect(await target.register.turns('events')).to.deep.equal([]);
  });

  it('of a damaged bag is refused, naming the file, and nothing is written', async () => {
    const target = await onPostgres();
    for (const path of [
      'data/events/000000000001-000000001000.jsonl.gz',
      'data/tiles/tile/0/003',
      'data/checkpoint',
      'manifest-sha256.txt',
    ]) {
      const bad = await place.copy(place.at('bag'), 'bad');
      await damage(join(bad, path));
      const { outcome, bag } = await from(target, bad);
      expect(outcome).to.equal('refused');
      expect(bag.faults.map(({ file }) => file)).to.include(path);
      await rm(bad, { recursive: true });
    }
    expect((await target.log.head()).sequence).to.equal(0);
    expect(await target.register.turns('events')).to.deep.equal([]);
  });

  it('keeps what the bag’s checkpoint says, and signs nothing more by itself', async () => {
    const target = await onPostgres();
    await from(target);
    const { log } = target;
    const kept = evidenceOf(log, { register: target.register, tiles: target.tiles });
    expect((await kept.evidence.latest())?.size).to.equal(1_300);
    expect((await kept.evidence.published(1_300))?.root).to.deep.equal(root);
    expect(await kept.evidence.publish().catch((e: unknown) => e)).to.be.instanceOf(EvidenceSuspended);
    expect((await kept.evidence.inclusion([7], 1_300))[0]).to.have.length(11);
  });

  it('cannot be taken for whole while it is not: another writer in the middle is found', async () => {
    const target = await onPostgres();
    const stop = new AbortController();
    await restore({
      directory: place.at('bag'),
      ...target,
      signal: stop.signal,
      onProgress: (phase) => {
        if (phase === 'write') stop.abort();
      },
    });
    await grow(target.log, 1);
    const refused = await from(target).catch((e: unknown) => e);
    expect(String(refused)).to.match(/differs from the bag at sequence 1001/);
  });
});
