import { expect } from 'chai';
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
