import { expect } from 'chai';
import { earlyRaisePool } from '../../src/organisation/earlyRaisePool.js';
import { LAW } from '../rules/support.js';
import { allotted, closed, opened, paid, record, reparented, World } from './support.js';

const agency = (code: string, parent: string) => record(opened('2010-01-01', { code, level: 1, parent }));

describe('The remainders of payrolls below a full ten (TT 08/2013/TT-BNV Đ.3.1)', () => {
  /** A department over agencies of 17, 24 and 9 persons, of which one has a school of 8 under it. */
  const world = () =>
    new World()
      .given('a', record(opened('2010-01-01')), record(paid(2014, 45)))
      .given('b', agency('b', 'a'), record(paid(2014, 17)))
      .given('c', agency('c', 'a'), record(paid(2014, 24)))
      .given('d', agency('d', 'a'), record(paid(2014, 9)))
      .given('e', agency('e', 'b'), record(paid(2014, 8)));
  const pool = (w: World, unit = 'a', year = 2014) => earlyRaisePool(w, LAW, unit, year);

  it('lie at the agency directly above, which makes one raise of each full ten of them', () => {
    expect(pool(world())).to.deep.equal({ persons: 20, places: 2, allotted: 0 });
    expect(pool(world(), 'b')).to.deep.equal({ persons: 8, places: 0, allotted: 0 });
    expect(pool(world(), 'e')).to.deep.equal({ persons: 0, places: 0, allotted: 0 });
  });

  it('of the payroll of the year before, while the own is not recorded', () => {
    expect(pool(world(), 'a', 2015).persons).to.equal(20);
    expect(pool(world(), 'a', 2016).persons).to.equal(0);
    expect(pool(world().given('d', record(paid(2015, 15))), 'a', 2015).persons).to.equal(16);
  });

  it('of those who stand there on 31 December', () => {
    expect(pool(world().given('d', record(reparented('2014-12-31')))).persons).to.equal(11);
    expect(pool(world().given('d', record(closed('2015-01-01')))).persons).to.equal(20);
    expect(pool(world().given('e', record(reparented('2014-12-31', 'a')))).persons).to.equal(28);
  });

  it('before 2013-04-10 twenty make a raise (5 %)', () => {
    const early = new World()
      .given('a', record(opened('2010-01-01')))
      .given('b', agency('b', 'a'), record(paid(2011, 39)))
      .given('c', agency('c', 'a'), record(paid(2011, 21)));
    expect(pool(early, 'a', 2011)).to.deep.equal({ persons: 20, places: 1, allotted: 0 });
  });

  it('what was given counts by the last word on an agency and year', () => {
    const given = world().given(
      'a',
      record(allotted('b', 2)),
      record(allotted('b', 1)),
      record(allotted('d', 1)),
    );
    expect(pool(given).allotted).to.equal(2);
    expect(pool(given, 'a', 2015).allotted).to.equal(0);
  });
});
