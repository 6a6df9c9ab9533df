import { expect } from 'chai';
import type { FactContent } from '../../src/record/action.js';
import { monthlyPay } from '../../src/record/monthlyPay.js';
import { correct, eventId, fact, graded, hired, lawfulWorld, opened, Scenario } from '../support/record.js';

const given = (...facts: readonly FactContent[]) =>
  Scenario.given(opened(), hired(), graded('2010-01-01'), ...facts);
const pay = (s: Scenario, day: string) => monthlyPay(s.timeline(), day, lawfulWorld);
const total = (s: Scenario, day: string) => pay(s, day).salary?.total;

describe('The monthly salary of a person on a day', () => {
  it('is the coefficient of the step times the base salary of the day, each with its source and its fact', () => {
    const { base, parts, salary, unknown } = pay(given(), '2012-10-03');
    expect(base).to.deep.include({ amount: '1050000', source: 'NĐ 31/2012/NĐ-CP', confirmed: true });
    expect(parts).to.have.lengthOf(1);
    expect(parts[0]).to.deep.include({
      kind: 'step',
      by: eventId(3),
      subject: '01.003 1',
      coefficient: '2.34',
      source: 'NĐ 204/2004/NĐ-CP Bảng 2',
    });
    expect(salary?.total).to.equal('2457000');
    expect(unknown).to.deep.equal([]);
  });

  it('follows the base salary without any paper of the person’s own', () => {
    expect(total(given(), '2013-06-30')).to.equal('2457000');
    expect(total(given(), '2013-07-01')).to.equal('2691000');
  });

  it('adds allowances, beyond-frame seniority and a kept difference, and names the fact of each', () => {
    const s = given(
      fact('grade_promoted', '2015-01-01', {
        grade: '01.002',
        step: 8,
        coefficient: '6.78',
        keptDifference: '0.10',
      }),
      fact('beyond_frame_granted', '2018-01-01', { percent: '5' }),
      fact('allowance_granted', '2018-01-01', { type: 'chuc_vu', coefficient: '0.50' }),
      fact('allowance_granted', '2018-01-01', { type: 'cong_vu', percent: '25' }),
      fact('allowance_granted', '2018-01-01', { type: 'khac', amount: '300000', until: '2018-05-31' }),
    );
    const { parts, salary } = pay(s, '2018-05-31');
    expect(parts.map((p) => [p.kind, p.by, p.coefficient ?? p.percent ?? p.amount])).to.deep.equal([
      ['step', eventId(4), '6.78'],
      ['kept_difference', eventId(4), '0.10'],
      ['beyond_frame', eventId(5), '5'],
      ['allowance', eventId(6), '0.50'],
      ['allowance', eventId(7), '25'],
      ['allowance', eventId(8), '300000'],
    ]);
    // 6.78 × 1.05 + 0.10 + 0.50 = 7.719 times 1,300,000; a quarter of it on top; and the sum.
    expect(salary).to.deep.include({
      coefficients: '7.719',
      byCoefficients: '10034700',
      byPercent: '2508675',
    });
    expect(salary?.total).to.equal('12843375');
    expect(total(s, '2018-06-01')).to.equal('12543375');
  });

  it('a step is paid from the day that its paper names, before or after the day of its effect', () => {
    const raise = (salaryDate: string) =>
      given(fact('step_raised_regular', '2013-02-01', { grade: '01.003', step: 2, salaryDate }));
    const late = raise('2013-03-01');
    expect([total(late, '2013-02-28'), total(late, '2013-03-01')]).to.deep.equal(['2457000', '2803500']);
    const early = raise('2013-01-01');
    expect([total(early, '2012-12-31'), total(early, '2013-01-01')]).to.deep.equal(['2457000', '2803500']);
  });

  it('the raise of low salaries of 2015 is a part of its own, by law alone', () => {
    const { parts, salary } = pay(given(), '2015-06-30');
    expect(parts.at(-1)).to.deep.include({ kind: 'low_pay', by: null, amount: '215280' });
    expect(parts.at(-1)).to.deep.include({ source: 'NĐ 17/2015/NĐ-CP', confirmed: false });
    expect(salary?.total).to.equal('2906280');
  });

  it('a sum of money is paid as it is, by the month; by the year there is no month’s figure', () => {
    const paid = (per: string) =>
      Scenario.given(opened(), hired(), fact('paid_by_amount', '2013-01-01', { amount: '5000000', per }));
    expect(pay(paid('month'), '2013-02-01').salary).to.deep.include({
      byAmount: '5000000',
      total: '5000000',
    });
    expect(pay(paid('year'), '2013-02-01')).to.deep.include({ salary: null, unknown: ['paid_by_year'] });
  });

  it('names what is not known instead of a figure', () => {
    const unknown = (s: Scenario, day: string) => pay(s, day).unknown;
    expect(unknown(Scenario.given(opened(), hired()), '2013-01-01')).to.deep.equal(['no_pay']);
    expect(unknown(given(fact('left_service', '2014-01-01', {})), '2014-01-01')).to.deep.equal([
      'not_in_service',
    ]);
    const old = Scenario.given(
      opened(),
      hired('1999-01-01'),
      graded('2000-01-01', 1, { coefficient: '1.86' }),
    );
    expect(unknown(old, '2003-12-31')).to.deep.equal(['base_unknown']);
  });

  it('absence and probation are named, not reckoned: what is paid then their own papers say', () => {
    const s = given(fact('leave_taken', '2013-01-01', { kind: 'unpaid', until: '2013-03-31' }));
    expect(pay(s, '2013-02-01').reducedBy).to.deep.equal([eventId(4)]);
    expect(pay(s, '2013-04-01').reducedBy).to.deep.equal([]);
  });

  it('a part from a disputed fact, or of a disputed item of form 2C, is marked', () => {
    const s = given(fact('disputed', '2013-02-01', { fact: eventId(3) }));
    expect(pay(s, '2013-01-31').parts[0]?.disputed).to.deep.equal([]);
    expect(pay(s, '2013-02-01').parts[0]?.disputed).to.deep.equal([eventId(4)]);
    const item = given(fact('disputed', '2013-02-01', { item: 'coefficient' }));
    expect(pay(item, '2013-02-01').parts[0]?.disputed).to.deep.equal([eventId(4)]);
  });

  it('a correction of the step changes what was paid, as known afterwards', () => {
    const s = given();
    const corrected = s.and(correct(3, graded('2010-01-01', 2)));
    expect([total(s, '2013-01-31'), total(corrected, '2013-01-31')]).to.deep.equal(['2457000', '2803500']);
  });
});
