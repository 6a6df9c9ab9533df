import { dayRange, plusDays, plusMonths, type Day, type DayRange, type PartialDate } from '../dates.js';
import { retirementOf } from '../rules/retirement.js';
import { entryOf } from './category.js';
import { monthLimit } from './limits.js';
import type { Reference } from './reference.js';
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

/** The type for which the normal age itself counts. */
const NORMAL = 'dung_tuoi';

/**
 * Not before the last day of the month in which the age for this type of retirement is reached, and where the law says
 * how much later at most, not after that (BLLĐ 2019 Đ.169). Types whose ages the list `retirement_type` does not tell
 * are not judged.
 */
export function checkAge(range: DayRange, type: string, before: State, reference: Reference): Trouble[] {
  const { identity, hire } = before;
  const { dateOfBirth, sex } = identity ?? {};
  if (identity === null || dateOfBirth === undefined || sex === undefined) return [];
  const lawful = retirementOf({ sex, dateOfBirth, category: hire?.category ?? 'cong_chuc' }, reference);
  if (lawful === null) return [];
  const ages = entryOf({ list: 'retirement_type', code: type, day: range.first }, reference) ?? {};
  const { months_younger: younger = type === NORMAL ? '0' : undefined, months_older: older } = ages;
  const dayAfter = (months: number) => plusMonths(lawful.pensionFrom, months);
  // Which month that is tells when the person was born: it is not named.
  if (younger !== undefined && range.last < plusDays(dayAfter(-Number(younger)), -1))
    return [{ rule: 'retired_before_age', others: [identity.by] }];
  if (older !== undefined && range.first > dayAfter(Number(older)))
    return [{ rule: 'retired_past_age', others: [identity.by] }];
  return [];
}

/**
 * The pension is paid from the first of the month after, always: of who leaves on the first of a month, from that day
 * (NĐ 135/2020/NĐ-CP Đ.3).
 */
export function checkPension(range: DayRange, pensionFrom: Day | undefined): Trouble[] {
  if (pensionFrom === undefined) return [];
  const [earliest, latest] = [firstOfMonth(range.first), firstOfMonth(range.last)];
  const fits = pensionFrom.endsWith('-01') && earliest <= pensionFrom && pensionFrom <= latest;
  return fits ? [] : [{ rule: 'pension_day', field: 'pensionFrom' }];
}

/** The first of a month that is this day or comes next. */
function firstOfMonth(day: Day): Day {
  return day.endsWith('-01') ? day : plusMonths(`${day.slice(0, 7)}-01`, 1);
}

/** First day of retirement: of a month, the first of the next, for from then on the pension is paid. */
export function retirementDay(retirement: PartialDate): Day {
  const { first, last } = dayRange(retirement);
  return first === last ? first : plusDays(last, 1);
}
