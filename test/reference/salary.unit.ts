import { expect } from 'chai';
import { catalogueStream } from '../../src/catalogues/facts.js';
import { ship } from '../../src/catalogues/ship.js';
import { loadShipped } from '../../src/catalogues/shipped.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING } from '../../src/event-log/port.js';
import { ReferenceData } from '../../src/reference/referenceData.js';
import { tracked, type ReferenceView } from '../../src/reference/view.js';
import { on } from './support.js';
import { shippedLaw } from '../support/shippedLaw.js';

/** domain-rules §4.1: group, a grade in it, months, coefficients from step 1. */
const TABLE: readonly (readonly [grade: string, months: number, coefficients: string])[] = [
  ['01.001', 36, '6.20 6.56 6.92 7.28 7.64 8.00'], // A3.1
  ['06.029', 36, '5.75 6.11 6.47 6.83 7.19 7.55'], // A3.2
  ['01.002', 36, '4.40 4.74 5.08 5.42 5.76 6.10 6.44 6.78'], // A2.1
  ['06.030', 36, '4.00 4.34 4.68 5.02 5.36 5.70 6.04 6.38'], // A2.2
  ['15.112', 36, '4.00 4.34 4.68 5.02 5.36 5.70 6.04 6.38'], // A2.2 of table 3
  ['01.003', 36, '2.34 2.67 3.00 3.33 3.66 3.99 4.32 4.65 4.98'], // A1
  ['15.113', 36, '2.34 2.67 3.00 3.33 3.66 3.99 4.32 4.65 4.98'], // A1 of table 3
  ['15a.202', 36, '2.10 2.41 2.72 3.03 3.34 3.65 3.96 4.27 4.58 4.89'], // A0
  ['01.004', 24, '1.86 2.06 2.26 2.46 2.66 2.86 3.06 3.26 3.46 3.66 3.86 4.06'], // B
  ['01.007', 24, '1.65 1.83 2.01 2.19 2.37 2.55 2.73 2.91 3.09 3.27 3.45 3.63'], // table 4
  ['01.009', 24, '1.00 1.18 1.36 1.54 1.72 1.90 2.08 2.26 2.44 2.62 2.80 2.98'],
  ['V.07.01.01', 36, '6.20 6.56 6.92 7.28 7.64 8.00'], // professional titles are grades of their own list
  ['V.08.03.07', 24, '1.86 2.06 2.26 2.46 2.66 2.86 3.06 3.26 3.46 3.66 3.86 4.06'],
  ['01.010', 24, '2.05 2.23 2.41 2.59 2.77 2.95 3.13 3.31 3.49 3.67 3.85 4.03'],
];

/** domain-rules §4.1: the step is constant within a group. */
const RISE: Readonly<Record<string, number>> = {
  A3: 36,
  A2: 34,
  A1: 33,
  A0: 31,
  B: 20,
  C1: 18,
  C2: 18,
  C3: 18,
};

