import { expect } from 'chai';
import fc from 'fast-check';
import { hundredths, percentOf, textOf, times, units, whole } from '../../src/rules/decimal.js';
import {
  baseSalaryOn,
  gradeOn,
  monthlySalary,
  placeInEqualGrade,
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

/** domain-rules §4.6: code, a day, its group then; null: the code is not in force, or its group is not known. */
const GRADES: readonly [string, string, string | null][] = [
  ['01.001', '2012-10-03', 't2.A3.1'],
  ['01.002', '2012-10-03', 't2.A2.1'],
  ['01.003', '2012-10-03', 't2.A1'],
  ['01.004', '2021-07-31', 't2.B'],
  ['01.004', '2021-08-01', 't2.A0'],
  ['01.005', '2021-07-31', 't4.kt_danh_may'],
  ['01.005', '2021-08-01', 't2.B'],
  ['06.029', '2012-10-03', 't2.A3.2'],
  ['06.030', '2012-10-03', 't2.A2.2'],
  ['06.031', '2012-10-03', 't2.A1'],
  ['06.032', '2019-12-31', 't2.B'],
  ['06.032', '2020-01-01', 't2.A0'],
  ['15.112', '2012-10-03', 't3.A2.2'],
  ['15.113', '2012-10-03', 't3.A1'],
  ['15a.202', '2012-10-03', 't3.A0'],
  ['15.114', '2012-10-03', 't3.B'],
  ['V.07.01.03', '2018-01-01', 't3.A1'],
  ['V.07.05.15', '2018-01-01', 't3.A1'],
  ['V.07.04.12', '2018-01-01', 't3.A0'],
  ['V.07.04.12', '2022-01-01', null],
  ['V.07.04.32', '2018-01-01', null],
  ['V.07.04.30', '2022-01-01', 't3.A2.1'],
  ['V.07.04.32', '2022-01-01', 't3.A1'],
  ['V.07.03.07', '2018-01-01', 't3.A1'],
  ['V.07.03.27', '2022-01-01', 't3.A2.1'],
  ['V.07.02.26', '2022-01-01', 't3.A0'],
  ['V.08.01.01', '2018-01-01', 't3.A3.1'],
  ['V.08.03.07', '2018-01-01', 't3.B'],
  ['V.08.08.20', '2018-01-01', 't3.A3.1'],
];

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
    // The minimum salary of before is of another table, whose coefficients collide with these: it is told, not reckoned.
    expect(baseSalaryOn(LAW, '2004-09-30')).to.equal(null);
    expect(LAW.entry('base_salary', 'luong_toi_thieu_nd25', '2004-09-30')).to.deep.include({
      confirmed: false,
      attributes: { amount_vnd: '290000' },
    });
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
      lowPay: '0',
      byAmount: '300000',
      total: '17582655',
    });
  });

  it('from 2015 to April 2016 low salaries were raised by eight percent', () => {
    const of = (coefficient: string, day: string) =>
      monthlySalary({ coefficient, allowances: [] }, LAW, day)?.lowPay;
    expect(of('2.34', '2015-01-01')).to.equal('215280');
    expect(of('2.35', '2015-01-01')).to.equal('0');
    expect(of('2.34', '2014-12-31')).to.equal('0');
    expect(of('2.34', '2016-04-30')).to.equal('215280');
    expect(of('2.34', '2016-05-01')).to.equal('0');
  });

  for (const [code, day, group] of GRADES)
    it(`${code} on ${day} is of group ${group ?? 'unknown'}`, () => {
      expect(gradeOn(LAW, code, day)?.group ?? null).to.equal(group);
    });
  it('a grade has the scale and the months of its group', () => {
    const found = gradeOn(LAW, '01.003', '2012-10-03')!;
    expect(found).to.include({ name: 'Chuyên viên', monthsPerStep: 36 });
    expect(found.scale).to.deep.equal(scaleOf('t2.A1'));
    expect(gradeOn(LAW, '01.003', '2004-09-30')).to.equal(null);
  });

  describe('a promotion of grade', () => {
    const a1 = scaleOf('t2.A1');
    const a21 = scaleOf('t2.A2.1');
    const place = (coefficient: string, beyondFramePercent = '0', [from, to] = [a1, a21]) =>
      placeInGrade({ step: 1, coefficient, beyondFramePercent }, from, to);
    it('leads to the nearest step not below; a small gain keeps the old date, a step’s worth does not', () => {
      const first = { step: 1, coefficient: '4.40', keptDifference: '0', beyondFramePercent: '0' };
      expect(place('4.32')).to.deep.equal({ ...first, countsAnew: false });
      expect(place('3.99')).to.deep.equal({ ...first, countsAnew: true });
      // 4.40 - 4.07 is exactly a step of the old scale.
      expect(place('4.07').countsAnew).to.equal(true);
      expect(place('4.08').countsAnew).to.equal(false);
      expect(place('4.40')).to.deep.equal({ ...first, countsAnew: false });
    });
    it('counts beyond-frame in, and time anew', () => {
      // 4.98 × 1.05 = 5.229.
      expect(place('4.98', '5')).to.deep.include({ step: 4, coefficient: '5.42', countsAnew: true });
    });
    it('above the last step keeps the difference, in two places', () => {
      const down = [a21, a1] as [ScaleStep[], ScaleStep[]];
      expect(place('5.42', '0', down)).to.deep.include({ step: 9, keptDifference: '0.44' });
      // 6.78 × 1.07 = 7.2546; less 4.98.
      expect(place('6.78', '7', down)).to.deep.include({ step: 9, keptDifference: '2.27', countsAnew: true });
    });
  });

  describe('a change of grade within the rank', () => {
    const [a1, a21, a22] = ['t2.A1', 't2.A2.1', 't2.A2.2'].map(scaleOf) as [
      ScaleStep[],
      ScaleStep[],
      ScaleStep[],
    ];
    it('into an equal scale leaves all as it is', () => {
      expect(
        placeInEqualGrade({ step: 9, coefficient: '4.98', beyondFramePercent: '6' }, a1, a1),
      ).to.deep.equal({
        step: 9,
        coefficient: '4.98',
        keptDifference: '0',
        beyondFramePercent: '6',
        countsAnew: false,
      });
    });
    it('into a lower one keeps the step and the difference', () => {
      expect(placeInEqualGrade({ step: 3, coefficient: '5.08' }, a21, a22)).to.deep.include({
        step: 3,
        coefficient: '4.68',
        keptDifference: '0.4',
        countsAnew: false,
      });
      // 0.40 × 1.05.
      expect(
        placeInEqualGrade({ step: 8, coefficient: '6.78', beyondFramePercent: '5' }, a21, a22),
      ).to.deep.include({ step: 8, keptDifference: '0.42', beyondFramePercent: '5' });
    });
    it('into a higher one is as a promotion', () => {
      expect(placeInEqualGrade({ step: 3, coefficient: '4.68' }, a22, a21)).to.deep.equal(
        placeInGrade({ step: 3, coefficient: '4.68' }, a22, a21),
      );
    });
    it('never pays less than before', () => {
      const scales = [a1, a21, a22];
      const a = fc.record({ old: fc.constantFrom(...scales), to: fc.constantFrom(...scales), at: fc.nat(7) });
      const percents = fc.integer({ min: 0, max: 20 });
      fc.assert(
        fc.property(a, percents, ({ old, to, at }, percent) => {
          const { step, coefficient } = old[at]!;
          const beyondFramePercent = String(at === old.length - 1 ? percent : 0);
          const present = { step, coefficient, beyondFramePercent };
          const total = (c: string, p: string, kept: bigint) =>
            units(c) + percentOf(units(c), units(p)) + kept;
          for (const found of [placeInGrade(present, old, to), placeInEqualGrade(present, old, to)]) {
            const kept = units(found.keptDifference);
            const now = total(found.coefficient, found.beyondFramePercent, kept);
            // A kept difference has two places: at most half a hundredth is lost.
            expect(now + 50n >= total(coefficient, beyondFramePercent, 0n)).to.equal(true);
          }
        }),
      );
    });
  });

  it('decimals are exact', () => {
    expect(textOf(units('2.34') + units('0.33'))).to.equal('2.67');
    expect(textOf(times(units('0.1'), units('0.2')))).to.equal('0.02');
    expect(textOf(percentOf(units('4.98'), units('5')))).to.equal('0.249');
    expect(whole(units('0.5'))).to.equal(1n);
    expect(textOf(hundredths(units('0.2449')))).to.equal('0.24');
    expect(textOf(hundredths(units('0.245')))).to.equal('0.25');
    for (const text of ['', '-1', '1.23456', '1,5', '1e3'])
      expect(() => units(text), text).to.throw(RangeError);
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
