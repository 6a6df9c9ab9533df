import { expect } from 'chai';
import { deceased, fact, opened, record, Scenario } from '../../support/record.js';

describe('Military service', () => {
  const base = Scenario.given(opened());
  const served = (effective: string, data: object = {}) =>
    record(fact('military_service', effective, data, { number: null }));

  it('from enlistment to discharge with the highest rank; a year is enough', () => {
    base.when(served('1998-03', { discharged: '2000', highestRank: 'trung_si' })).withFindings();
    base.when(served('1998')).withFindings();
  });

  it('discharged before enlistment: recorded with its finding', () => {
    base.when(served('1998-03-02', { discharged: '1998-03-01' })).withFindings('period_reversed');
  });

  it('after death is refused', () => {
    base
      .and(record(deceased('2013-01-01')))
      .when(served('2013-01-02'))
      .refusedBy('after_death');
  });

  it('changes nothing else', () => {
    expect(base.and(served('1998')).at('1999-01-01')).to.deep.equal(base.at('1999-01-01'));
  });
});
