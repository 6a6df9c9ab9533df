import { dayInVietnam, endOfDayInVietnam, isDay, type Day } from '../dates.js';
import { Problem } from './problem.js';
import { fault, textOf, type Query } from './query.js';

/** K as a caller gives it: a sequence, or a moment. */
export type KnownAt = { readonly sequence: number } | { readonly moment: string } | null;

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Day E of a question; today in Vietnam when none is given. Throws Problem (422). */
export function asOfDay(text: string | undefined): Day {
  return dayOf('asOf', text) ?? today();
}

/** Today in Vietnam. */
export function today(): Day {
  return dayInVietnam(new Date().toISOString());
}

/** A day as a caller gives it; null when none is given. Throws Problem (422). */
export function dayOf(parameter: string, text: string | undefined): Day | null {
  if (text === undefined || text === '') return null;
  if (isDay(text)) return text;
  throw new Problem('invalid', [
    {
      parameter,
      rule: 'day',
      vi: 'phải là một ngày có thật, dạng YYYY-MM-DD',
      en: 'must be a real calendar day, YYYY-MM-DD',
    },
  ]);
}

/** K of a question: a sequence, a moment, or a day, which means its end in Vietnam; null: now. Throws Problem (422). */
export function knownAt(text: string | undefined): KnownAt {
  if (text === undefined || text === '') return null;
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  const day: boolean = isDay(text);
  if (day) return { moment: endOfDayInVietnam(text) };
  // In a query a plus sign may arrive as a space.
  const moment = text.replace(' ', '+');
  if (INSTANT.test(moment) && isDay(moment.slice(0, 10)) && !Number.isNaN(Date.parse(moment)))
    return { moment: new Date(moment).toISOString() };
  throw new Problem('invalid', [
    {
      parameter: 'knownAt',
      rule: 'known_at',
      vi: 'phải là số thứ tự, ngày YYYY-MM-DD (nghĩa là hết ngày) hoặc thời điểm ISO 8601 có múi giờ',
      en: 'must be a sequence, a day YYYY-MM-DD (its end), or an ISO 8601 moment with its offset',
    },
  ]);
}

/** The year asked for; this one when none is given. Throws Problem (422). */
export function yearOf(query: Query): number {
  const text = textOf(query, 'year') ?? today().slice(0, 4);
  if (/^2[01]\d\d$/.test(text)) return Number(text);
  throw fault('year', 'year', 'phải là năm từ 2000 đến 2199', 'must be a year from 2000 to 2199');
}
