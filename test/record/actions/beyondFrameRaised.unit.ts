import { expect } from 'chai';
import { fact, graded, hired, opened, record, Scenario } from '../../support/record.js';

const beyondFrame = (what: 'granted' | 'raised', effective: string, percent: string, data: object = {}) =>
  record(fact(`beyond_frame_${what}`, effective, { percent, ...data }));

describe('Beyond-frame seniority raised', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 9)).and(
    beyondFrame('granted', '2013-02-15', '5', { nextFrom: '2013-01-01' }),
  );

  it('one more percent for each full year, counted from the date that the decision names', () => {
    const s = base.and(beyondFrame('raised', '2014-01-01', '6'), beyondFrame('raised', '2015-01-01', '7'));
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2014-12-31').beyondFrame?.percent).to.equal('6');
    expect(s.at('2015-01-01').beyondFrame?.percent).to.equal('7');
  });

  it('by more, before the year is full, or when none is paid: recorded with its finding', () => {
    base.when(beyondFrame('raised', '2014-01-01', '7')).withFindings('beyond_frame_percent');
    base.when(beyondFrame('raised', '2013-12-31', '6')).withFindings('beyond_frame_too_early');
    Scenario.given(opened(), hired(), graded('2010-01-01', 9))
      .when(beyondFrame('raised', '2014-01-01', '6'))
      .withFindings('beyond_frame_missing');
  });
});
