import { expect } from 'chai';
import {
  eventId,
  fact,
  hired,
  opened,
  record,
  Scenario,
  transfer,
  UNIT,
  world,
} from '../../support/record.js';

describe('Transferred', () => {
  const base = Scenario.given(opened(), hired());

  it('within an agency: the unit changes, the agency does not', () => {
    const s = base.and(record(transfer('2013-03-01', UNIT.officialsSection)));
    const unit = s.at('2013-03-01').unit?.unit ?? '';
    expect(unit).to.equal(UNIT.officialsSection);
    expect(world.agencyOf(unit, '2013-03-01')).to.equal(UNIT.homeAffairs);
  });

  it('to another agency: the agency changes with the unit', () => {
    const s = base.and(record(transfer('2013-03-01', UNIT.finance, { fromUnit: UNIT.homeAffairs })));
    expect(world.agencyOf(s.at('2013-03-01').unit?.unit ?? '', '2013-03-01')).to.equal(UNIT.finance);
  });

  it('stays in the record as a move, which the movement of the record may name', () => {
    const s = base.and(record(transfer('2013-03-01'))).and(record(fact('retired', '2014-01-01')));
    expect(s.at('2014-01-01').moves).to.deep.equal([
      { by: eventId(3), since: '2013-03-01', from: UNIT.homeAffairs, to: UNIT.finance },
    ]);
  });

  it('is the first placement of somebody hired without a unit', () => {
    const s = Scenario.given(opened(), fact('recruited', '2010-01-01'));
    s.when(record(transfer('2011-01-01'))).withFindings();
  });

  it('to a unit that does not exist on that day: refused', () => {
    base.when(record(transfer('2015-01-01', UNIT.dissolved))).refusedBy('unit_invalid');
    base.when(record(transfer('2013-03-01', UNIT.unknown))).refusedBy('unit_invalid');
  });

  it('after the unit was merged into another, from that one', () => {
    const there = Scenario.given(opened(), hired('2010-01-01', { unit: UNIT.dissolved }));
    const from = { fromUnit: UNIT.finance };
    there.when(record(transfer('2016-01-01', UNIT.homeAffairs, from))).withFindings();
    there.when(record(transfer('2014-01-01', UNIT.homeAffairs, from))).withFindings('from_unit_differs');
    there.when(record(transfer('2016-01-01', UNIT.finance))).withFindings('already_in_unit');
    there.when(record(transfer('2014-01-01', UNIT.finance))).withFindings();
  });

  it('to where the person is, or from where the person is not: recorded with its finding', () => {
    base.when(record(transfer('2013-03-01', UNIT.homeAffairs))).withFindings('already_in_unit');
    base
      .when(record(transfer('2013-03-01', UNIT.finance, { fromUnit: UNIT.officialsSection })))
      .withFindings('from_unit_differs');
  });
});
