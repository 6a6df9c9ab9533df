import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

const seconded = (effective: string, data: object = {}) =>
  fact('seconded', effective, { hostUnit: UNIT.finance, ...data });

describe('Seconded', () => {
  const base = Scenario.given(opened(), hired('2005-01-01'));

  it('works for the host; the managing unit stays the same', () => {
    const s = base.and(record(seconded('2013-03-01', { until: '2014-02-28' })));
    expect(s.at('2013-03-01').secondment).to.deep.equal({
      by: eventId(3),
      since: '2013-03-01',
      hostUnit: UNIT.finance,
      until: '2014-02-28',
    });
    expect(s.at('2013-03-01').unit?.unit).to.equal(UNIT.homeAffairs);
    expect(s.at('2013-03-01').moves).to.deep.equal([]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('for more than three years: recorded with its finding, from the law that says so on', () => {
    base.when(record(seconded('2010-01-01', { until: '2013-01-01' }))).withFindings('secondment_too_long');
    base.when(record(seconded('2009-12-31', { until: '2013-12-31' }))).withFindings();
  });

  it('a month alone tells no day: too long only where every day of it is', () => {
    base.when(record(seconded('2013-03', { until: '2016-03-30' }))).withFindings();
    base.when(record(seconded('2013-03', { until: '2016-03-31' }))).withFindings('secondment_too_long');
  });

  it('to the own unit, or while another runs: recorded with its finding', () => {
    base.when(record(seconded('2013-03-01', { hostUnit: UNIT.homeAffairs }))).withFindings('already_in_unit');
    base
      .and(record(seconded('2013-03-01')))
      .when(record(seconded('2013-06-01', { hostUnit: UNIT.officialsSection })))
      .withFindings('secondment_running');
  });

  it('is over when the person leaves', () => {
    const s = base.and(record(seconded('2013-03-01')), record(fact('retired', '2013-06-01')));
    expect(s.at('2013-06-01').secondment).to.equal(null);
  });
});
