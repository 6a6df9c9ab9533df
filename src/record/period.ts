import { dayRange, type PartialDate } from '../dates.js';
import type { Fact } from './action.js';
import type { Trouble } from './ruleBook.js';

/** What begins on the fact's day cannot end, by this field, before any day on which it may have begun. */
export function checkPeriod<Data extends object>(
  { data, range }: Fact<Data>,
  field: keyof Data & string,
): Trouble[] {
  const until = data[field] as PartialDate | undefined;
  return until !== undefined && dayRange(until).last < range.first
    ? [{ rule: 'period_reversed', field }]
    : [];
}
