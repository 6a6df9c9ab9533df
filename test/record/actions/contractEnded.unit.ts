import { expect } from 'chai';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const signed = (effective: string, until?: string) =>
  fact('work_contract_signed', effective, {
    type: 'hdlv_xac_dinh',
    ...(until === undefined ? {} : { until }),
  });

describe('Contract ended', () => {
  const base = Scenario.given(opened(), hired('2013-01-01'), signed('2013-01-01', '2015-12-31'));

  it('before its term: it is held no more, the person stays in service', () => {
    const s = base.and(record(fact('contract_ended', '2014-07-01', { reason: 'Chuyển loại hợp đồng' })));
    expect(s.at('2014-06-30').contract).to.not.equal(null);
    expect(s.at('2014-07-01').contract).to.equal(null);
    expect(s.at('2014-07-01').service?.status).to.equal('in_service');
    expect(s.rules()).to.deep.equal([]);
  });

  it('on the day on which the next one is signed, it is the old one that ends', () => {
    const s = base.and(record(signed('2014-07-01')), record(fact('contract_ended', '2014-07-01')));
    expect(s.at('2014-07-01').contract?.since).to.equal('2014-07-01');
    expect(s.rules()).to.deep.equal([]);
  });

  it('without a contract, or after its last day: recorded with its finding', () => {
    base.when(record(fact('contract_ended', '2012-12-31'))).withFindings('contract_not_running');
    base.when(record(fact('contract_ended', '2016-01-01'))).withFindings('contract_not_running');
  });
});
