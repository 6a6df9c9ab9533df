import { expect } from 'chai';
import { retirementOf } from '../../src/rules/retirement.js';
import { LAW } from './support.js';

const at = (sex: string, dateOfBirth: string, category = 'contract_labour_code') =>
  retirementOf({ sex, dateOfBirth, category }, LAW)!;
const age = (years: number, months = 0) => ({ years, months });

/** Phụ lục I of NĐ 135/2020/NĐ-CP: born from, born to, age, the year in which it is reached. */
const TABLE: readonly [string, string, string, { years: number; months: number }, number, number][] = [
  ['male', '1961-01', '1961-09', age(60, 3), 2021, 2021],
  ['male', '1961-10', '1962-06', age(60, 6), 2022, 2022],
  ['male', '1962-07', '1963-03', age(60, 9), 2023, 2023],
  ['male', '1963-04', '1963-12', age(61), 2024, 2024],
  ['male', '1964-01', '1964-09', age(61, 3), 2025, 2025],
  ['male', '1964-10', '1965-06', age(61, 6), 2026, 2026],
  ['male', '1965-07', '1966-03', age(61, 9), 2027, 2027],
  ['male', '1966-04', '1966-04', age(62), 2028, 2028],
  ['male', '1990-05', '1990-05', age(62), 2052, 2052],
  ['male', '1955-03', '1960-12', age(60), 2015, 2020],
  ['female', '1960-03', '1965-12', age(55), 2015, 2020],
  ['female', '1966-01', '1966-08', age(55, 4), 2021, 2021],
  ['female', '1966-09', '1967-04', age(55, 8), 2022, 2022],
  ['female', '1967-05', '1967-12', age(56), 2023, 2023],
  ['female', '1968-01', '1968-08', age(56, 4), 2024, 2024],
  ['female', '1968-09', '1969-04', age(56, 8), 2025, 2025],
  ['female', '1969-05', '1969-12', age(57), 2026, 2026],
  ['female', '1970-01', '1970-08', age(57, 4), 2027, 2027],
  ['female', '1970-09', '1971-04', age(57, 8), 2028, 2028],
  ['female', '1971-05', '1971-12', age(58), 2029, 2029],
  ['female', '1972-01', '1972-08', age(58, 4), 2030, 2030],
  ['female', '1972-09', '1973-04', age(58, 8), 2031, 2031],
  ['female', '1973-05', '1973-12', age(59), 2032, 2032],
  ['female', '1974-01', '1974-08', age(59, 4), 2033, 2033],
  ['female', '1974-09', '1975-04', age(59, 8), 2034, 2034],
  ['female', '1975-05', '1975-05', age(60), 2035, 2035],
  ['female', '1999-12', '1999-12', age(60), 2059, 2059],
];

describe('retirement', () => {
  for (const [sex, from, to, expected, first, last] of TABLE)
    it(`${sex}, born ${from} to ${to}: ${expected.years} years ${expected.months} months`, () => {
      for (const [born, year] of [
        [from, first],
        [to, last],
      ] as const) {
        const found = at(sex, `${born}-15`);
        expect({ years: found.years, months: found.months }, born).to.deep.equal(expected);
        expect(Number(found.month.slice(0, 4)), born).to.equal(year);
      }
    });

  it('the last day and the pension follow from the month', () => {
    expect(at('male', '1964-05-15')).to.include({
      lastDay: '2025-08-31',
      moment: '2025-08-31',
      pensionFrom: '2025-09-01',
    });
    expect(at('male', '1961-01').month).to.equal('2021-04');
    expect(at('female', '1968-10-20').lastDay).to.equal('2025-06-30');
  });

  it('the legal moment follows category and date', () => {
    const moment = (sex: string, born: string, category: string) => at(sex, born, category).moment;
    expect(moment('male', '1964-05-15', 'cong_chuc')).to.equal('2025-08-31');
    expect(moment('male', '1963-05-15', 'cong_chuc')).to.equal('2024-06-01');
    expect(moment('male', '1964-05-15', 'vien_chuc')).to.equal('2025-09-01');
    expect(moment('male', '1963-05-15', 'contract_labour_code')).to.equal('2024-05-31');
  });

  it('an unknown day is the first of the month; an unknown month is January', () => {
    expect(at('male', '1964-05')).to.deep.equal(at('male', '1964-05-01'));
    expect(at('male', '1964').month).to.equal(at('male', '1964-01-01').month);
  });

  it('under NĐ 46/2010 an unknown month of a civil servant means the year after', () => {
    expect(at('male', '1958', 'cong_chuc').pensionFrom).to.equal('2019-01-01');
    expect(at('male', '1958', 'vien_chuc').pensionFrom).to.equal('2018-02-01');
    expect(at('male', '1962', 'cong_chuc').month).to.equal(at('male', '1962-01-01', 'cong_chuc').month);
  });

  it('of a sex the law does not know nothing is said', () => {
    expect(retirementOf({ sex: 'x', dateOfBirth: '1964', category: 'cong_chuc' }, LAW)).to.equal(null);
  });
});
