import { expect } from 'chai';
import fc from 'fast-check';
import { percentOf, textOf, times, units, whole } from '../../src/rules/decimal.js';
import {
  baseSalaryOn,
  earlyRaiseQuota,
  monthlySalary,
  placeInGrade,
  type ScaleStep,
} from '../../src/rules/salary.js';
import { LAW } from './support.js';

/** domain-rules §4.4: from, dong a month. */
const BASE: readonly [string, string][] = [
  ['2004-10-01', '290000'],
  ['2005-10-01', '350000'],
  ['2006-10-01', '450000'],
  ['2008-01-01', '540000'],
  ['2009-05-01', '650000'],
  ['2010-05-01', '730000'],
  ['2011-05-01', '830000'],
  ['2012-05-01', '1050000'],
  ['2013-07-01', '1150000'],
  ['2016-05-01', '1210000'],
  ['2017-07-01', '1300000'],
  ['2018-07-01', '1390000'],
  ['2019-07-01', '1490000'],
  ['2023-07-01', '1800000'],
  ['2024-07-01', '2340000'],
  ['2026-07-01', '2530000'],
];

/** domain-rules §4.1: first step, gain of a step, number of steps, months. */
const SCALES: Readonly<Record<string, readonly [string, string, number, number]>> = {
  't2.A3.1': ['6.20', '0.36', 6, 36],
  't2.A3.2': ['5.75', '0.36', 6, 36],
  't2.A2.1': ['4.40', '0.34', 8, 36],
  't2.A2.2': ['4.00', '0.34', 8, 36],
  't2.A1': ['2.34', '0.33', 9, 36],
  't2.A0': ['2.10', '0.31', 10, 36],
  't2.B': ['1.86', '0.20', 12, 24],
  't2.C1': ['1.65', '0.18', 12, 24],
  't2.C2': ['1.50', '0.18', 12, 24],
  't2.C3': ['1.35', '0.18', 12, 24],
};

const scaleOf = (group: string): ScaleStep[] =>
  LAW.everyEntry('grade_step_coefficient')
    .filter((e) => e.attributes?.['grade_group_code'] === group)
    .map((e) => ({
      step: Number(e.attributes?.['step']),
      coefficient: e.attributes?.['coefficient'] ?? '',
    }));

describe('salary', () => {
  for (const [from, amount] of BASE)
    it(`the base salary from ${from} is ${amount} dong`, () => {
      expect(baseSalaryOn(LAW, from)).to.equal(amount);
    });
  it('the day before belongs to the amount before', () => {
    expect(baseSalaryOn(LAW, '2026-06-30')).to.equal('2340000');
    expect(baseSalaryOn(LAW, '2004-09-30')).to.equal(null);
  });

  for (const [group, [first, gain, count, months]] of Object.entries(SCALES))
    it(`group ${group}: ${count} steps from ${first} by ${gain}, ${months} months each`, () => {
      expect(scaleOf(group).map((s) => units(s.coefficient))).to.deep.equal(
        Array.from({ length: count }, (_, i) => units(first) + BigInt(i) * units(gain)),
      );
      expect(LAW.entry('grade_group', group, '2013-01-01')?.attributes?.['months_per_step']).to.equal(
        String(months),
      );
    });

  it('a month’s salary: step, beyond the frame, position, percentages and amounts', () => {
    const plain = monthlySalary({ coefficient: '2.34', allowances: [] }, LAW, '2012-10-03')!;
    expect(plain.total).to.equal('2457000');
    const senior = monthlySalary(
      {
        coefficient: '4.98',
        beyondFramePercent: '7',
        allowances: [
          { by: 'post', coefficient: '0.50', isPosition: true },
          { by: 'area', coefficient: '0.1' },
          { by: 'public service', percent: '25' },
          { by: 'phone', amount: '300000' },
        ],
      },
      LAW,
      '2025-01-01',
    )!;
    // 4.98 × 1.07 + 0.5 + 0.1 = 5.9286; a quarter of 5.8286 on top.
    expect(senior).to.deep.equal({
      base: '2340000',
      coefficients: '5.9286',
      byCoefficients: '13872924',
      byPercent: '3409731',
      byAmount: '300000',
      total: '17582655',
    });
  });

  it('a change of grade: the nearest step not below the present total', () => {
    const a1 = scaleOf('t2.A1');
    const a21 = scaleOf('t2.A2.1');
    expect(placeInGrade({ coefficient: '4.32', oldStepGain: '0.33' }, a21)).to.deep.equal({
      step: 1,
      coefficient: '4.40',
      keptDifference: '0',
      countsAnew: false,
    });
    expect(placeInGrade({ coefficient: '3.99', oldStepGain: '0.33' }, a21)).to.deep.include({
      step: 1,
      countsAnew: true,
    });
    expect(
      placeInGrade({ coefficient: '4.98', beyondFramePercent: '5', oldStepGain: '0.33' }, a21),
    ).to.deep.include({ step: 4, coefficient: '5.42', countsAnew: true });
    expect(placeInGrade({ coefficient: '5.42', oldStepGain: '0.34' }, a1)).to.deep.include({
      step: 9,
      keptDifference: '0.44',
    });
  });

  it('the quota of early raises: one per full ten, the rest pooled', () => {
    expect(earlyRaiseQuota(9)).to.deep.equal({ own: 0, pooled: 9 });
    expect(earlyRaiseQuota(47)).to.deep.equal({ own: 4, pooled: 7 });
  });

  it('decimals are exact', () => {
    expect(textOf(units('2.34') + units('0.33'))).to.equal('2.67');
    expect(textOf(times(units('0.1'), units('0.2')))).to.equal('0.02');
    expect(textOf(percentOf(units('4.98'), units('5')))).to.equal('0.249');
    expect(whole(units('0.5'))).to.equal(1n);
    const amount = fc
      .tuple(fc.nat(10_000_000), fc.nat(9999))
      .map(([w, p]) => `${w}.${String(p).padStart(4, '0')}`);
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(units(textOf(units(a)))).to.equal(units(a));
        expect(textOf(units(a) + units(b) - units(b))).to.equal(textOf(units(a)));
        expect(times(units(a), units('1'))).to.equal(units(a));
      }),
    );
  });
});
