import type { Day } from '../dates.js';

/** What the law limits in months. */
export type MonthLimit = 'secondment' | 'retirement_notice' | 'postponement';

interface DatedLimit {
  readonly from: Day;
  readonly months: number;
}

/** By the day from which it is law; earliest first. */
const LIMITS: Readonly<Record<MonthLimit, readonly DatedLimit[]>> = {
  // Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36: at most three years.
  secondment: [{ from: '2010-01-01', months: 36 }],
  // NĐ 46/2010/NĐ-CP; NĐ 115/2020/NĐ-CP Đ.59; NĐ 170/2025/NĐ-CP: notice so long before.
  retirement_notice: [{ from: '2010-06-15', months: 6 }],
  // NĐ 46/2010/NĐ-CP: one, three or six months by the reason; the longest.
  postponement: [{ from: '2010-06-15', months: 6 }],
};

/** The limit in months that the law of a day sets; null: none then. */
export function monthLimit(limit: MonthLimit, day: Day): number | null {
  return LIMITS[limit].findLast((l) => l.from <= day)?.months ?? null;
}
