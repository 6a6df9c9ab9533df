import { isDay, plusDays, weekdayOf, type Day } from '../dates.js';
import type { LawEntry } from './law.js';

/** The list of days that differ from the week of Monday to Friday (QĐ 188/1999/QĐ-TTg), one entry a day. */
export const CALENDAR_LIST = 'working_day_calendar';

/**
 * What an entry makes of its day. `holiday`, `substitute` and `swapped_off` are days off for everybody; `worked` is a
 * weekend day on which everybody works in exchange, a Sunday too; `local_closure` closes one scope only: the city
 * (`da_nang`), a unit with all below it by its code, or a place. It stops no clock, unless its notice says so
 * (`stops_clocks`).
 */
export const CALENDAR_KINDS = ['holiday', 'substitute', 'swapped_off', 'worked', 'local_closure'] as const;
export type CalendarKind = (typeof CALENDAR_KINDS)[number];

/** The working days, as known at one K: notices come late, and a due date then moves. */
export interface Calendar {
  isWorkingDay(day: Day): boolean;
  /** The n-th working day after a trigger; the day after the trigger is the first that can count. */
  addWorkingDays(trigger: Day, count: number): Day;
  /** The n-th day after a trigger; one that is no working day ends on the next (BLDS 2005 Đ.153.5; 2015 Đ.148.5). */
  addDays(trigger: Day, count: number): Day;
  /** How many working days lie after the first and up to the second day; negative when that is earlier. */
  workingDaysBetween(from: Day, to: Day): number;
  /** Whether every day between the two rests on entries or law that were compared with their source. */
  isConfirmed(from: Day, to: Day): boolean;
}

export interface CalendarOptions {
  /** Scopes whose local closures count as days off. Default: none. */
  readonly closedScopes?: readonly string[];
  /** Scopes of which those count that stop the clocks. Default: none. */
  readonly stoppedScopes?: readonly string[];
}

/** The scope of closures of the whole city. */
export const WHOLE_CITY = 'da_nang';

/** The scopes that have a closure which stops the clocks, each once. */
export function stoppingScopes(entries: readonly LawEntry[]): string[] {
  const scopes = entries.filter((e) => stopsClocks(e)).map((e) => e.attributes?.['scope'] ?? '');
  return [...new Set(scopes)].sort();
}

function stopsClocks({ attributes }: LawEntry): boolean {
  return attributes?.['kind'] === 'local_closure' && attributes['stops_clocks'] === 'true';
}

/**
 * What is wrong with an entry of the calendar: its code must be its day, followed by `.scope` of a local closure; its
 * kind one of those known; null: nothing.
 */
export function calendarTrouble({
  code,
  attributes = {},
}: Pick<LawEntry, 'code' | 'attributes'>): CalendarTrouble | null {
  const { kind, scope, stops_clocks: stops } = attributes;
  if (!isDay(code.slice(0, 10))) return 'code';
  if (!(CALENDAR_KINDS as readonly (string | undefined)[]).includes(kind)) return 'kind';
  const isLocal = kind === 'local_closure';
  if (isLocal !== (scope !== undefined && scope !== '')) return 'scope';
  if (code.slice(10) !== (isLocal ? `.${scope ?? ''}` : '')) return 'code';
  return stops === undefined || (isLocal && (stops === 'true' || stops === 'false')) ? null : 'stops_clocks';
}
export type CalendarTrouble = 'code' | 'kind' | 'scope' | 'stops_clocks';

/** Years for which the list is kept; outside them only the week counts, and nothing is confirmed. */
const KEPT = { first: '2008-01-01', last: '2030-12-31' };
/** Days that are counted by array lookups; others one by one. */
const INDEXED = { first: '2000-01-01', last: '2040-12-31' };
const MS_A_DAY = 86_400_000;
const ORIGIN = dayNumber(INDEXED.first);
const DAYS = dayNumber(INDEXED.last) - ORIGIN + 1;

/** Builds the calendar from the list's entries. Entries are few; it is indexed when it is first counted on. */
export function calendarOf(entries: readonly LawEntry[], options: CalendarOptions = {}): Calendar {
  return new WorkingDays(entries, options);
}

interface Index {
  /** The working days in order. */
  readonly days: readonly Day[];
  /** By days since `ORIGIN`: how many working days there are up to it, itself included. */
  readonly upTo: Int32Array;
}

class WorkingDays implements Calendar {
  private readonly off = new Set<Day>();
  private readonly worked = new Set<Day>();
  /** Years with an unconfirmed entry. */
  private readonly open = new Set<string>();
  private indexed: Index | null = null;

  constructor(entries: readonly LawEntry[], { closedScopes = [], stoppedScopes = [] }: CalendarOptions) {
    for (const entry of entries) {
      const { code, confirmed, attributes } = entry;
      const day = code.slice(0, 10);
      const kind = attributes?.['kind'];
      const scope = attributes?.['scope'] ?? '';
      const isOff = () =>
        closedScopes.includes(scope) || (stopsClocks(entry) && stoppedScopes.includes(scope));
      if (kind === 'worked') this.worked.add(day);
      else if (kind !== 'local_closure' || isOff()) this.off.add(day);
      if (!confirmed && kind !== 'local_closure') this.open.add(day.slice(0, 4));
    }
  }

  isWorkingDay(day: Day): boolean {
    if (this.worked.has(day)) return true;
    return weekdayOf(day) <= 5 && !this.off.has(day);
  }

  addWorkingDays(trigger: Day, count: number): Day {
    if (count <= 0) return trigger;
    const { days, upTo } = this.index();
    const before = upTo[dayNumber(trigger) - ORIGIN];
    const found = before === undefined ? undefined : days[before + count - 1];
    return found ?? this.countOn(trigger, count);
  }

  addDays(trigger: Day, count: number): Day {
    let day = plusDays(trigger, count);
    while (!this.isWorkingDay(day)) day = plusDays(day, 1);
    return day;
  }

  workingDaysBetween(from: Day, to: Day): number {
    const { upTo } = this.index();
    const [before, after] = [upTo[dayNumber(from) - ORIGIN], upTo[dayNumber(to) - ORIGIN]];
    if (before !== undefined && after !== undefined) return after - before;
    return from <= to ? this.countBetween(from, to) : -this.countBetween(to, from);
  }

  isConfirmed(from: Day, to: Day): boolean {
    if (from < KEPT.first || to > KEPT.last) return false;
    for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
      if (this.open.has(String(year))) return false;
    return true;
  }

  private countOn(trigger: Day, count: number): Day {
    let day = trigger;
    for (let left = count; left > 0;) {
      day = plusDays(day, 1);
      if (this.isWorkingDay(day)) left -= 1;
    }
    return day;
  }

  private countBetween(from: Day, to: Day): number {
    let count = 0;
    for (let day = from; day < to;) {
      day = plusDays(day, 1);
      if (this.isWorkingDay(day)) count += 1;
    }
    return count;
  }

  private index(): Index {
    this.indexed ??= this.makeIndex();
    return this.indexed;
  }

  private makeIndex(): Index {
    const days: Day[] = [];
    const upTo = new Int32Array(DAYS);
    for (let i = 0; i < DAYS; i++) {
      const day = plusDays(INDEXED.first, i);
      if (this.isWorkingDay(day)) days.push(day);
      upTo[i] = days.length;
    }
    return { days, upTo };
  }
}

/** Days since 1970-01-01. */
function dayNumber(day: Day): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8))) / MS_A_DAY;
}
