import { expect } from 'chai';
import { correct, eventId, evaluated, hired, opened, record, Scenario } from '../../support/record.js';

describe('Evaluated for a year', () => {
  const base = Scenario.given(opened(), hired('2010-01-01', { category: 'cong_chuc' }));

  it('each year once is in order, and the levels stay known', () => {
    const s = base.and(
      record(evaluated('2012-12-31', 2012, 'cc_khong')),
      record(evaluated('2013-12-31', 2013, 'cc_tot')),
    );
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2013-12-31').evaluations.map((e) => [e.year, e.level])).to.deep.equal([
      [2012, 'cc_khong'],
      [2013, 'cc_tot'],
    ]);
  });

  it('a year twice: the later one is recorded with a finding; corrected to its year it has none', () => {
    const twice = base.and(record(evaluated('2012-12-31', 2012)), record(evaluated('2013-12-31', 2012)));
    expect(twice.timeline().findings).to.have.length(1);
    expect(twice.timeline().findings[0]).to.deep.include({
      rule: 'evaluated_twice',
      fact: eventId(4),
      others: [eventId(3)],
    });
    expect(twice.and(correct(4, evaluated('2013-12-31', 2013))).rules()).to.deep.equal([]);
  });

  it('a level for another category: recorded with its finding; where the category is unknown, nothing is said', () => {
    base.when(record(evaluated('2013-12-31', 2013, 'vc_tot'))).withFindings('evaluation_level_category');
    Scenario.given(opened(), hired())
      .when(record(evaluated('2013-12-31', 2013, 'vc_tot')))
      .withFindings();
  });
});
