import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Work position changed', () => {
  const base = Scenario.given(opened(), hired());
  const changed = fact('position_rotated', '2013-03-01', {
    fromWork: 'ke_toan_tai_chinh',
    toWork: 'van_thu',
    duty: 'Quản lý văn bản đến',
  });

  it('the unit stays: only the work changes', () => {
    const s = base.and(record(changed));
    expect(s.at('2013-03-01').unit).to.deep.equal(s.at('2013-02-28').unit);
    expect(s.rules()).to.deep.equal([]);
  });

  it('is entered within ten working days, and does not move the record', () => {
    expect(actionOf('position_rotated').deadline).to.equal('R-10.2b');
  });

  it('of somebody who has left: recorded with its finding', () => {
    base
      .and(record(fact('left_service', '2013-01-01')))
      .when(record(changed))
      .withFindings('after_leaving');
  });
});
