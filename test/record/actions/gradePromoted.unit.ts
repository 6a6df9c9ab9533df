import { expect } from 'chai';
import { fact, graded, hired, lawfulWorld, opened, record, Scenario } from '../../support/record.js';

const promoted = (effective: string, grade: string, data: object = {}) =>
  fact('grade_promoted', effective, { grade, step: 1, method: 'thi_nang_ngach', ...data });

describe('Promoted to a higher grade', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 7));

  it('from 01.003 to 01.002 it is in order, and the new grade is held', () => {
    const s = base.and(record(promoted('2014-02-01', '01.002', { coefficient: '4.40' })));
    expect(s.at('2014-02-01').grade).to.include({ grade: '01.002', step: 1 });
    expect(s.at('2014-01-31').grade).to.include({ grade: '01.003', step: 7 });
    expect(s.rules()).to.deep.equal([]);
  });

  it('to a grade that begins no higher: recorded with its finding', () => {
    base.when(record(promoted('2014-02-01', 'V.07.05.15'))).withFindings('grade_not_higher');
  });

  it('to a grade that the tables do not know: unverified, and nothing is said of its height', () => {
    base.when(record(promoted('2014-02-01', '13.094'))).withFindings('step_unverified');
  });

  it('placed on another step, or paid a difference that the law does not keep: a finding', () => {
    const lawful = Scenario.under(lawfulWorld, opened(), hired(), graded('2010-01-01', 7));
    const onto = (data: object) => record(promoted('2014-02-01', '01.002', data));
    lawful.when(onto({ step: 1 })).withFindings();
    lawful.when(onto({ step: 2 })).withFindings('grade_placement');
    lawful.when(onto({ step: 1, keptDifference: '0.10' })).withFindings('grade_placement');
    // 4.40 is less than a step above 4.32: the old date is kept.
    lawful.when(onto({ step: 1, nextStepFrom: '2010-01-01' })).withFindings();
    lawful.when(onto({ step: 1, nextStepFrom: '2014-02-01' })).withFindings('grade_placement');
  });

  it('a kept difference is held with the grade, and counts in the next placement', () => {
    const s = Scenario.under(
      lawfulWorld,
      opened(),
      hired(),
      graded('2010-01-01', 9, { keptDifference: '0.20' }),
    );
    expect(s.at('2010-01-01').grade?.keptDifference).to.equal('0.20');
    // 4.98 and 0.20 make 5.18: the nearest step is 5.42, not 5.08.
    s.when(record(promoted('2014-02-01', '01.002', { step: 3 }))).withFindings('grade_placement');
    s.when(record(promoted('2014-02-01', '01.002', { step: 4 }))).withFindings();
  });
});
