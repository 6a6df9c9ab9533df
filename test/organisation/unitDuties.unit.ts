import { expect } from 'chai';
import type { Day } from '../../src/dates.js';
import type { UnitHistory } from '../../src/organisation/history.js';
import { UNIT_DUTIES_UNTIL, unitDutiesOf, type UnitDuty } from '../../src/organisation/unitDuties.js';
import { checked, closed, merged, opened, record, reported, World } from './support.js';

const duties = (world: World, unit = 'a', goLive: Day | null = null) =>
  unitDutiesOf(world.history(unit) as UnitHistory, () => goLive);
const dueIn = (all: readonly UnitDuty[], rule: string, year: string) =>
  all.filter((d) => d.rule === rule && d.due.startsWith(year)).map((d) => d.due.slice(5));
const department = (from: Day | null = '2000-01-01') => new World().given('a', record(opened(from)));

describe('duties of an agency itself', () => {
  it('a department reports by the end of 24/5 and 14/12, each term from the day after the last', () => {
    const all = duties(department()).filter((d) => d.rule === 'R-14.1' && d.due < '2014');
    expect(all.map((d) => [d.trigger, d.due])).to.deep.equal([
      ['2012-05-24', '2012-12-14'],
      ['2012-12-14', '2013-05-24'],
      ['2013-05-24', '2013-12-14'],
    ]);
  });

  it('it checks every month, by the month’s last day, from the month of the decision on', () => {
    const all = duties(department());
    expect(dueIn(all, 'R-15.4', '2012')).to.deep.equal(['10-31', '11-30', '12-31']);
    expect(dueIn(all, 'R-15.4', '2016'))
      .to.include('02-29')
      .and.have.lengthOf(12);
  });

  it('Home Affairs consolidates once a year, and checks; it does not report to itself', () => {
    const home = new World().given('a', record(opened('2000-01-01', { level: 3 })));
    const all = duties(home);
    expect(dueIn(all, 'R-14.2', '2013')).to.deep.equal(['12-31']);
    expect(dueIn(all, 'R-14.1', '2013')).to.deep.equal([]);
    expect(dueIn(all, 'R-15.4', '2013')).to.have.lengthOf(12);
  });

  it('the level of the due day counts: a school owes none until it becomes a department', () => {
    const school = new World()
      .given('a', record(opened('2000-01-01', { level: 1 })))
      .given(
        'a',
        record({ type: 'unit_reclassified', effective: '2014-05-24', data: { type: 'so', level: 2 } }),
      );
    const all = duties(school);
    expect(dueIn(all, 'R-14.1', '2014')).to.deep.equal(['05-24', '12-14']);
    expect(dueIn(all, 'R-15.4', '2014')[0]).to.equal('05-31');
    expect(all.some((d) => d.due < '2014-05-24')).to.equal(false);
  });

  it('none comes before the unit keeps its records here, nor after it is closed', () => {
    const all = duties(department().given('a', record(closed('2014-12-14'))), 'a', '2014-06-01');
    expect(all.map((d) => [d.rule, d.due])).to.deep.equal([
      ['R-15.4', '2014-06-30'],
      ['R-15.4', '2014-07-31'],
      ['R-15.4', '2014-08-31'],
      ['R-15.4', '2014-09-30'],
      ['R-15.4', '2014-10-31'],
      ['R-15.4', '2014-11-30'],
    ]);
  });

  it('a report or check stops its own term, in time or so many days late', () => {
    const world = department()
      .given('a', record(reported('2013-05-24', '2013-05-24')))
      .given('a', record(reported('2013-12-20', '2013-12-14')))
      .given('a', record(checked('2013-05-02', '2013-04')));
    const told = duties(world).filter((d) => d.done !== null);
    expect(told.map((d) => [d.rule, d.due, d.done, d.daysLate])).to.deep.equal([
      ['R-15.4', '2013-04-30', { by: 'a-3', on: '2013-05-02' }, 2],
      ['R-14.1', '2013-05-24', { by: 'a-1', on: '2013-05-24' }, 0],
      ['R-14.1', '2013-12-14', { by: 'a-2', on: '2013-12-20' }, 6],
    ]);
  });

  it('a rescinded report stops nothing; a corrected one stops the term that it then names', () => {
    const world = department().given('a', record(reported('2013-05-20', '2013-05-24')));
    const corrected = world.given('a', {
      kind: 'correct',
      target: 'a-1',
      fact: reported('2013-12-10', '2013-12-14'),
    });
    expect(
      duties(corrected)
        .filter((d) => d.done !== null)
        .map((d) => d.due),
    ).to.deep.equal(['2013-12-14']);
    const none = corrected.given('a', { kind: 'rescind', target: 'a-1' });
    expect(duties(none).filter((d) => d.done !== null)).to.deep.equal([]);
  });

  it('what a merged unit left open its successor can still close, in its name', () => {
    const world = department()
      .given('b', record(opened('2000-01-01', { code: 'b' })))
      .given('a', record(merged('2025-03-01', 'b')))
      .given('a', record(reported('2025-04-02', '2024-12-14')));
    const last = duties(world)
      .filter((d) => d.rule === 'R-14.1')
      .at(-1);
    expect(last).to.deep.include({ due: '2024-12-14', done: { by: 'a-2', on: '2025-04-02' }, daysLate: 109 });
  });

  it('is told up to a last day, also of a unit whose first day is not known', () => {
    const all = duties(department(null));
    expect(all[0]?.due).to.equal('2012-10-31');
    expect(all.at(-1)?.due).to.equal(UNIT_DUTIES_UNTIL);
  });
});
