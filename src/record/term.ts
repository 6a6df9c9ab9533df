import type { Day, DayRange } from '../dates.js';
import type { Trouble } from './ruleBook.js';

/** A last day that lies before the fact's own: whatever day of a partial date is meant. */
export function checkLastDay(range: DayRange, field: string, last: Day | undefined): Trouble[] {
  return last === undefined || last >= range.first ? [] : [{ rule: 'ends_before_start', field }];
}

/** `{ until }` where there is one: an optional value stays absent. */
export function untilOf(until: Day | undefined): { readonly until?: Day } {
  return until === undefined ? {} : { until };
}
