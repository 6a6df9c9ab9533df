import { Temporal } from 'temporal-polyfill';

/** A calendar day in Vietnam, `2012-10-03`. Never an instant. */
export type Day = string;

/** A day, or what an old paper still tells of it: a month `1998-03` or a year `1998`. */
export type PartialDate = string;

/** First and last day that a (partial) date can mean, both included. */
export interface DayRange {
  readonly first: Day;
  readonly last: Day;
}

const DAY_MS = 86_400_000;
const PARTIAL = /^\d{4}(-\d{2}(-\d{2})?)?$/;
const EARLIEST_YEAR = 1850;
const LATEST_YEAR = 2199;

/** Whether the text is a real calendar day `YYYY-MM-DD` between 1850 and 2199. */
export function isDay(text: unknown): text is Day {
  return typeof text === 'string' && text.length === 10 && isPartialDate(text);
}

/** Whether the text is a real day, month or year: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, between 1850 and 2199. */
export function isPartialDate(text: unknown): text is PartialDate {
  if (typeof text !== 'string' || !PARTIAL.test(text)) return false;
  const year = Number(text.slice(0, 4));
  if (year < EARLIEST_YEAR || year > LATEST_YEAR) return false;
  if (text.length === 4) return true;
  const month = Number(text.slice(5, 7));
  if (month < 1 || month > 12) return false;
  if (text.length === 7) return true;
  const day = Number(text.slice(8, 10));
  return day >= 1 && day <= daysInMonth(year, month);
}

/** The days that a partial date can mean: "1998" is 1998-01-01 … 1998-12-31. */
export function dayRange(date: PartialDate): DayRange {
  if (date.length === 10) return { first: date, last: date };
  if (date.length === 4) return { first: `${date}-01-01`, last: `${date}-12-31` };
  const days = daysInMonth(Number(date.slice(0, 4)), Number(date.slice(5, 7)));
  return { first: `${date}-01`, last: `${date}-${String(days)}` };
}

/** The day so many months later; a day that the month lacks becomes its last (31 January + 1 month = 28 February). */
export function plusMonths(day: Day, months: number): Day {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
  const date = Math.min(Number(day.slice(8, 10)), daysInMonth(year, month));
  return `${String(year).padStart(4, '0')}-${padded(month)}-${padded(date)}`;
}

/** The day so many days later; earlier when negative. */
export function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many whole months lie between two days; 0 when `until` is not later. */
export function wholeMonths(from: Day, until: Day): number {
  let months = 0;
  while (plusMonths(from, months + 1) <= until) months += 1;
  return months;
}

/** 1 Monday … 7 Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** Days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** The whole country has been at +07:00 since 1975-06-13. */
const SINCE_PRESENT_OFFSET = Date.UTC(1976, 0, 1);
const PRESENT_OFFSET = 7 * 3_600_000;

/** The calendar day in Vietnam (Asia/Ho_Chi_Minh, +07:00) of an instant in ISO 8601. */
export function dayInVietnam(instant: string): Day {
  const moment = Date.parse(instant);
  // Asked several times with every request; the zone's rules are needed only for what lies before the present offset.
  return moment >= SINCE_PRESENT_OFFSET
    ? new Date(moment + PRESENT_OFFSET).toISOString().slice(0, 10)
    : Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Ho_Chi_Minh').toPlainDate().toString();
}

/** The last millisecond of a day in Vietnam, as an instant in UTC: a date given as K means the end of that day. */
export function endOfDayInVietnam(day: Day): string {
  return new Date(Date.parse(`${day}T23:59:59.999+07:00`)).toISOString();
}

function padded(number: number): string {
  return String(number).padStart(2, '0');
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
