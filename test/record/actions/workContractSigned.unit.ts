import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const signed = (effective: string, data: object = {}) =>
  fact('work_contract_signed', effective, { type: 'hdlv_xac_dinh', ...data });

describe('Working contract signed', () => {
  const base = Scenario.given(opened(), hired('2013-01-01', { category: 'vien_chuc' }));

  it('holds with its type and its last day; a public employee signs it on the day of the hire', () => {
    const s = base.and(record(signed('2013-01-01', { until: '2015-12-31' })));
    expect(s.at('2013-01-01').contract).to.deep.equal({
      by: eventId(3),
      since: '2013-01-01',
      kind: 'work',
      type: 'hdlv_xac_dinh',
      until: '2015-12-31',
    });
    expect(s.rules()).to.deep.equal([]);
  });

  it('the next one takes its place; an indefinite one has no last day', () => {
    const s = base
      .and(record(signed('2013-01-01', { until: '2015-12-31' })))
      .and(record(signed('2016-01-01', { type: 'hdlv_khong_xac_dinh' })));
    expect(s.at('2015-12-31').contract?.by).to.equal(eventId(3));
    expect(s.at('2016-01-01').contract).to.not.have.property('until');
  });

  it('is held by nobody who has left', () => {
    const s = base.and(record(signed('2013-01-01')), record(fact('left_service', '2014-01-01')));
    expect(s.at('2014-01-01').contract).to.equal(null);
  });

  it('a last day before the first, or no hire before it: recorded with its finding', () => {
    base.when(record(signed('2013-01-01', { until: '2012-12-31' }))).withFindings('ends_before_start');
    base.when(record(signed('2012-12-31'))).withFindings('before_hire');
  });

  it('a last day within the year that is all the paper tells of the first: in order', () => {
    base.when(record(signed('2013', { until: '2013-01-01' }))).withFindings();
  });
});
