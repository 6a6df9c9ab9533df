import { expect } from 'chai';
import { fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

describe('Recruited', () => {
  it('given an opened record, when recruited into a unit, then in service there', () => {
    const s = Scenario.given(opened()).and(
      record(hired('2013-01-01', { category: 'cong_chuc', agency: UNIT.homeAffairs })),
    );
    expect(s.at('2012-12-31').service).to.equal(null);
    expect(s.at('2013-01-01').service?.status).to.equal('in_service');
    expect(s.at('2013-01-01').unit?.unit).to.equal(UNIT.homeAffairs);
    expect(s.at('2013-01-01').hire).to.include({ category: 'cong_chuc', agency: UNIT.homeAffairs });
  });

  it('without a unit it is recorded with a finding', () => {
    Scenario.given(opened())
      .when(record(fact('recruited', '2013-01-01')))
      .withFindings('hire_without_unit');
  });

  it('while in service it is recorded with a finding', () => {
    Scenario.given(opened(), hired('2010-01-01'))
      .when(record(hired('2013-01-01')))
      .withFindings('hired_twice');
  });

  it('into a unit that does not exist that day: refused', () => {
    Scenario.given(opened())
      .when(record(hired('2015-01-01', { unit: UNIT.dissolved })))
      .refusedBy('unit_invalid');
  });
});
