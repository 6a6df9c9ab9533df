import { expect } from 'chai';
import { eventId, fact, graded, hired, opened, record, Scenario } from '../../support/record.js';

const completed = (effective: string, result = 'passed') =>
  fact('probation_completed', effective, { result });

describe('Probation completed', () => {
  const base = Scenario.given(
    opened(),
    hired('2013-01-01'),
    fact('probation_started', '2013-01-01', { until: '2013-12-31' }),
  );
  const untilAfter = (effective: string) =>
    base
      .and(record(completed(effective)))
      .at(effective)
      .probations.map((p) => p.until);

  it('earlier than planned: it lasted to the day before; later: to its own last day', () => {
    expect(untilAfter('2013-10-01')).to.deep.equal(['2013-09-30']);
    expect(untilAfter('2014-01-20')).to.deep.equal(['2013-12-31']);
  });

  it('comes before the appointment to the grade of the same day', () => {
    const s = base.and(record(graded('2014-01-01')), record(completed('2014-01-01')));
    expect(
      s
        .timeline()
        .lines.map((l) => l.fact.action)
        .slice(-2),
    ).to.deep.equal(['probation_completed', 'appointed_to_grade']);
    expect(s.at('2014-01-01').probations[0]?.endedBy).to.equal(eventId(5));
    expect(s.rules()).to.deep.equal([]);
  });

  it('without a probation, or a second time: recorded with its finding', () => {
    base.when(record(completed('2012-12-31'))).withFindings('before_hire', 'probation_not_open');
    base
      .and(record(completed('2014-01-01')))
      .when(record(completed('2014-02-01', 'failed')))
      .withFindings('probation_not_open');
  });
});
