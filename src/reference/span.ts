import type { Day, DayRange } from '../dates.js';

/** Days from `from` (included; '' where no first day is known) to `until` (excluded; null where no last is known). */
export interface Span {
  readonly from: Day;
  readonly until: Day | null;
}

/** The span of a first and a last day, both included, either of them unknown. */
export function spanOf(first: Day | undefined, last: Day | undefined): Span {
  return { from: first ?? '', until: last === undefined ? null : dayAfter(last) };
}

export function holdsOn(span: Span, day: Day): boolean {
  return span.from <= day && (span.until === null || day < span.until);
}

/** Whether a day of the range lies in the span. */
export function meets(span: Span, range: DayRange): boolean {
  return span.from <= range.last && (span.until === null || range.first < span.until);
}

/** Whether two spans share a day. */
export function overlap(a: Span, b: Span): boolean {
  return (a.until === null || b.from < a.until) && (b.until === null || a.from < b.until);
}

/** The next calendar day. */
export function dayAfter(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/**
 * The days of a range on which an answer made of these spans can change: its first day, and each day within it on
 * which a span begins or has just ended. To ask on these days is to ask on every day of the range.
 */
export function turningDays(range: DayRange, spans: readonly Span[]): Day[] {
  const days = new Set([range.first]);
  for (const { from, until } of spans)
    for (const day of [from, until])
      if (day !== null && day > range.first && day <= range.last) days.add(day);
  return [...days].sort();
}
