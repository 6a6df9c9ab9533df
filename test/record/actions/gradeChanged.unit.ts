import { expect } from 'chai';
import { fact, graded, hired, opened, record, Scenario } from '../../support/record.js';

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
});
