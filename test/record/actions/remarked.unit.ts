import { expect } from 'chai';
import { fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

describe('Remark of the agency', () => {
  const base = Scenario.given(opened(), hired());
  const remark = (unit: string) =>
    record(fact('remarked', '2013-12-20', { remark: 'Hoàn thành tốt nhiệm vụ', unit }, { number: null }));

  it('is kept with the unit that made it, and changes nothing else', () => {
    base.when(remark(UNIT.homeAffairs)).withFindings();
    expect(base.and(remark(UNIT.finance)).at('2014-01-01')).to.deep.equal(base.at('2014-01-01'));
  });

  it('by a unit that does not exist is refused', () => {
    base.when(remark(UNIT.unknown)).refusedBy('unit_invalid');
  });
});