describe('the salary tables shipped (NĐ 204/2004/NĐ-CP)', () => {
  let reference: ReferenceView;

  before(async () => {
    const log = new MemoryLog();
    await ship(log, { data: shippedLaw() });
    const data = new ReferenceData();
    data.feed(await log.readAll(BEGINNING, 10_000));
    reference = data.at();
  });

  for (const [grade, months, coefficients] of TABLE)
    it(`grade ${grade}: every step with its coefficient and period, and none beyond the last`, () => {
      const steps = coefficients.split(' ');
      for (const [i, coefficient] of steps.entries())
        expect(reference.step(grade, i + 1, on('2012-10-03'))).to.deep.equal({
          standing: 'valid',
          coefficient,
          lastStep: i === steps.length - 1,
          monthsPerStep: months,
        });
      expect(reference.step(grade, steps.length + 1, on('2012-10-03'))).to.deep.equal({
        standing: 'invalid',
      });
    });

  it('every group rises by the same amount from step to step', () => {
    const rows = loadShipped().lists.find((l) => l.list === 'grade_step_coefficient')!.entries;
    const groups = new Map<string, number[]>();
    for (const { attributes } of rows) {
      const group = attributes!['grade_group_code']!;
      const all = groups.get(group) ?? [];
      expect(Number(attributes!['step'])).to.equal(all.length + 1);
      groups.set(group, [...all, Math.round(Number(attributes!['coefficient']) * 100)]);
    }
    for (const [group, coefficients] of groups) {
      const rise = group.startsWith('t4.') ? 18 : group === 't1.cgcc' ? 60 : RISE[group.split('.')[1]!];
      for (let i = 1; i < coefficients.length; i++)
        expect(coefficients[i]! - coefficients[i - 1]!, `${group} step ${String(i + 1)}`).to.equal(rise);
    }
  });

  it('every group has as many steps as it says, and a grade’s group is there', () => {
    const lists = new Map(loadShipped().lists.map((l) => [l.list, l.entries]));
    const groups = new Map(lists.get('grade_group')!.map((g) => [g.code, g.attributes!]));
    for (const [code, { steps }] of groups) {
      const rows = lists
        .get('grade_step_coefficient')!
        .filter((r) => r.attributes?.['grade_group_code'] === code);
      expect(rows.length, code).to.equal(Number(steps));
    }
    for (const { attributes } of lists.get('grade_name')!)
      if (attributes !== undefined) expect([...groups.keys()]).to.include(attributes['grade_group_code']);
  });

  it('a code changes its group on its day: cán sự from B to A0 on 2021-08-01', () => {
    expect(reference.step('01.004', 1, on('2021-07-31'))).to.include({
      coefficient: '1.86',
      monthsPerStep: 24,
    });
    expect(reference.step('01.004', 1, on('2021-08-01'))).to.include({
      coefficient: '2.10',
      monthsPerStep: 36,
    });
    expect(reference.step('01.004', 11, on('2021-08-01')).standing).to.equal('invalid');
    expect(reference.entry('grade_name', '01.005', '2021-07-31')?.name).to.equal('Kỹ thuật viên đánh máy');
    expect(reference.entry('grade_name', '01.005', '2021-08-01')?.name).to.equal('Nhân viên');
    // The typing technician’s scale of Bảng 4, then that of class B.
    expect(reference.step('01.005', 12, on('2021-07-31'))).to.include({
      coefficient: '4.03',
      lastStep: true,
    });
    expect(reference.step('01.005', 12, on('2021-08-01'))).to.include({
      coefficient: '4.06',
      lastStep: true,
    });
  });

  it('a step of a partial date is invalid only if no day of it fits', () => {
    const year = { first: '2021-01-01', last: '2021-12-31' };
    expect(reference.step('01.004', 12, year)).to.include({ standing: 'valid', coefficient: '4.06' });
    expect(reference.step('01.004', 13, year).standing).to.equal('invalid');
    expect(reference.step('01.003', 10, { first: '2004-01-01', last: '2004-12-31' }).standing).to.equal(
      'unverified',
    );
  });

  it('is unverified before the tables, for an unknown grade, and for a title before its days', () => {
    expect(reference.step('01.003', 1, on('2004-09-30')).standing).to.equal('unverified');
    expect(reference.step('01.003', 1, on('2004-10-01')).standing).to.equal('valid');
    expect(reference.step('99.999', 1, on('2012-10-03')).standing).to.equal('unverified');
    expect(reference.step('V.07.04.10', 1, on('2012-10-03')).standing).to.equal('unverified');
  });

  it('judges codes by what each list claims', () => {
    expect(reference.code('sex', 'female', on('1950-01-01'))).to.equal('valid');
    expect(reference.code('sex', 'khác', on('1950-01-01'))).to.equal('invalid');
    expect(reference.code('person_category', 'cong_chuc', on('2012-10-03'))).to.equal('valid');
    expect(reference.code('person_category', 'cong_chuc', on('2012-10-02'))).to.equal('unverified');
    expect(reference.code('person_category', 'khác', on('2012-10-03'))).to.equal('invalid');
    expect(reference.code('person_category', 'khác', on('2023-02-22'))).to.equal('unverified');
    expect(reference.code('standard_position', 'giam_doc_so', on('2012-10-03'))).to.equal('valid');
    expect(reference.code('standard_position', 'khác', on('2012-10-03'))).to.equal('unverified');
    expect(reference.code('unit_type', 'ubnd_quan', on('2025-07-01'))).to.equal('unverified');
    expect(reference.code('grade_name', 'V.07.05.15', on('2020-01-01'))).to.equal('unverified');
  });

  it('cites the three lists that a step rests on', () => {
    const used = tracked(reference);
    used.step('01.003', 10, on('2012-10-03'));
    expect(used.citations().map((c) => c.stream)).to.deep.equal(
      ['grade_group', 'grade_name', 'grade_step_coefficient'].map(catalogueStream),
    );
    expect(used.keys()).to.deep.equal([
      'catalogue-grade_group#t2.A1',
      'catalogue-grade_name#01.003',
      'catalogue-grade_step_coefficient#',
      'catalogue-grade_step_coefficient#grade_group_code=t2.A1',
    ]);
  });
});
