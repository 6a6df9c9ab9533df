import { expect } from 'chai';
import {
  correct,
  eventId,
  evaluated,
  fact,
  hired,
  lawfulWorld,
  opened,
  record,
  Scenario,
} from '../../support/record.js';

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

  it('after a discipline for a breach of duties in the year only the lowest level is in order (NĐ 335/2025)', () => {
    const reprimand = (day: string) =>
      fact('disciplined', day, { side: 'state', form: 'cc_khien_trach', concerns: 'duties' });
    const given = (day: string) =>
      Scenario.under(lawfulWorld, opened(), hired('2010-01-01', { category: 'cong_chuc' }), reprimand(day));
    const { findings } = given('2026-03-01')
      .when(record(evaluated('2026-12-31', 2026, 'cc_tot')))
      .then('evaluated');
    expect(findings).to.have.length(1);
    expect(findings[0]).to.deep.include({
      rule: 'evaluation_despite_discipline',
      field: 'level',
      others: [eventId(3)],
    });
    given('2026-03-01')
      .when(record(evaluated('2026-12-31', 2026, 'cc_khong')))
      .withFindings();
    // Another year's, and by the law of before 2026.
    given('2025-03-01')
      .when(record(evaluated('2026-12-31', 2026, 'cc_tot')))
      .withFindings();
    given('2025-03-01')
      .when(record(evaluated('2025-12-31', 2025, 'cc_tot')))
      .withFindings();
    // Found wrong, on whatever day, it never counted.
    given('2026-03-01')
      .and(record(fact('discipline_revoked', '2027-02-01', { discipline: eventId(3) })))
      .when(record(evaluated('2026-12-31', 2026, 'cc_tot')))
      .withFindings();
  });

  it('a level for another category: recorded with its finding; where the category is unknown, nothing is said', () => {
    base.when(record(evaluated('2013-12-31', 2013, 'vc_tot'))).withFindings('evaluation_level_category');
    Scenario.given(opened(), hired())
      .when(record(evaluated('2013-12-31', 2013, 'vc_tot')))
      .withFindings();
  });
});
