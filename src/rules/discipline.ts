import { plusDays, plusMonths, type Day } from '../dates.js';
import { inForce, type LawEntry, type LawLists } from './law.js';

/** What a discipline bars for its months. */
export const BARRED = ['appointment', 'grade_promotion', 'planning', 'training'] as const;
export type Barred = (typeof BARRED)[number];

/** A discipline decision that stands, by the fact that says so. */
export interface StandingDiscipline {
  readonly by: string;
  /** Code of the list `discipline_form`. */
  readonly form: string;
  /** Day on which it took effect; the law of this day judges it. */
  readonly since: Day;
  /** Day from which its months count, where that is another one (see `effectFrom`). */
  readonly from?: Day;
}

/** A bar that follows a discipline. */
export interface Bar {
  readonly by: string;
  /** Last day, included. */
  readonly until: Day;
  readonly source: string;
}

const BARS = 'discipline_bar';
const FORMS = 'discipline_form';
const LEVELS = 'evaluation_level';
/** Workers under NĐ 68/2000 have labour contracts: what holds for those of the Labour Code holds for them. */
const SAME_AS: Readonly<Record<string, string>> = { contract_nd68: 'contract_labour_code' };

/**
 * The day from which a discipline has its effect: that of the Party's decision on the same violation, where there is one
 * and the law of the form counts from it (NĐ 234/2026/NĐ-CP Đ.2.9, not for dismissal), else its own.
 */
export function effectFrom(
  law: LawLists,
  { form, since }: Pick<StandingDiscipline, 'form' | 'since'>,
  partySince: Day | null,
): Day {
  const counts = law.entry(FORMS, form, since)?.attributes?.['effect_from'];
  return counts === 'party_decision' && partySince !== null ? partySince : since;
}

/**
 * The day on which a discipline has no effect any more, by itself and without a paper (Luật CBCC 2008 Đ.82; NĐ 34/2011
 * Đ.20.3: twelve months), if no new violation came; a new one ends it when its own decision takes effect (NĐ 234/2026
 * Đ.2.9). Null: the law of its day knows no such end.
 */
export function lapseDay(
  law: LawLists,
  { form, since, from = since }: Omit<StandingDiscipline, 'by'>,
): Day | null {
  const months = law.entry(BARS, form, since)?.attributes?.['lapse_months'];
  return months === undefined ? null : plusMonths(from, Number(months));
}

/** What stands in the way of an appointment, a promotion, planning or training on a day; the longest bar first. */
export function barsOn(
  law: LawLists,
  disciplines: readonly StandingDiscipline[],
  what: Barred,
  day: Day,
): Bar[] {
  return disciplines
    .flatMap(({ by, form, since, from = since }): Bar[] => {
      const entry = law.entry(BARS, form, since);
      const { bars = '', bar_months: months } = entry?.attributes ?? {};
      if (entry === null || months === undefined || !bars.split(';').includes(what) || day < from) return [];
      const until = plusDays(plusMonths(from, Number(months)), -1);
      return day <= until ? [{ by, until, source: entry.source }] : [];
    })
    .sort((a, b) => (a.until < b.until ? 1 : -1));
}

/** Whether an entry is for persons of a category; one that names no categories is for all. */
export function isFor(entry: LawEntry, category: string): boolean {
  const categories = entry.attributes?.['applies_to']?.split(';');
  return (
    categories === undefined ||
    categories.includes(category) ||
    categories.includes(SAME_AS[category] ?? category)
  );
}

/** The forms of discipline that the law of a day has for a category; some are for those who hold a post, or do not. */
export function formsFor(
  law: LawLists,
  category: string,
  day: Day,
  { leader }: { readonly leader: boolean },
): LawEntry[] {
  return law.everyEntry(FORMS).filter((entry) => {
    const post = entry.attributes?.['post'] ?? 'all';
    const fits = post === 'all' || post === (leader ? 'leader' : 'non_leader');
    return inForce(entry, day) && isFor(entry, category) && fits;
  });
}

/** The levels of the yearly evaluation that the law of a day has for a category. */
export function levelsFor(law: LawLists, category: string, day: Day): LawEntry[] {
  return law.everyEntry(LEVELS).filter((entry) => inForce(entry, day) && isFor(entry, category));
}
