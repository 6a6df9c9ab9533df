import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PROJECTIONS } from '../../projections/all.js';
import { ModelThread } from '../../src/projecting/modelThread.js';
import { Projections } from '../../src/projecting/projections.js';
import { destroyedByLog } from '../../src/recording/codec.js';
import { openSealer } from '../../src/sealing/sealer.js';
import { quietLogger } from '../support/logger.js';
import { hired, opened, record } from '../support/record.js';
import { personId, World } from './support.js';

const [A, B, C] = [personId(1), personId(2), personId(3)];
const WORK = new URL('../../src/projecting/modelThreadWork.js', import.meta.url);

/** The real work, which dies when it is told to resume what is no projection. */
const MORTAL = new URL(
  `data:text/javascript,${encodeURIComponent(
    `import { parentPort } from 'node:worker_threads';
     await import(${JSON.stringify(WORK.href)});
     parentPort.on('message', ({ projection }) => { if (projection === 'death') throw new Error(); });`,
  )}`,
);

describe('Read models in a thread of their own', function () {
  this.timeout(60_000);
  let w: World;
  let home: string;
  let thread: ModelThread;
  let projections: Projections;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'hoso-thread-'));
    const masterKeyFile = join(home, 'master.key');
    w = await World.open(async ({ keys }, log) => {
      const toldDestroyed = destroyedByLog(log);
      return (await openSealer({ connection: keys, masterKeyFile, toldDestroyed })).sealer;
    });
    await w.departments();
    const { log, projector, keys } = w.db;
    const config = { eventStoreDbPrefix: 'hoso_', masterKeyFile, logLevel: 'silent' as const };
    thread = new ModelThread({ logger: quietLogger, work: MORTAL });
    projections = new Projections({
      log: w.log,
      decoder: w.codec,
      projections: PROJECTIONS,
      connection: projector,
      logger: quietLogger,
      elsewhere: thread.on({ config, database: { log, projector, keys } }),
    });
    projections.start();
  });
  after(async () => {
    await projections.stop();
    await w.close();
    rmSync(home, { recursive: true, force: true });
  });

  const shown = async (person: string) =>
    JSON.stringify(await w.rows('SELECT * FROM whole.profile WHERE person = $1', [person]));

  it('show a command’s own write once its position is waited for, and say how they are', async () => {
    const { position } = await w.done(A, record(opened()), record(hired()));
    await projections.until('profile', position!, 30_000);
    expect(await shown(A)).to.include(A);
    await w.caughtUp(projections);
    const health = await projections.health();
    expect(health.filter((p) => !p.healthy || p.runner.phase === 'idle')).to.deep.equal([]);
  });

  it('forget what was destroyed, on their own shelf too', async () => {
    await w.done(B, record(opened('2012-10-03', { familyName: 'Zyxw', givenName: 'Zyxw' })));
    await w.caughtUp(projections);
    expect(await shown(B)).to.include('Zyxw');
    const keys = await w.sealer.keysInUse([{ owner: `person-${B}`, group: 'identity' }]);
    const { position } = await w.done(B, {
      kind: 'destroy',
      groups: ['identity'],
      keys: keys.map(({ group, keyId }) => ({ group, use: 'facts', id: keyId })),
      destruction: personId(9),
      decision: { number: '9/QĐ-LT' },
    });
    await projections.forgotten(B, position!);
    await w.done(B, record(hired()));
    await w.caughtUp(projections);
    expect(await shown(B))
      .to.include(B)
      .and.not.include('Zyxw');
  });

  it('go on where they were after the thread has died; nobody else notices', async () => {
    thread.resume('death');
    const { position } = await w.done(C, record(opened()));
    await projections.until('profile', position!, 30_000);
    expect(await shown(C)).to.include(C);
    expect(await shown(A)).to.include(A);
  });
});
