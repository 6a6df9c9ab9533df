import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

const rotated = (effective: string, data: object = {}) =>
  fact('rotated', effective, { toUnit: UNIT.finance, ...data });

describe('Rotated', () => {
  const base = Scenario.given(opened(), hired());

  it('moves the person like a transfer, for a term', () => {
    const s = base.and(record(rotated('2013-03-01', { fromUnit: UNIT.homeAffairs, until: '2016-02-28' })));
    expect(s.at('2013-03-01').unit).to.deep.equal({
      by: eventId(3),
      since: '2013-03-01',
      unit: UNIT.finance,
      until: '2016-02-28',
    });
    expect(s.at('2013-03-01').moves).to.deep.equal([
      { by: eventId(3), since: '2013-03-01', from: UNIT.homeAffairs, to: UNIT.finance },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('the transfer that follows it has no term', () => {
    const s = base
      .and(record(rotated('2013-03-01', { until: '2016-02-28' })))
      .and(record(fact('transferred', '2015-01-01', { toUnit: UNIT.homeAffairs })));
    expect(s.at('2015-01-01').unit).to.not.have.property('until');
  });

  it('to where the person is, from elsewhere, or for no time: recorded with its finding', () => {
    base.when(record(rotated('2013-03-01', { toUnit: UNIT.homeAffairs }))).withFindings('already_in_unit');
    base
      .when(record(rotated('2013-03-01', { fromUnit: UNIT.officialsSection })))
      .withFindings('from_unit_differs');
    base.when(record(rotated('2013-03-01', { until: '2013-02-28' }))).withFindings('ends_before_start');
  });
});
