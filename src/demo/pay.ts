import { plusMonths, type Day } from '../dates.js';

/** A grade or title of the salary tables, as a script climbs it (NĐ 204/2004/NĐ-CP). */
export interface Scale {
  readonly grade: string;
  /** In hundredths. */
  readonly first: number;
  readonly rise: number;
  readonly steps: number;
  readonly months: 24 | 36;
}

const a21 = (grade: string): Scale => ({ grade, first: 440, rise: 34, steps: 8, months: 36 });
const a1 = (grade: string): Scale => ({ grade, first: 234, rise: 33, steps: 9, months: 36 });
const a0 = (grade: string): Scale => ({ grade, first: 210, rise: 31, steps: 10, months: 36 });
const b = (grade: string): Scale => ({ grade, first: 186, rise: 20, steps: 12, months: 24 });

/** A scale held from a day on, until the next one of the same path begins. */
export interface Rung {
  readonly from: Day;
  readonly scale: Scale;
  /** Class of a professional title. */
  readonly class?: 'II' | 'III' | 'IV';
}

const ALWAYS: Day = '2004-10-01';

/** What each job is paid by, as the titles of viên chức came in and changed. */
export const PATHS = {
  official: [{ from: ALWAYS, scale: a1('01.003') }],
  senior: [{ from: ALWAYS, scale: a21('01.002') }],
  accountant: [{ from: ALWAYS, scale: a1('06.031') }],
  engineer: [
    { from: ALWAYS, scale: a1('13.095') },
    { from: '2016-02-01', scale: a1('V.05.02.07'), class: 'III' },
  ],
  upperTeacher: [
    { from: ALWAYS, scale: a1('15.113') },
    { from: '2016-01-01', scale: a1('V.07.05.15'), class: 'III' },
  ],
  lowerTeacher: [
    { from: ALWAYS, scale: a0('15a.202') },
    { from: '2015-12-01', scale: a0('V.07.04.12'), class: 'III' },
    { from: '2021-03-20', scale: a1('V.07.04.32'), class: 'III' },
  ],
  primaryTeacher: [
    { from: ALWAYS, scale: b('15.114') },
    { from: '2015-12-01', scale: b('V.07.03.09'), class: 'IV' },
    { from: '2021-03-20', scale: a1('V.07.03.29'), class: 'III' },
  ],
  preschoolTeacher: [
    { from: ALWAYS, scale: b('15.115') },
    { from: '2015-12-01', scale: b('V.07.02.06'), class: 'IV' },
    { from: '2021-03-20', scale: a0('V.07.02.26'), class: 'III' },
  ],
  doctor: [
    { from: ALWAYS, scale: a1('16.118') },
    { from: '2015-12-01', scale: a1('V.08.01.03'), class: 'III' },
  ],
  nurse: [
    { from: ALWAYS, scale: b('16.119') },
    { from: '2016-01-01', scale: b('V.08.03.07'), class: 'IV' },
  ],
} as const satisfies Readonly<Record<string, readonly Rung[]>>;

export type Job = keyof typeof PATHS;

/** A decision on pay, in the order of the days. */
export interface PayFact {
  readonly action: string;
  readonly effective: Day;
  readonly data: object;
}

export interface Climb {
  readonly job: Job;
  /** From this day the person is in a grade. */
  readonly from: Day;
  readonly step: number;
  /** No more decisions from this day on. */
  readonly until: Day;
  /** A wait that runs on this day is so many months longer: a discipline, time that does not count. */
  readonly delay?: { readonly on: Day; readonly months: number };
  /** The first raise after this day comes half a year early, for achievement. */
  readonly early?: Day;
  /** Each decision repeats the coefficient of the table. */
  readonly withCoefficient: boolean;
}

/** Grade, regular and early raises, titles and the beyond-frame allowance of one person, as the law has them. */
export function climb(asked: Climb): PayFact[] {
  const path: readonly Rung[] = PATHS[asked.job];
  const facts: PayFact[] = [];
  const start = path.findLastIndex((r) => r.from <= asked.from);
  let [at, step, since] = [start, Math.min(asked.step, rung(path, start).scale.steps), asked.from];
  place(since);
  for (;;) {
    const { scale } = rung(path, at);
    const next = path[at + 1];
    const earliest = step < scale.steps ? asked.early : undefined;
    const due = waited(since, scale.months);
    const ahead = plusMonths(due, -6);
    const early = earliest !== undefined && ahead >= earliest ? ahead : null;
    const day = early ?? due;
    if (next !== undefined && next.from <= day) {
      if (next.from >= asked.until) return facts;
      const same = next.scale.rise === scale.rise;
      step = same ? step : stepFrom(coefficientOf(scale, step), next.scale);
      const kept = same ? { nextStepFrom: since } : {};
      at += 1;
      place(next.from, kept);
      if (!same) since = next.from;
      continue;
    }
    if (step === scale.steps) {
      beyondFrame(day);
      return facts;
    }
    if (day >= asked.until) return facts;
    step += 1;
    since = day;
    facts.push({
      action: early === null ? 'step_raised_regular' : 'step_raised_early',
      effective: day,
      data: { ...stepData(scale), ...(early === null ? {} : { reason: 'excellent', monthsEarly: 6 }) },
    });
    if (early !== null) asked = { ...asked, early: '9999-12-31' };
  }

  function place(effective: Day, more: object = {}): void {
    const { scale, class: titleClass } = rung(path, at);
    const isTitle = titleClass !== undefined;
    facts.push({
      action: isTitle ? 'appointed_professional_title' : 'appointed_to_grade',
      effective,
      data: { ...stepData(scale), ...(isTitle ? { class: titleClass } : {}), ...more },
    });
  }

  function stepData(scale: Scale): object {
    const coefficient = (coefficientOf(scale, step) / 100).toFixed(2);
    return { grade: scale.grade, step, ...(asked.withCoefficient ? { coefficient } : {}) };
  }

  function beyondFrame(first: Day): void {
    let percent = 5;
    for (let day = first; day < asked.until; day = waited(day, 12))
      facts.push({
        action: percent === 5 ? 'beyond_frame_granted' : 'beyond_frame_raised',
        effective: day,
        data: { percent: String(percent++) },
      });
  }

  function waited(from: Day, months: number): Day {
    const due = plusMonths(from, months);
    const { delay } = asked;
    return delay !== undefined && delay.on >= from && delay.on < due ? plusMonths(due, delay.months) : due;
  }
}

function rung(path: readonly Rung[], at: number): Rung {
  return path[at] as Rung;
}

function coefficientOf({ first, rise }: Scale, step: number): number {
  return first + rise * (step - 1);
}

/** The lowest step that pays no less. */
function stepFrom(coefficient: number, scale: Scale): number {
  const step = Math.ceil((coefficient - scale.first) / scale.rise) + 1;
  return Math.min(Math.max(step, 1), scale.steps);
}
