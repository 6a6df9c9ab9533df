import { expect } from 'chai';
import { graded, hired, opened, record, Scenario } from '../../support/record.js';

describe('Appointed to a grade', () => {
  const base = Scenario.given(opened(), hired());

  it('places the person on a step; the wait for the next counts from the day of pay', () => {
    const s = base.and(record(graded('2013-05-10', 2, { coefficient: '2.67', salaryDate: '2013-05-01' })));
    expect(s.at('2013-05-10').grade).to.include({
      step: 2,
      salaryDate: '2013-05-01',
      nextStepFrom: '2013-05-01',
    });
  });

  it('on a step that the table does not have: refused, naming the field', () => {
    expect(base.when(record(graded('2013-05-10', 12))).refusedBy('step_invalid').field).to.equal('step');
  });

  it('before the table begins: recorded as unverified', () => {
    Scenario.given(opened(), hired('1995-01-01'))
      .when(record(graded('1995-01-01', 2)))
      .withFindings('step_unverified');
  });

  it('with another coefficient than the table: recorded with a finding that names the table’s', () => {
    const { findings } = base
      .when(record(graded('2013-05-10', 2, { coefficient: '2.76' })))
      .then('appointed_to_grade');
    expect(findings[0]).to.deep.include({
      rule: 'coefficient_differs',
      params: { grade: '01.003', step: '2', table: '2.67' },
    });
  });
});
