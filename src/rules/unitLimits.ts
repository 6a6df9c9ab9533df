import { plusDays, plusMonths, type Day } from '../dates.js';
import { IN_FORCE } from './timeLimits.js';

/** What QĐ 8060/QĐ-UBND asks of an agency itself, again and again (domain-rules §1.2). */
export const UNIT_LIMIT_RULES = ['R-14.1', 'R-14.2', 'R-15.4'] as const;
export type UnitLimitRule = (typeof UNIT_LIMIT_RULES)[number];

export interface UnitLimit {
  readonly rule: UnitLimitRule;
  /** Levels of Điều 6 that owe it. */
  readonly levels: readonly number[];
  readonly vi: string;
  readonly en: string;
}

const DEPARTMENT = 2;
const HOME_AFFAIRS = 3;

const LIMITS: Readonly<Record<UnitLimitRule, UnitLimit>> = {
  // Public service units directly under the city are of level 2, and report as departments do (design.md §10).
  'R-14.1': {
    rule: 'R-14.1',
    levels: [DEPARTMENT],
    vi: 'Báo cáo định kỳ về quản lý hồ sơ, trước ngày 25/5 và 15/12',
    en: 'Report on the management of records, before 25 May and 15 December',
  },
  'R-14.2': {
    rule: 'R-14.2',
    levels: [HOME_AFFAIRS],
    vi: 'Tổng hợp, báo cáo UBND thành phố hằng năm',
    en: 'Consolidate the reports of the year and report for the city',
  },
  'R-15.4': {
    rule: 'R-15.4',
    levels: [DEPARTMENT, HOME_AFFAIRS],
    vi: 'Theo dõi, kiểm tra hằng tháng việc cập nhật hồ sơ',
    en: 'Monthly check of the updating of records',
  },
};

export function isUnitRule(rule: string): rule is UnitLimitRule {
  return Object.hasOwn(LIMITS, rule);
}

export function unitLimit(rule: UnitLimitRule): UnitLimit {
  return LIMITS[rule];
}

/** "Trước ngày 25/5 và 15/12": the report must be in by the end of these days. */
const REPORT_DAYS = ['05-24', '12-14'] as const;
/** "Theo quy định" (Điều 14.2) names no day: the end of the year it is about. */
const CONSOLIDATED_ON = '12-31';

/** One time that a duty of an agency comes round. */
export interface UnitTerm {
  readonly rule: UnitLimitRule;
  /** The due day before: it runs from the day after. */
  readonly trigger: Day;
  /** Last day on which it is done in time. */
  readonly due: Day;
}

/** Every time that a duty comes round with its due day in a period, both days included; none before the decision. */
export function unitTerms(rule: UnitLimitRule, from: Day, to: Day): UnitTerm[] {
  const first = from > IN_FORCE ? from : IN_FORCE;
  const terms: UnitTerm[] = [];
  for (let year = Number(first.slice(0, 4)) - 1, last = Number(to.slice(0, 4)); year <= last; year++)
    for (const due of dueDays(rule, year)) terms.push({ rule, trigger: due, due });
  return terms
    .map((term, i) => ({ ...term, trigger: terms[i - 1]?.due ?? term.due }))
    .filter(({ due }) => due >= first && due <= to);
}

/** Whether a day is one by which a report of Điều 14 has to be there. */
export function isReportDay(day: Day): boolean {
  return [...REPORT_DAYS, CONSOLIDATED_ON].some((one) => day.endsWith(one));
}

function dueDays(rule: UnitLimitRule, year: number): Day[] {
  switch (rule) {
    case 'R-14.1':
      return REPORT_DAYS.map((day) => `${String(year)}-${day}`);
    case 'R-14.2':
      return [`${String(year)}-${CONSOLIDATED_ON}`];
    case 'R-15.4':
      return Array.from({ length: 12 }, (_, i) => plusDays(plusMonths(`${String(year)}-01-01`, i + 1), -1));
    default:
      return rule satisfies never;
  }
}
