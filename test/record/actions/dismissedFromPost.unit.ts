import { expect } from 'chai';
import { appointed, dismissed, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

describe('Dismissed from a position', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    appointed('2011-01-01', 'truong_phong', { unit: UNIT.homeAffairs }),
    appointed('2012-01-01', 'truong_phong', { unit: UNIT.finance }),
  );

  it('ends the post in the unit named, and no other', () => {
    const s = base.and(record(dismissed('2013-01-01', 'truong_phong', { unit: UNIT.finance })));
    expect(s.at('2013-01-01').posts.map((p) => p.unit)).to.deep.equal([UNIT.homeAffairs]);
  });

  it('without a unit ends the oldest of that position', () => {
    const s = base.and(record(dismissed('2013-01-01')));
    expect(s.at('2013-01-01').posts.map((p) => p.unit)).to.deep.equal([UNIT.finance]);
  });

  it('from a position not held: recorded with a finding, nothing ends', () => {
    const outcome = base.when(record(dismissed('2013-01-01', 'bi_thu')));
    outcome.withFindings('post_not_held');
    expect(outcome.then('dismissed_from_post').after.states.at(-1)?.posts).to.have.length(2);
  });
});
