import { expect } from 'chai';
import { nextRegularStep } from '../../../src/record/nextStep.js';
import {
  disciplined,
  eventId,
  fact,
  graded,
  hired,
  opened,
  raised,
  record,
  Scenario,
  world,
} from '../../support/record.js';

const lowered = (effective: string, step: number, data: object = { discipline: eventId(4) }) =>
  fact('step_lowered', effective, { grade: '01.003', step, ...data });

describe('Step lowered', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    graded('2010-01-01', 3),
    disciplined('2012-07-01', 'cc_ha_bac_luong'),
  );

  it('by a discipline of that form, on the day of the discipline, it is in order', () => {
    const s = base.and(record(lowered('2012-07-01', 2)));
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2012-07-01').grade?.step).to.equal(2);
  });

  it('the wait for the return counts from it', () => {
    const s = base.and(record(lowered('2012-07-01', 2)));
    s.when(record(raised('2015-06-30', 3))).withFindings('step_too_early');
  });

  it('after the return, what was served on the step before counts for the raise after that', () => {
    // Two years and a half on step 3 were served.
    const back = base.and(record(lowered('2012-07-01', 2)), record(raised('2015-07-01', 3)));
    const next = (day: string) => nextRegularStep(back.at(day), day, world);
    expect(next('2015-07-01')).to.include({ due: '2016-01-01', earliest: '2016-01-01' });
    back.when(record(raised('2015-12-31', 4))).withFindings('step_too_early');
    back.when(record(raised('2016-01-01', 4))).withFindings();
    // From there on the whole period again.
    const after = back.and(record(raised('2016-01-01', 4)));
    expect(nextRegularStep(after.at('2016-01-01'), '2016-01-01', world).due).to.equal('2019-01-01');
  });

  it('a paper that names the day of the next wait has the word', () => {
    const s = base.and(
      record(lowered('2012-07-01', 2)),
      record(raised('2015-07-01', 3, { nextStepFrom: '2013-07-01' })),
    );
    expect(nextRegularStep(s.at('2015-07-01'), '2015-07-01', world).due).to.equal('2016-07-01');
  });

  it('without a discipline, or by one that was revoked: recorded with its finding', () => {
    base.when(record(lowered('2012-07-01', 2, {}))).withFindings('step_lowered_without_discipline');
    base
      .and(record(fact('discipline_revoked', '2012-09-01', { discipline: eventId(4) })))
      .when(record(lowered('2012-10-01', 2)))
      .withFindings('step_lowered_without_discipline');
  });

  it('when the law of the day has no such form, by more than a step, in another grade: findings', () => {
    base.when(record(lowered('2025-07-01', 2))).withFindings('step_lowering_not_law');
    base.when(record(lowered('2012-07-01', 1))).withFindings('step_not_lower');
    base
      .when(record(lowered('2012-07-01', 2, { grade: '01.002', discipline: eventId(4) })))
      .withFindings('grade_differs');
  });
});
