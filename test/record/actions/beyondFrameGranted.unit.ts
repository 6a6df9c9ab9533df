import { expect } from 'chai';
import { fact, graded, hired, opened, raised, record, Scenario } from '../../support/record.js';

const granted = (effective: string, percent = '5', data: object = {}) =>
  fact('beyond_frame_granted', effective, { percent, ...data });

describe('Beyond-frame seniority granted', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 9));

  it('5 % after 36 months on the last step is in order, and is paid from that day', () => {
    const s = base.and(record(granted('2013-01-01')));
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2013-01-01').beyondFrame).to.include({ percent: '5', nextFrom: '2013-01-01' });
    expect(s.at('2012-12-31').beyondFrame).to.equal(null);
  });

  it('another percentage, too early, below the last step, without a grade: recorded with its finding', () => {
    base.when(record(granted('2013-01-01', '6'))).withFindings('beyond_frame_percent');
    base.when(record(granted('2012-12-31'))).withFindings('beyond_frame_too_early');
    Scenario.given(opened(), hired(), graded('2010-01-01', 8))
      .when(record(granted('2013-01-01')))
      .withFindings('beyond_frame_not_last_step');
    Scenario.given(opened(), hired())
      .when(record(granted('2013-01-01')))
      .withFindings('grade_missing');
  });

  it('is exact: 5.0 is 5, 5.0001 is not', () => {
    base.when(record(granted('2013-01-01', '5.0'))).withFindings();
    base.when(record(granted('2013-01-01', '5.0001'))).withFindings('beyond_frame_percent');
  });

  it('ends with the step, and with service', () => {
    const paid = base.and(record(granted('2013-01-01')));
    expect(paid.and(record(raised('2013-02-01', 8))).at('2013-02-01').beyondFrame).to.equal(null);
    expect(paid.and(record(fact('retired', '2013-02-01'))).at('2013-02-01').beyondFrame).to.equal(null);
  });
});
