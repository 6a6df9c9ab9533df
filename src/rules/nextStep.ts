import { daysBetween, plusDays, plusMonths, type Day } from '../dates.js';
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
}

/** Why the day is later than the bare period: which fact lengthened it by how much. */
export interface StepReason {
  readonly by: string;
  readonly kind: 'pause' | 'discipline' | 'evaluation' | 'decision';
  /** Months added to the period; 0 where the law of the day lets the time count. */
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
/** Fewer working days of a remainder are dropped; so many or more are one month (TT 08/2013/TT-BNV Đ.2.2). */
const ODD_DAYS = 11;
/** A lengthening can bring further facts into the period; careers are finite. */
const MOST_ROUNDS = 50;

/**
 * The next regular step, with every pause and extension and the reasons (TT 08/2013/TT-BNV Đ.2, TT 03/2021/TT-BNV).
 * What lies within the wait counts, and the wait grows with what it finds. Two disciplines in one period add up: the
 * law is silent (domain-rules §4.3). A pause that has not ended counts up to `today`.
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
  const lengthenings = wait.lengthenings
    .filter((l) => within(l.day))
    .flatMap((l): (StepReason & { readonly sameActAs: string | null })[] => {
      const entry = law.entry(EXTENSION, l.code, l.day);
      const months = l.months ?? Number(entry?.attributes?.['months'] ?? 0);
      if (months === 0) return [];
      const kind =
        l.months !== undefined
          ? 'decision'
          : entry?.attributes?.['cause'] === 'evaluation'
            ? 'evaluation'
            : 'discipline';
      return [{ by: l.by, kind, months, source: entry?.source ?? '', sameActAs: l.sameActAs ?? null }];
    });
  const counting = lengthenings
    .filter((l) => {
      const other = lengthenings.find((o) => o.by === l.sameActAs || o.sameActAs === l.by);
      if (other === undefined) return true;
      return l.months > other.months || (l.months === other.months && l.sameActAs === null);
    })
    .map(({ by, kind, months, source }): StepReason => ({ by, kind, months, source }));
  return [...counting, ...pausesWithin(wait, due, law, calendar, today)];
}

/** The time that does not count, month by month of each kind; sick leave counts up to its limit, cumulated. */
function pausesWithin(wait: StepWait, due: Day, law: LawLists, calendar: Calendar, today: Day): StepReason[] {
  const sickUsed = new Map<string, number>();
  return wait.pauses.flatMap((pause): StepReason[] => {
    const first = pause.from > wait.from ? pause.from : wait.from;
    const end = plusDays(pause.to ?? today, 1);
    const last = end < due ? end : due;
    if (last <= first) return [];
    const entry = law.entry(COUNTED, pause.kind, first);
    const counted = entry?.attributes?.['counted'] ?? 'yes';
    if (entry === null || counted === 'yes') return [];
    let from = first;
    if (counted === 'up_to_months') {
      const limit = Number(entry.attributes?.['months'] ?? 0);
      const used = sickUsed.get(pause.kind) ?? 0;
      const allowed = Math.max(0, limit - used);
      sickUsed.set(pause.kind, used + monthsOf(first, last, calendar));
      from = plusMonths(first, allowed);
    }
    const months = from < last ? monthsOf(from, last, calendar) : 0;
    return months === 0 ? [] : [{ by: pause.by, kind: 'pause', months, source: entry.source }];
  });
}

/** Whole months from one day to another, the remainder by the rule of odd days. */
function monthsOf(from: Day, until: Day, calendar: Calendar): number {
  let months = 0;
  while (plusMonths(from, months + 1) <= until) months += 1;
  const rest = plusMonths(from, months);
  const left =
    daysBetween(rest, until) > 0 ? calendar.workingDaysBetween(plusDays(rest, -1), plusDays(until, -1)) : 0;
  return left >= ODD_DAYS ? months + 1 : months;
}
