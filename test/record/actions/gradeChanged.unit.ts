import { expect } from 'chai';
import { fact, graded, hired, lawfulWorld, opened, record, Scenario } from '../../support/record.js';

const changed = (effective: string, data: object) => fact('grade_changed', effective, data);

describe('Changed to another grade of the same rank', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 2));

  it('holds the new grade; the wait may go on from the old date', () => {
    const s = base.and(
      record(changed('2012-05-01', { grade: 'V.07.05.15', step: 2, nextStepFrom: '2010-01-01' })),
    );
    expect(s.at('2012-05-01').grade).to.include({ grade: 'V.07.05.15', step: 2, nextStepFrom: '2010-01-01' });
    expect(s.rules()).to.deep.equal([]);
  });

  it('ends the beyond-frame allowance, which belongs to the last step of the old grade', () => {
    const paid = Scenario.given(
      opened(),
      hired(),
      graded('2010-01-01', 9),
      fact('beyond_frame_granted', '2013-01-01', { percent: '5' }),
    ).and(record(changed('2014-01-01', { grade: '01.002', step: 3, keptDifference: '0.15' })));
    expect(paid.at('2013-12-31').beyondFrame?.percent).to.equal('5');
    expect(paid.at('2014-01-01').beyondFrame).to.equal(null);
  });

  it('to the same grade, or without any before: recorded with its finding', () => {
    base.when(record(changed('2012-05-01', { grade: '01.003', step: 2 }))).withFindings('grade_same');
    Scenario.given(opened(), hired())
      .when(record(changed('2012-05-01', { grade: '01.003', step: 2 })))
      .withFindings('grade_missing');
  });

  it('to the same grade where a new law has put its code on another scale: in order', () => {
    const assistant = Scenario.under(
      lawfulWorld,
      opened(),
      hired(),
      fact('appointed_to_grade', '2019-09-01', { grade: '01.004', step: 4, coefficient: '2.46' }),
    );
    const onto = (step: number, data: object = {}) =>
      changed('2021-09-01', { grade: '01.004', step, ...data });
    // The nearest step of A0 not below 2.46 is 2.72; the gain is more than a step of B, so time counts anew.
    assistant.when(record(onto(3))).withFindings('step_unverified');
    assistant.when(record(onto(3, { nextStepFrom: '2021-09-01' }))).withFindings('step_unverified');
    assistant.when(record(onto(2))).withFindings('step_unverified', 'grade_placement');
    assistant
      .when(record(onto(3, { nextStepFrom: '2019-09-01' })))
      .withFindings('step_unverified', 'grade_placement');
    assistant
      .when(record(changed('2021-07-31', { grade: '01.004', step: 4 })))
      .withFindings('step_unverified', 'grade_same');
  });

  it('into an equal scale the step stays and the wait goes on', () => {
    const s = Scenario.under(lawfulWorld, opened(), hired(), graded('2010-01-01', 2));
    const onto = (step: number, data: object = {}) =>
      record(changed('2012-05-01', { grade: '06.031', step, ...data }));
    s.when(onto(2, { nextStepFrom: '2010-01-01' })).withFindings('step_unverified');
    s.when(onto(2, { nextStepFrom: '2012-05-01' })).withFindings('step_unverified', 'grade_placement');
    s.when(onto(3)).withFindings('step_unverified', 'grade_placement');
  });
});
