import { plusDays, plusMonths, type Day, type PartialDate } from '../dates.js';
import type { LawLists } from './law.js';

/** When somebody retires at the normal age (BLLĐ 2019 Đ.169; NĐ 135/2020/NĐ-CP). */
export interface Retirement {
  /** Age at which it is reached, in years and further months. */
  readonly years: number;
  readonly months: number;
  /** The month in which the age is reached, `2025-08`. */
  readonly month: string;
  /** Last day in service. */
  readonly lastDay: Day;
  /** The legal moment: the first of the next month, or the end of the month's last day, by category and date. */
  readonly moment: Day;
  /** Pension from this day: the first of the next month, always. */
  readonly pensionFrom: Day;
  readonly source: string;
}

const AGE = 'retirement_age';
const MOMENT = 'retirement_moment';
const YOUNGEST = 50;
const OLDEST = 70;
/** NĐ 135/2020/NĐ-CP: from here an unknown day and month of birth mean 1 January of the birth year. */
const NEW_LAW: Day = '2021-01-01';

/**
 * Retirement at the normal age, by sex, birth date (a year or month alone is taken as its first day), category of the
 * person, and the law of the day. Null where no law is known for that sex.
 */
export function retirementOf(
  person: { readonly sex: string; readonly dateOfBirth: PartialDate; readonly category: string },
  law: LawLists,
): Retirement | null {
  const { sex, dateOfBirth, category } = person;
  const born = `${dateOfBirth}-01-01`.slice(0, 7);
  for (let age = YOUNGEST; age <= OLDEST; age++) {
    const year = Number(born.slice(0, 4)) + age;
    const rule = law.entry(AGE, sex, `${year}-12-31`);
    if (rule === null) return null;
    const years = Number(rule.attributes?.['years']);
    const months = Number(rule.attributes?.['months']);
    const reached = plusMonths(`${born}-01`, years * 12 + months);
    if (Number(reached.slice(0, 4)) > year) continue;
    return settle({ years, months, reached, source: rule.source }, dateOfBirth, category, law);
  }
  return null;
}

function settle(
  at: { years: number; months: number; reached: Day; source: string },
  dateOfBirth: PartialDate,
  category: string,
  law: LawLists,
): Retirement {
  const { years, months, source } = at;
  // NĐ 46/2010/NĐ-CP: of an unknown day and month, 1 January of the year after the age is reached.
  const unknownDay = dateOfBirth.length === 4 && at.reached < NEW_LAW && category === 'cong_chuc';
  const first = unknownDay ? `${at.reached.slice(0, 4)}-12-01` : at.reached;
  const pensionFrom = plusMonths(first, 1);
  const lastDay = plusDays(pensionFrom, -1);
  const rule = law.entry(MOMENT, category, lastDay);
  const moment = rule?.attributes?.['moment'] === 'last_of_month' ? lastDay : pensionFrom;
  return { years, months, month: first.slice(0, 7), lastDay, moment, pensionFrom, source };
}
