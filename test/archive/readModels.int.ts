import { expect } from 'chai';
import { PROJECTIONS } from '../../projections/all.js';
import { eventsTarget, restore } from '../../src/archive/restore.js';
import { openEventStoreDbLog } from '../../src/event-log/eventstoredb/eventStoreDbLog.js';
import { PostgresRegister } from '../../src/evidence/register.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { evidenceOf } from '../evidence/support.js';
import { opened as unitOpened } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';
import { ownPrefix } from '../support/esdb/engines.js';
import { StandIn } from '../support/esdb/standIn.js';
import { appointed, hired, opened, record, transfer, UNIT } from '../support/record.js';
import { archived, workplace } from './support.js';

describe('Read models after a restore into the other engine', function () {
  this.timeout(60_000);
  const place = workplace();

  it('are those that lived beside the log that was archived, row for row', async () => {
    const [from, standIn] = [await World.open(), await StandIn.start()];
    const to = await World.open(() => from.sealer);
    const log = await openEventStoreDbLog({
      url: standIn.url,
      prefix: ownPrefix(),
      connection: to.db.log,
    });
    const register = new PostgresRegister(to.db.projector);
    try {
      const live = from.projections();
      live.start();
      await from.unit(UNIT.homeAffairs, {
        kind: 'record',
        fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
      });
      await from.unit(UNIT.finance, { kind: 'record', fact: unitOpened(null, { code: 'stc' }) });
      for (let n = 1; n <= 6; n++) {
        await from.done(
          personId(n),
          record(opened('2012-10-03', { givenName: `Mẫu ${n}`, externalId: String(n) })),
        );
        await from.done(
          personId(n),
          record(hired(`200${n}-01`, { unit: UNIT.finance })),
          record(transfer(`201${n}-05-01`, UNIT.homeAffairs)),
          record(appointed(`201${n}-06-01`, 'truong_phong', { unit: UNIT.homeAffairs })),
        );
      }
      await from.caughtUp(live);
      const kept = evidenceOf(from.log);
      await archived(kept, place.at('bag'));

      const target = eventsTarget({ kind: 'eventstoredb', log });
      const report = await restore({
        directory: place.at('bag'),
        to: target,
        register,
        tiles: new MemoryTiles(),
      });
      expect(report.outcome).to.equal('restored');
      const rebuilt = to.projections({ log });
      rebuilt.start();
      const { position } = await log.head();
      for (const { name } of PROJECTIONS) await rebuilt.until(name, position, 20_000);
      const hashes = await to.hashes();
      expect(Object.keys(hashes).length).to.be.greaterThan(PROJECTIONS.length);
      expect(hashes).to.deep.equal(await from.hashes());
      expect((await evidenceOf(log).evidence.publish()).root).to.deep.equal(
        (await kept.evidence.publish()).root,
      );
      await to.stop(rebuilt);
    } finally {
      await register.close();
      await log.close();
      standIn.kill();
      await to.close();
      await from.close();
    }
  });
});
