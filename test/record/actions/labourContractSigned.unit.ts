import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Labour contract signed', () => {
  const base = Scenario.given(opened(), hired('2013-01-01', { category: 'contract_nd68' }));
  const signed = fact('labour_contract_signed', '2013-01-01', {
    type: 'hdld_nd68',
    job: 'Lái xe',
    pay: 'luong_khoan',
  });

  it('holds as a labour contract from its day', () => {
    const s = base.and(record(signed));
    expect(s.at('2013-01-01').contract).to.include({ kind: 'labour', type: 'hdld_nd68' });
    expect(s.rules()).to.deep.equal([]);
  });

  it('starting it is barred while the record is incomplete: 15.5d names labour contracts, and no others', () => {
    expect(actionOf('labour_contract_signed').gate).to.equal(true);
    expect(actionOf('work_contract_signed').gate).to.equal(false);
  });

  it('a last day before the first: recorded with its finding', () => {
    base
      .when(record({ ...signed, data: { type: 'hdld_mua_vu', until: '2012-12-01' } }))
      .withFindings('ends_before_start');
  });
});
