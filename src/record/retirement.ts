import { dayRange, plusDays, plusMonths, type Day, type DayRange, type PartialDate } from '../dates.js';
import { monthLimit } from './limits.js';
import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';

/** The last day on which the notice of a retirement is in time; a month means the retirement after its last day. */
export function lastDayOfNotice(retirement: PartialDate, day: Day): Day | null {
  const months = monthLimit('retirement_notice', day);
  return months === null ? null : plusMonths(retirementDay(retirement), -months);
}

/** Notice comes in time, whatever day of a partial date is meant. */
export function checkNotice(range: DayRange, retirement: PartialDate | undefined): Trouble[] {
  if (retirement === undefined) return [];
  const last = lastDayOfNotice(retirement, range.first);
  return last === null || range.first <= last
    ? []
    : [{ rule: 'retirement_notice_late', field: 'retirement' }];
}

/** Not longer than the law allows, from the retirement notified, else from the decision's own day. */
export function checkPostponement(range: DayRange, until: Day | undefined, before: State): Trouble[] {
  const months = monthLimit('postponement', range.first);
  if (until === undefined || months === null) return [];
  const notice = before.retirementNotice;
  const from = notice?.retirement === undefined ? range.last : retirementDay(notice.retirement);
  if (until <= plusMonths(from, months)) return [];
  return [
    {
      rule: 'postponed_too_long',
      field: 'until',
      ...(notice === null ? {} : { others: [notice.by] }),
      params: { months: String(months) },
    },
  ];
}

/** First day of retirement: of a month, the first of the next, for from then on the pension is paid. */
export function retirementDay(retirement: PartialDate): Day {
  const { first, last } = dayRange(retirement);
  return first === last ? first : plusDays(last, 1);
}
