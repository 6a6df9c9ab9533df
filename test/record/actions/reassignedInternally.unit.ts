import { expect } from 'chai';
import { fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

const reassigned = (effective: string, toUnit: string) =>
  fact('reassigned_internally', effective, { toUnit });

describe('Reassigned within the agency', () => {
  const base = Scenario.given(opened(), hired());

  it('moves the person to the section', () => {
    const s = base.and(record(reassigned('2013-03-01', UNIT.officialsSection)));
    expect(s.at('2013-03-01').unit?.unit).to.equal(UNIT.officialsSection);
    expect(s.rules()).to.deep.equal([]);
  });

  it('to a section of another agency: recorded with its finding, and moved', () => {
    const s = base.and(record(reassigned('2013-03-01', UNIT.finance)));
    expect(s.rules()).to.deep.equal(['not_same_agency']);
    expect(s.at('2013-03-01').unit?.unit).to.equal(UNIT.finance);
  });

  it('after the unit was merged: the agency into which it went counts', () => {
    const there = Scenario.given(opened(), hired('2010-01-01', { unit: UNIT.dissolved }));
    there.when(record(reassigned('2014-06-01', UNIT.finance))).withFindings('not_same_agency');
    there.when(record(reassigned('2016-01-01', UNIT.homeAffairs))).withFindings('not_same_agency');
    there.when(record(reassigned('2016-01-01', UNIT.finance))).withFindings('already_in_unit');
  });
});
