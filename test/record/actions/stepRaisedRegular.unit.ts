import { expect } from 'chai';
import { graded, hired, opened, raised, record, Scenario } from '../../support/record.js';

describe('Step raised (regular)', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 1));

  it('after 36 months on a step of A1 it is in order', () => {
    const outcome = base.when(record(raised('2013-01-01', 2)));
    outcome.then('step_raised_regular');
    outcome.withFindings();
    expect(base.and(record(raised('2013-01-01', 2))).at('2013-01-01').grade?.step).to.equal(2);
  });

  it('the period counts from the wait named, not from the day of the fact', () => {
    const late = Scenario.given(opened(), hired(), graded('2010-06-15', 1, { nextStepFrom: '2010-01-01' }));
    late.when(record(raised('2013-01-01', 2))).withFindings();
  });

  it('too early, to another step, in another grade, without a grade: recorded with its finding', () => {
    base.when(record(raised('2012-12-01', 2))).withFindings('step_too_early');
    base.when(record(raised('2013-01-01', 4))).withFindings('step_not_next');
    Scenario.given(opened(), hired())
      .when(record(raised('2013-01-01', 2)))
      .withFindings('grade_missing');
  });

  it('beyond the last step: refused', () => {
    base.when(record(raised('2013-01-01', 10))).refusedBy('step_invalid');
  });
});
