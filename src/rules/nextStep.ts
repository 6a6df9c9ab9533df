import { daysBetween, plusDays, plusMonths, wholeMonths, type Day } from '../dates.js';
import type { LawLists } from './law.js';
import type { Calendar } from './workingDays.js';

/** Time in which somebody was away, by the fact that says so. `to` is the last day, included; null: not ended yet. */
export interface Pause {
  readonly by: string;
  /** Code of the list `step_counted_time`: unpaid, sick, maternity, study, suspension, … */
  readonly kind: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** A discipline or an evaluation that may lengthen the step period it falls into. */
export interface Lengthening {
  readonly by: string;
  /** Code of the discipline form or of the evaluation level, which is also its code in the list `step_extension`. */
  readonly code: string;
  readonly day: Day;
  /** Discipline for the same act: then only the longer of the two counts (TT 03/2021/TT-BNV). */
  readonly sameActAs?: string | null;
  /** Months that the decision itself names; they count instead of the list's. */
  readonly months?: number;
}

/** What the wait for the next regular step is counted from. */
export interface StepWait {
  /** First day of the wait (mốc tính nâng bậc). */
  readonly from: Day;
  /** Months to be served (NĐ 204/2004/NĐ-CP; TT 08/2013/TT-BNV Đ.2.1). */
  readonly months: number;
  readonly pauses: readonly Pause[];
  readonly lengthenings: readonly Lengthening[];
  /** The wait for a percentage beyond the frame: until 2021-08-14 it was lengthened by years, not by forms. */
  readonly isBeyondFrame?: boolean;
}

/** Why the day is later than the bare period: which fact lengthened it by how much. */
export interface StepReason {
  readonly by: string;
  readonly kind: 'pause' | 'discipline' | 'evaluation' | 'decision';
  /** Months by which it lengthens the wait; what lengthens nothing is not named. */
  readonly months: number;
  /** Legal source, from the list. */
  readonly source: string;
}

export interface NextStep {
  /** The day from which the next regular step is due. */
  readonly due: Day;
  /** The day without pauses and extensions: never earlier than this by law. */
  readonly earliest: Day;
  readonly reasons: readonly StepReason[];
}

const COUNTED = 'step_counted_time';
const EXTENSION = 'step_extension';
const PARAMETERS = 'law_parameter';
/** Whether several disciplines within one wait add up, or only the highest counts: `sum`, `highest`. */
const SEVERAL = 'several_disciplines';
/** Months that each bad year adds to the wait for a percentage beyond the frame (TT 04/2005/TT-BNV III.1.3). */
const BAD_YEAR = 'beyond_frame_bad_year';
/** Fewer working days of a remainder are dropped; so many or more are one month (TT 08/2013/TT-BNV Đ.2.2). */
const ODD_DAYS = 11;
/** Remainders that add up to a month: the circular gives no number; a month has 22 working days in a 40-hour week. */
const WORKING_DAYS_A_MONTH = 22;
/** To cumulate spells up to a limit in months. */
const DAYS_A_MONTH = 30;
/** A lengthening can bring further facts into the period; careers are finite. */
const MOST_ROUNDS = 50;

/**
 * The next regular step, with every pause and extension and the reasons (TT 08/2013/TT-BNV Đ.2, TT 03/2021/TT-BNV).
 * What lies within the wait counts, and the wait grows with what it finds. Whether two disciplines in one period add up
 * the law does not say: a parameter of the lists does. A pause that has not ended counts up to `today`.
 */
export function nextStep(wait: StepWait, law: LawLists, calendar: Calendar, today: Day): NextStep {
  const earliest = plusMonths(wait.from, wait.months);
  let due = earliest;
  let reasons: StepReason[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    reasons = reasonsWithin(wait, due, law, calendar, today);
    const months = reasons.reduce((sum, r) => sum + r.months, 0);
    const next = plusMonths(wait.from, wait.months + months);
    if (next === due) break;
    due = next;
  }
  return { due, earliest, reasons };
}

function reasonsWithin(
  wait: StepWait,
  due: Day,
  law: LawLists,
  calendar: Calendar,
  today: Day,
): StepReason[] {
  const within = (day: Day) => day >= wait.from && day < due;
  const lengthenings = wait.lengthenings.filter((l) => within(l.day)).flatMap((l) => weighed(wait, l, law));
  const counting = lengthenings.filter((l) => {
    const other = lengthenings.find((o) => o.by === l.sameActAs || o.sameActAs === l.by);
    if (other === undefined) return true;
    return l.months > other.months || (l.months === other.months && l.sameActAs === null);
  });
  const kept = oncePerBadYear(highestAlone(counting, law));
  const reasons = kept.map(({ by, kind, months, source }): StepReason => ({ by, kind, months, source }));
  return [...reasons, ...pausesWithin(wait, due, law, calendar, today)];
}

/** A lengthening with its months and source by the law of its day. */
interface Weighed extends StepReason {
  readonly day: Day;
  readonly sameActAs: string | null;
  readonly isDiscipline: boolean;
  /** The year for which it counts, where it counts by years. */
  readonly badYear: string | null;
}

/** Nothing where the law of the day lengthens nothing for it. */
function weighed({ isBeyondFrame }: StepWait, l: Lengthening, law: LawLists): Weighed[] {
  const entry = law.entry(EXTENSION, l.code, l.day);
  const months = l.months ?? Number(entry?.attributes?.['months'] ?? 0);
  if (months === 0) return [];
  const isEvaluation = entry?.attributes?.['cause'] === 'evaluation';
  const kind = l.months !== undefined ? 'decision' : isEvaluation ? 'evaluation' : 'discipline';
  const isDiscipline = entry !== null && !isEvaluation;
  const own = { by: l.by, kind, day: l.day, sameActAs: l.sameActAs ?? null, isDiscipline } as const;
  const byYear = isBeyondFrame && l.months === undefined ? law.entry(PARAMETERS, BAD_YEAR, l.day) : null;
  if (byYear === null) return [{ ...own, months, source: entry?.source ?? '', badYear: null }];
  const yearly = Number(byYear.attributes?.['value']);
  return [{ ...own, months: yearly, source: byYear.source, badYear: l.day.slice(0, 4) }];
}

/** The longest discipline alone, where the law of the last one's day does not add them up. */
function highestAlone(all: readonly Weighed[], law: LawLists): readonly Weighed[] {
  const disciplines = all.filter((l) => l.isDiscipline);
  const last = disciplines.reduce((day, l) => later(day, l.day), '');
  if (disciplines.length < 2 || law.entry(PARAMETERS, SEVERAL, last)?.attributes?.['value'] !== 'highest')
    return all;
  const [highest] = [...disciplines].sort((a, b) => b.months - a.months);
  return all.filter((l) => !l.isDiscipline || l === highest);
}

/** A year counts once, whatever made it a bad one. */
function oncePerBadYear(all: readonly Weighed[]): readonly Weighed[] {
  return all.filter(
    ({ badYear }, i) => badYear === null || all.findIndex((one) => one.badYear === badYear) === i,
  );
}

/** Days from `from` up to, and without, `until`, of which the law of their date says that they do not count. */
interface Uncounted {
  readonly by: string;
  readonly from: Day;
  readonly until: Day;
  readonly source: string;
}

/**
 * The months that the time away adds. All of it together is counted in months, and only the remainder of the sum is
 * rounded ("tổng các loại thời gian không được tính", TT 08/2013/TT-BNV Đ.2.2); a day away for two reasons counts once.
 * Each pause is named with the months by which it raised the sum.
 */
function pausesWithin(wait: StepWait, due: Day, law: LawLists, calendar: Calendar, today: Day): StepReason[] {
  const reasons: StepReason[] = [];
  let sum = 0;
  let apart: Length = { months: 0, days: 0 };
  let [start, until]: [Day, Day] = ['', ''];
  for (const one of uncounted(wait, due, law, today)) {
    if (one.until <= until) continue;
    if (one.from > until) {
      if (until !== '') apart = together(apart, lengthOf(start, until, calendar));
      start = one.from;
    }
    until = one.until;
    const months = roundedMonths(together(apart, lengthOf(start, until, calendar)));
    if (months > sum) reasons.push({ by: one.by, kind: 'pause', months: months - sum, source: one.source });
    sum = months;
  }
  return reasons;
}

/** What does not count of all pauses within the wait, earliest first. */
function uncounted(wait: StepWait, due: Day, law: LawLists, today: Day): Uncounted[] {
  const limited = new Map<string, number>();
  return [...wait.pauses]
    .sort(byFirstDay)
    .flatMap((pause): Uncounted[] => {
      const from = later(pause.from, wait.from);
      const end = plusDays(pause.to ?? today, 1);
      return uncountedOf(pause, from, end < due ? end : due, law, limited);
    })
    .sort(byFirstDay);
}

/** A pause is judged by the law of each of its days: one that a new law finds under way falls into two. */
function uncountedOf(
  { by, kind }: Pause,
  from: Day,
  until: Day,
  law: LawLists,
  limited: Map<string, number>,
): Uncounted[] {
  const found: Uncounted[] = [];
  for (let first = from; first < until;) {
    const entry = law.entry(COUNTED, kind, first);
    if (entry === null) break;
    const lawEnds = entry.validTo === undefined ? until : plusDays(entry.validTo, 1);
    const last = lawEnds < until ? lawEnds : until;
    const counted = entry.attributes?.['counted'] ?? 'yes';
    const part = { by, source: entry.source, until: last };
    if (counted === 'no') found.push({ ...part, from: first });
    if (counted === 'up_to_months') {
      const over = afterLimit(first, last, Number(entry.attributes?.['months'] ?? 0), kind, limited);
      if (over < last) found.push({ ...part, from: over });
    }
    first = last;
  }
  return found;
}

/** The day from which time of a kind no longer counts: up to its limit it does, cumulated over the wait. */
function afterLimit(from: Day, until: Day, months: number, kind: string, limited: Map<string, number>): Day {
  const used = limited.get(kind) ?? 0;
  const left = Math.max(0, months * DAYS_A_MONTH - used);
  const whole = wholeMonths(from, until);
  limited.set(kind, used + whole * DAYS_A_MONTH + daysBetween(plusMonths(from, whole), until));
  return plusDays(plusMonths(from, Math.floor(left / DAYS_A_MONTH)), left % DAYS_A_MONTH);
}

/** A length of time: whole months, and the working days of what is left. */
interface Length {
  readonly months: number;
  readonly days: number;
}

function lengthOf(from: Day, until: Day, calendar: Calendar): Length {
  const months = wholeMonths(from, until);
  const rest = plusMonths(from, months);
  const days = calendar.workingDaysBetween(plusDays(rest, -1), plusDays(until, -1));
  // Never more than a month, so that one more day away never makes the sum less.
  return { months, days: Math.min(days, WORKING_DAYS_A_MONTH) };
}

function together(a: Length, b: Length): Length {
  return { months: a.months + b.months, days: a.days + b.days };
}

function roundedMonths({ months, days }: Length): number {
  const whole = Math.floor(days / WORKING_DAYS_A_MONTH);
  return months + whole + (days % WORKING_DAYS_A_MONTH >= ODD_DAYS ? 1 : 0);
}

function byFirstDay(a: { readonly from: Day }, b: { readonly from: Day }): number {
  return a.from < b.from ? -1 : a.from > b.from ? 1 : 0;
}

function later(a: Day, b: Day): Day {
  return a > b ? a : b;
}
