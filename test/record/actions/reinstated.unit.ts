import { expect } from 'chai';
import { fact, graded, hired, opened, record, Scenario, UNIT, deceased } from '../../support/record.js';

describe('Reinstated after leaving', () => {
  const left = Scenario.given(opened(), hired(), graded('2010-01-01', 3), fact('left_service', '2013-01-01'));
  const back = fact('reinstated', '2014-01-01', { unit: UNIT.finance });

  it('brings the person back into service, in the unit named, on the grade last held', () => {
    const s = left.and(record(back));
    expect(s.at('2013-12-31').service?.status).to.equal('left');
    expect(s.at('2014-01-01')).to.nested.include({
      'service.status': 'in_service',
      'unit.unit': UNIT.finance,
    });
    expect(s.at('2014-01-01').grade?.step).to.equal(3);
  });

  it('while in service, or before any hire: recorded with a finding', () => {
    Scenario.given(opened(), hired()).when(record(back)).withFindings('reinstated_in_service');
    Scenario.given(opened()).when(record(back)).withFindings('before_hire');
  });

  it('after death: refused', () => {
    Scenario.given(opened(), hired(), deceased('2013-01-01')).when(record(back)).refusedBy('after_death');
  });
});
