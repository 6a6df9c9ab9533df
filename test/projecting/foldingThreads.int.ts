import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PROJECTIONS } from '../../projections/all.js';
import { FoldingThreads } from '../../src/projecting/foldingThreads.js';
import { Folder, type Task } from '../../src/projecting/folder.js';
import { SharedReference } from '../../src/projecting/sharedReference.js';
import { destroyedByLog } from '../../src/recording/codec.js';
import { openSealer } from '../../src/sealing/sealer.js';
import { hired, opened, record } from '../support/record.js';
import { personId, World } from './support.js';

const PERSONS = 6;
const NAMES = PROJECTIONS.map((p) => p.name);

describe('Folding in threads', () => {
  let w: World;
  let home: string;
  let threads: FoldingThreads;
  let own: Folder;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'hoso-folding-'));
    const masterKeyFile = join(home, 'master.key');
    w = await World.open(async ({ keys }, log) => {
      const toldDestroyed = destroyedByLog(log);
      return (await openSealer({ connection: keys, masterKeyFile, toldDestroyed })).sealer;
    });
    await w.departments();
    for (let n = 1; n <= PERSONS; n++) await w.done(personId(n), record(opened()), record(hired()));
    own = new Folder({
      log: w.log,
      decoder: w.codec,
      reference: new SharedReference(w.log),
      projections: PROJECTIONS,
    });
    threads = new FoldingThreads({
      own,
      count: 1,
      order: {
        config: { eventStoreDbPrefix: 'hoso_', masterKeyFile, logLevel: 'silent' },
        database: { log: w.db.log, projector: w.db.projector, keys: w.db.keys },
      },
    });
  });
  after(async () => {
    await threads.close();
    await w.close();
    rmSync(home, { recursive: true });
  });

  const task = async (): Promise<Task> => {
    const target = await w.log.head();
    const streams = Array.from({ length: PERSONS }, (_, i) => `person-${personId(i + 1)}`);
    return { streams, orders: NAMES.map((projection) => ({ projection, target })) };
  };
  /** Folds until the threads are there: meanwhile it is done here. */
  const started = async (): Promise<void> => {
    while (threads.width < 2) {
      await threads.fold(await task());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const texts = (yields: Awaited<ReturnType<Folder['fold']>>) =>
    yields.map((one) => ('texts' in one ? one.texts.map(String) : null));

  it('gives what folding here gives, byte for byte, several sets at once', async () => {
    const here = texts(await own.fold(await task()));
    expect(here.flat().join('')).to.include(personId(1));
    await started();
    const there = await Promise.all(
      Array.from({ length: 4 }, async () => texts(await threads.fold(await task()))),
    );
    for (const one of there) expect(one).to.deep.equal(here);
  });

  it('a rebuild that they help with ends with the rows that live models have', async () => {
    const p = w.projections();
    p.start();
    await w.caughtUp(p);
    const live = await w.hashes();
    await w.stop(p);
    await started();
    const q = w.projections({ threads: () => threads, buildBatchSize: 4 });
    expect(await q.rebuild(NAMES)).to.equal(true);
    expect(await w.hashes()).to.deep.equal(live);
  });

  it('tells whom an event cannot be folded for; alone, such a stream is folded here, which tells why', async () => {
    await started();
    await w.raw(`person-${personId(2)}`, 'promoted_by_magic');
    const whole = await task();
    const failed = (await threads.fold(whole)).map((one) => 'error' in one);
    expect(failed).to.deep.equal(PROJECTIONS.map((p) => p.of === 'person'));
    const alone = await threads.fold({ ...whole, streams: [`person-${personId(2)}`] });
    const [first] = alone.filter((one) => 'error' in one);
    expect(String(first!.error)).to.include('promoted_by_magic');
  });
});
