import { daysBetween, type Day } from '../dates.js';
import { holdsOn } from '../reference/span.js';
import { UNIT_LIMIT_RULES, unitLimit, unitTerms, type UnitTerm } from '../rules/unitLimits.js';
import { attributesOn, type UnitHistory } from './history.js';

/** A duty that an agency owes itself, with what stopped it. */
export interface UnitDuty extends UnitTerm {
  /** The fact that says it was done, and the day on which it was; null: open. */
  readonly done: { readonly by: string; readonly on: Day } | null;
  /** Calendar days too late, of a duty that is done; 0 in time. */
  readonly daysLate: number;
}

/** The days ahead for which duties are told: further, nobody asks. */
export const UNIT_DUTIES_UNTIL: Day = '2050-12-31';

/**
 * The reports and monthly checks that an agency owes (Điều 14.1, 14.2, 15.4), by due day: for each day that finds it
 * existing, of the level that owes it, and keeping its records here. What a merged unit left open stays under its name;
 * who owes it then is its successor. Pure: what is open is overdue only on a day that the reader names.
 * @param goLiveOn the day from which the unit keeps its records here, as its place in the tree of a day has it; null:
 *   from the first
 */
export function unitDutiesOf(history: UnitHistory, goLiveOn: (day: Day) => Day | null): UnitDuty[] {
  const { span } = history;
  const until = span.until !== null && span.until < UNIT_DUTIES_UNTIL ? span.until : UNIT_DUTIES_UNTIL;
  return UNIT_LIMIT_RULES.flatMap((rule) => {
    const { levels } = unitLimit(rule);
    const owes = ({ due }: UnitTerm) => {
      if (!holdsOn(span, due)) return false;
      const level = attributesOn(history, due)?.level ?? null;
      if (level === null || !levels.includes(level)) return false;
      const goLive = goLiveOn(due);
      return goLive === null || goLive <= due;
    };
    return unitTerms(rule, span.from, until)
      .filter(owes)
      .map((term) => {
        const done = doneBy(term, history);
        return { ...term, done, daysLate: done === null ? 0 : Math.max(0, daysBetween(term.due, done.on)) };
      });
  }).sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
}

/** The first fact that says so; facts stand in effective order. */
function doneBy({ rule, due }: UnitTerm, { lines }: UnitHistory): UnitDuty['done'] {
  for (const { id, fact } of lines) {
    if (fact.effective === undefined) continue;
    const stops =
      rule === 'R-15.4'
        ? fact.type === 'month_checked' && fact.data.month === due.slice(0, 7)
        : fact.type === 'report_submitted' && fact.data.due === due;
    if (stops) return { by: id, on: fact.effective };
  }
  return null;
}
