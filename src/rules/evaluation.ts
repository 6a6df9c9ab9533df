import type { Day } from '../dates.js';
import { isFor } from './discipline.js';
import { inForce, type LawLists } from './law.js';

/** How many the law lets be of the highest level of the yearly evaluation, measured by those of the level below. */
export interface ExcellentShare {
  /** Codes of the list `evaluation_level`: the level that is limited, and the one that it is measured by. */
  readonly excellent: string;
  readonly good: string;
  /** Percent of the good; and in a unit that is outstanding itself. */
  readonly percent: number;
  readonly percentOutstanding: number;
  readonly source: string;
}

const LEVELS = 'evaluation_level';

/**
 * The share that the law of a day sets for a category (NĐ 335/2025: civil servants from 2026-01-01; NĐ 233/2026: public
 * employees from 2026-07-01). Null: it sets none.
 */
export function excellentShare(law: LawLists, category: string, day: Day): ExcellentShare | null {
  for (const entry of law.everyEntry(LEVELS)) {
    const {
      most_percent_of: good,
      most_percent: percent,
      most_percent_outstanding: outstanding,
    } = entry.attributes ?? {};
    if (good === undefined || percent === undefined || !inForce(entry, day) || !isFor(entry, category))
      continue;
    return {
      excellent: entry.code,
      good,
      percent: Number(percent),
      percentOutstanding: Number(outstanding ?? percent),
      source: entry.source,
    };
  }
  return null;
}

/**
 * - `within`: no more are excellent than the law lets.
 * - `outstanding_only`: so many are lawful in a unit only that is outstanding itself.
 * - `over`: more than even such a unit may have.
 */
export const SHARE_STANDINGS = ['within', 'outstanding_only', 'over'] as const;
export type ShareStanding = (typeof SHARE_STANDINGS)[number];

/** How many may be excellent beside so many who are good; parts of a person are none. */
export function mostExcellent(good: number, percent: number): number {
  return Math.floor((good * percent) / 100);
}

export function shareStanding(share: ExcellentShare, excellent: number, good: number): ShareStanding {
  if (excellent <= mostExcellent(good, share.percent)) return 'within';
  return excellent <= mostExcellent(good, share.percentOutstanding) ? 'outstanding_only' : 'over';
}

/** What shows of a group of which too many are excellent; it depends on several persons, so it is no finding of one. */
export const OVER_SHARE = {
  rule: 'excellent_over_share',
  vi: 'Số xếp loại hoàn thành xuất sắc vượt tỷ lệ so với số hoàn thành tốt nhiệm vụ trong cùng cơ quan, cùng nhóm',
  en: 'More are excellent than the share of the good in the same agency and group',
} as const;
