import { expect } from 'chai';
import type { EntryContent } from '../../src/catalogues/facts.js';
import { dayInVietnam, plusDays, plusMonths, weekdayOf, type Day } from '../../src/dates.js';
import { CALENDAR_LIST } from '../../src/rules/workingDays.js';
import { fact, hired, opened, record, UNIT } from '../support/record.js';
import { opened as unitOpened, reported, section, wentLive } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';

describe('Deadlines in the read models', () => {
  const today = dayInVietnam(new Date().toISOString());
  let w: World;
  let catchUp: () => Promise<void>;
  before(async () => {
    w = await World.open();
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'stc', level: 2 }),
    });
    await w.unit(UNIT.officialsSection, {
      kind: 'record',
      fact: section('2000-01-01', UNIT.homeAffairs, 'stc.1'),
    });
    await w.unit(UNIT.finance, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'snv', level: 2 }) });
    const p = w.projections();
    p.start();
    catchUp = () => w.caughtUp(p);
    for (const [n, unit] of [UNIT.officialsSection, UNIT.finance].entries())
      await w.done(
        personId(n + 1),
        record(opened()),
        record(hired('2010-01-01', { unit })),
        record(fact('rewarded', today, { form: 'bang_khen_tinh' })),
      );
    await catchUp();
  });
  after(() => w.close());

  /** The due days of the entry of the reward, of both persons. */
  const dues = async (): Promise<Day[]> => {
    await catchUp();
    const rows = await w.rows<{ due: Day }>(
      `SELECT due::text FROM reporting.duties WHERE rule = 'R-10.2b' ORDER BY person`,
    );
    return rows.map((r) => r.due);
  };
  const workingDay = (from: Day, count: number): Day => {
    let day = from;
    for (let left = count; left > 0;) {
      day = plusDays(day, 1);
      if (weekdayOf(day) <= 5) left -= 1;
    }
    return day;
  };
  const notice = (day: Day, kind: string, more: Partial<EntryContent> = {}) =>
    w.catalogue(CALENDAR_LIST, {
      kind: 'catalogue_entry_recorded',
      entry: {
        code: day,
        name: kind,
        source: '1/TB-BNV',
        confirmed: true,
        validFrom: day,
        validTo: day,
        attributes: { kind },
        ...more,
      },
    });

  it('a notice that comes late moves the due days of duties already running; its rescission moves them back', async () => {
    const [tenth, eleventh] = [workingDay(today, 10), workingDay(today, 11)];
    expect(await dues()).to.deep.equal([tenth, tenth]);
    const event = await notice(workingDay(today, 5), 'swapped_off');
    expect(await dues()).to.deep.equal([eleventh, eleventh]);
    await w.catalogue(CALENDAR_LIST, { kind: 'catalogue_fact_rescinded', target: event });
    expect(await dues()).to.deep.equal([tenth, tenth]);
  });

  it('a closed place stops the clocks only where the notice says so, and only of who is closed', async () => {
    const [tenth, eleventh] = [workingDay(today, 10), workingDay(today, 11)];
    const day = workingDay(today, 6);
    const closure = (scope: string, stops: boolean) =>
      notice(day, 'local_closure', {
        code: `${day}.${scope}`,
        attributes: { kind: 'local_closure', scope, ...(stops ? { stops_clocks: 'true' } : {}) },
      });
    await closure('da_nang', false);
    expect(await dues()).to.deep.equal([tenth, tenth]);
    // The section's duties are its agency's.
    await closure('stc', true);
    expect(await dues()).to.deep.equal([eleventh, tenth]);
  });

  it('the go-live of a unit above moves what those below owe themselves; a report stops its term', async () => {
    const own = async (unit: string, rule = 'R-15.4') => {
      await catchUp();
      return w.rows<{ due: Day; standing: string }>(
        `SELECT due::text, standing FROM reporting.unit_duties
          WHERE unit = $1 AND rule = $2 AND standing <> 'open' ORDER BY due`,
        [unit, rule],
      );
    };
    expect((await own(UNIT.finance))[0]).to.deep.equal({ due: '2012-10-31', standing: 'overdue' });
    await w.unit(UNIT.finance, {
      kind: 'record',
      fact: { type: 'unit_reparented', effective: '2012-01-01', data: { parent: UNIT.homeAffairs } },
    });
    const live = plusMonths(`${today.slice(0, 4)}-01-01`, -36);
    await w.unit(UNIT.homeAffairs, { kind: 'record', fact: wentLive(live) });
    expect((await own(UNIT.finance))[0]!.due).to.equal(`${live.slice(0, 4)}-01-31`);
    const due = `${live.slice(0, 4)}-05-24`;
    await w.unit(UNIT.finance, { kind: 'record', fact: reported(plusDays(due, 3), due) });
    expect((await own(UNIT.finance, 'R-14.1'))[0]).to.deep.equal({ due, standing: 'done_late' });
  });
});
