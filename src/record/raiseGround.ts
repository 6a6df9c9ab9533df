import { plusMonths, type Day } from '../dates.js';
import { earlyLawOn } from '../rules/earlyStep.js';
import { highest, HONORARY_TITLES, rankOf, REWARDS } from './forms/ranks.js';
import type { Reference } from './reference.js';
import { stateAt, type Timeline } from './timeline.js';

/** Titles of the State stand above every form of reward. */
const ACHIEVEMENTS = [...HONORARY_TITLES, ...REWARDS];

/** The achievement that a raise rests on. */
export interface RaiseGround {
  /** The reward or title. */
  readonly by: string;
  /** Its code; null: erased. */
  readonly code: string | null;
  /** 0 the highest. */
  readonly rank: number;
}

/**
 * The highest reward or title of somebody within the years that count on a day, of equal ones the last: raises for
 * achievement are given in this order (TT 08/2013/TT-BNV Đ.3.1). Null: there is none.
 */
export function raiseGround(timeline: Timeline, day: Day, reference: Reference): RaiseGround | null {
  const { state } = stateAt(timeline, day);
  const held = state.grade ?? state.lastGrade;
  const table = held === null ? null : reference.step(held.grade, held.step, { first: day, last: day });
  const months = table?.standing === 'valid' ? table.monthsPerStep : null;
  const years =
    months === null ? null : (earlyLawOn(reference, 'excellent', day)?.achievementYears(months) ?? null);
  const counting = new Set(
    state.achievements
      .filter(({ last }) => years === null || last >= plusMonths(day, -12 * years))
      .map(({ by }) => by),
  );
  const grounds = timeline.lines
    .filter(({ fact }) => counting.has(fact.id))
    .map(({ fact }) => {
      const { form, title } = fact.data as { readonly form?: string; readonly title?: string };
      return { by: fact.id, code: form ?? title };
    });
  const best = highest(grounds, ({ code }) => code, ACHIEVEMENTS);
  if (best === undefined) return null;
  return { by: best.by, code: best.code ?? null, rank: rankOf(best.code, ACHIEVEMENTS) };
}
