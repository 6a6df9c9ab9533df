import type { Day, DayRange } from '../dates.js';
import type { LawLists } from '../rules/law.js';
import type { Calendar } from '../rules/workingDays.js';

/**
 * What the record asks of dated reference data (catalogues, units, salary tables), already cut at the K asked for.
 * The answer holds for the fact's own date; a partial date is valid when any of its days is.
 */
export interface Reference extends LawLists {
  /** A code of a catalogue list. */
  code(list: string, code: string, range: DayRange): Standing;
  /** A unit by its id. A unit that no stream knows is invalid. */
  unit(id: string, range: DayRange): Standing;
  /** The unit that stands for this one on a day: itself, or the one into which it was merged by then. */
  currentUnit(unit: string, day: Day): string;
  /** A unit's name on a day, of a closed one its last; null when it is unknown then. */
  unitName(unit: string, day: Day): UnitName | null;
  /** The agency that a unit belongs to on a day (the unit itself, if it is one); null when the unit is unknown then. */
  agencyOf(unit: string, day: Day): string | null;
  /** The agency above an agency on a day; null at the top. */
  superiorOf(agency: string, day: Day): string | null;
  /** The day from which a unit keeps its records here, its own or that of the nearest above; null: from the first. */
  goLiveOf(unit: string, day: Day): Day | null;
  /** The payroll of a unit at 31/12 of a year; null: not recorded. */
  payrollOf(unit: string, year: number): number | null;
  /** Early raises that the agency above gave to one out of the pooled remainders of a year. */
  earlyRaisesAllotted(agency: string, year: number): number;
  /** A step of a grade in the salary table of the day. */
  step(grade: string, step: number, range: DayRange): StepStanding;
  /**
   * The working days, 2008–2030; for a unit on a day, with the local closures that stop the clocks of whoever lies in
   * their scope.
   */
  calendar(unit?: string | null, day?: Day): Calendar;
  /**
   * The answer to the one question about this in that state, worked out from the reference data that it is given:
   * remembered with what was asked for it until the data changes. Absent: nothing is remembered.
   */
  remember?<Answer>(about: object, state: object, work: (reference: Reference) => Answer): Answer;
}

/** What follows from the reference data about something in a state: worked out once where the reference remembers. */
export function remembered<Answer>(
  reference: Reference,
  about: object,
  state: object,
  work: (reference: Reference) => Answer,
): Answer {
  return reference.remember === undefined ? work(reference) : reference.remember(about, state, work);
}

export interface UnitName {
  readonly vi: string;
  readonly en: string | null;
}

/**
 * - `valid`: known and in force on a day of the range.
 * - `invalid`: not in force, and its list declares itself complete for those days.
 * - `unverified`: not known in force, but the list does not declare itself complete there.
 */
export type Standing = 'valid' | 'invalid' | 'unverified';

export type StepStanding =
  | { readonly standing: 'invalid' }
  | { readonly standing: 'unverified' }
  | {
      readonly standing: 'valid';
      /** Exact decimal text, "2.34". */
      readonly coefficient: string;
      readonly lastStep: boolean;
      /** Months to be served before the next regular step (NĐ 204/2004, TT 08/2013). */
      readonly monthsPerStep: number;
    };
