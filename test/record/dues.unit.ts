import { expect } from 'chai';
import { duesOf } from '../../src/record/dues.js';
import { disciplined, fact, graded, hired, lawfulWorld as law, opened, Scenario } from '../support/record.js';

const dues = (s: Scenario, day: string) =>
  duesOf(s.at(day), day, law).map(({ kind, due, blocked }) => [kind, due, blocked]);

describe('what falls due', () => {
  const base = [
    { ...opened(), data: { ...opened().data, dateOfBirth: '1975-03-15', sex: 'male' } },
    hired('2010-01-01', { category: 'cong_chuc' }),
    graded('2013-01-01'),
  ] as const;

  it('the next regular step and retirement, while in service', () => {
    expect(dues(Scenario.given(...base), '2014-01-01')).to.deep.equal([
      ['regular_step', '2016-01-01', null],
      ['retirement', '2037-03-31', null],
    ]);
  });

  it('a discipline lengthens the step, by whom and how much is said, and lapses after twelve months', () => {
    const s = Scenario.given(...base, disciplined('2014-06-01'));
    const [step] = duesOf(s.at('2014-07-01'), '2014-07-01', law);
    expect(step).to.deep.include({ due: '2016-07-01', earliest: '2016-01-01' });
    expect(step?.reasons.map((r) => [r.kind, r.months])).to.deep.equal([['discipline', 6]]);
    expect(dues(s, '2014-07-01')).to.deep.include(['discipline_lapse', '2015-06-01', null]);
  });

  it('at the last step: the beyond-frame percentage, then one more each year', () => {
    const last = Scenario.given(...base.slice(0, 2), graded('2013-01-01', 9));
    expect(dues(last, '2014-01-01')[0]).to.deep.equal(['beyond_frame', '2016-01-01', null]);
    const granted = Scenario.given(
      ...base.slice(0, 2),
      graded('2013-01-01', 9),
      fact('beyond_frame_granted', '2016-01-01', { percent: '5' }),
    );
    expect(dues(granted, '2016-06-01')[0]).to.deep.equal(['beyond_frame', '2017-01-01', null]);
  });

  it('nothing for somebody who has left', () => {
    const gone = Scenario.given(...base, fact('left_service', '2015-01-01'));
    expect(dues(gone, '2015-01-01')).to.deep.equal([]);
  });

  it('a step that the table does not know cannot be told', () => {
    const s = Scenario.given(
      ...base.slice(0, 2),
      fact('appointed_to_grade', '2003-01-01', { grade: '01.003', step: 1 }),
    );
    expect(dues(s, '2014-01-01')[0]).to.deep.equal(['regular_step', null, 'step_unknown']);
  });
});
