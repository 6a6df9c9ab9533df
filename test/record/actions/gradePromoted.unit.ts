import { expect } from 'chai';
import { fact, graded, hired, opened, record, Scenario } from '../../support/record.js';

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
});
