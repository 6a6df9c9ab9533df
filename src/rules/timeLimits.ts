import type { Day } from '../dates.js';
import type { Calendar } from './workingDays.js';

/** A time limit of QĐ 8060/QĐ-UBND (domain-rules §1.2). */
export interface TimeLimit {
  /** The article. */
  readonly rule: LimitRule;
  readonly count: number;
  readonly unit: 'working_days' | 'days';
  /** Who must do it. */
  readonly owes: 'managing_agency' | 'superior_agency' | 'new_agency' | 'using_unit';
  readonly vi: string;
  readonly en: string;
}

/** The time limits that run on one record. */
export const LIMIT_RULES = [
  'R-10.1b',
  'R-10.2b',
  'R-11.1',
  'R-11.2a',
  'R-11.2b',
  'R-11.3a',
  'R-11.3b',
] as const;
export type LimitRule = (typeof LIMIT_RULES)[number];

const LIMITS: readonly TimeLimit[] = [
  {
    rule: 'R-10.1b',
    count: 45,
    unit: 'working_days',
    owes: 'managing_agency',
    vi: 'Cập nhật đầy đủ hồ sơ người mới tuyển dụng',
    en: 'Enter the record of a new recruit in full',
  },
  {
    rule: 'R-10.2b',
    count: 10,
    unit: 'working_days',
    owes: 'managing_agency',
    vi: 'Cập nhật thay đổi vào hồ sơ',
    en: 'Enter the change',
  },
  {
    rule: 'R-11.1',
    count: 15,
    unit: 'days',
    owes: 'using_unit',
    vi: 'Chuyển hồ sơ đến bộ phận mới trong cơ quan',
    en: 'Move the record to the new section',
  },
  {
    rule: 'R-11.2a',
    count: 15,
    unit: 'days',
    owes: 'superior_agency',
    vi: 'Điều chuyển hồ sơ đến cơ quan mới',
    en: 'Move the record to the new agency',
  },
  {
    rule: 'R-11.2b',
    count: 30,
    unit: 'days',
    owes: 'new_agency',
    vi: 'Tiếp nhận hồ sơ và chuyển đến đơn vị trực tiếp sử dụng',
    en: 'Accept the record and forward it to the using unit',
  },
  {
    rule: 'R-11.3a',
    count: 10,
    unit: 'days',
    owes: 'using_unit',
    vi: 'Cập nhật trạng thái hồ sơ người chuyển sang khối Đảng hoặc ra ngoài thành phố',
    en: 'Set the record status: moved to the Party bloc or out of the city',
  },
  {
    rule: 'R-11.3b',
    count: 15,
    unit: 'days',
    owes: 'using_unit',
    vi: 'Cập nhật trạng thái hồ sơ người nghỉ hưu, thôi việc, từ trần',
    en: 'Set the record status: retired, left or died',
  },
];

/** The decision is in force from its signing (Điều 2): no duty runs before. */
export const IN_FORCE: Day = '2012-10-03';

const byRule = new Map(LIMITS.map((l) => [l.rule, l]));

export function timeLimit(rule: LimitRule): TimeLimit {
  return byRule.get(rule) as TimeLimit;
}

/** The last day on which a duty is done in time; null: no duty, for its trigger lies before the decision. */
export function dueDay(rule: LimitRule, trigger: Day, calendar: Calendar): Day | null {
  if (trigger < IN_FORCE) return null;
  const { count, unit } = timeLimit(rule);
  return unit === 'working_days' ? calendar.addWorkingDays(trigger, count) : calendar.addDays(trigger, count);
}
