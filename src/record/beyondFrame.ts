import { isErased, type Fact } from './action.js';
import type { Day } from '../dates.js';
import { inHindsight } from './discipline.js';
import { beyondFrameDue, waitOn } from './nextStep.js';
import { textOf, units } from '../rules/decimal.js';
import type { StepWait } from '../rules/nextStep.js';
import { DayField, DecimalField } from './fields.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import type { Grade, State } from './state.js';

/** The fields of a decision on the beyond-frame allowance. */
export class BeyondFrameFields {
  @DecimalField({ vi: 'Tỷ lệ phần trăm', en: 'Percent', secrecy: 'pay_tax' })
  percent!: string;

  @DayField({
    vi: 'Mốc tính phụ cấp thâm niên vượt khung lần sau',
    en: 'Wait for the next percent from',
    secrecy: 'pay_tax',
    optional: true,
  })
  nextFrom?: string;
}

type BeyondFrameFact = Fact<BeyondFrameFields>;

/** The next percentage of the beyond-frame allowance, by the law of a day. */
export interface NextPercent {
  readonly due: Day;
  /** Exact decimal text; null where the percentage before it was erased. */
  readonly percent: string | null;
  /** The fact from which the wait counts. */
  readonly after: string;
}

const MONTHS_A_YEAR = 12;

/**
 * What comes to somebody on the last step: the first percentage when its time is served, then more each further year
 * (NĐ 204/2004/NĐ-CP Đ.6). Discipline and undone tasks lengthen both waits as they do a step's (TT 03/2021/TT-BNV
 * Đ.2), those before 2021-08-15 by twelve months for each bad year (TT 04/2005/TT-BNV III.1.3). Null below the last step, for senior experts, and where the tables do not know the grade.
 */
export function nextBeyondFrame(state: State, today: Day, reference: Reference): NextPercent | null {
  const { grade, beyondFrame } = state;
  const law = grade === null ? null : lawOf(grade, today, reference);
  if (grade === null || law === null) return null;
  const due = (wait: Pick<StepWait, 'from' | 'months'>) => beyondFrameDue(state, wait, today, reference);
  if (beyondFrame === null) {
    const wait = waitOn(grade, Number(law['first_months']));
    return { due: due(wait), percent: law['first_percent'] ?? null, after: grade.by };
  }
  const before = beyondFrame.percent as string | undefined;
  return {
    due: due({ from: beyondFrame.nextFrom, months: MONTHS_A_YEAR }),
    percent: before === undefined ? null : textOf(units(before) + units(law['yearly_percent'] ?? '0')),
    after: beyondFrame.by,
  };
}

/** At the first granting: on the last step for the time set, and the first percentage. */
export function checkFirstPercent(fact: BeyondFrameFact, before: State, reference: Reference): Trouble[] {
  return checkPercent(fact, { ...before, beyondFrame: null }, reference);
}

/** At every further year: the percentage before, and so much more. */
export function checkNextPercent(fact: BeyondFrameFact, before: State, reference: Reference): Trouble[] {
  if (before.beyondFrame === null) return [{ rule: 'beyond_frame_missing' }];
  return checkPercent(fact, before, reference);
}

/** The state with this percentage paid. */
export function setBeyondFrame(state: State, { id, range, data }: BeyondFrameFact): State {
  const nextFrom = data.nextFrom ?? range.first;
  return { ...state, beyondFrame: { by: id, since: range.first, percent: data.percent, nextFrom } };
}

/** The law of the day goes by the months that a step of the grade lasts; senior experts (60) have none. */
function lawOf({ grade, step }: Grade, day: Day, reference: Reference) {
  const table = reference.step(grade, step, { first: day, last: day });
  if (table.standing !== 'valid' || !table.lastStep) return null;
  const code = `nhom_${String(table.monthsPerStep)}`;
  return reference.entry('beyond_frame_seniority_type', code, day)?.attributes ?? null;
}

function checkPercent(fact: BeyondFrameFact, before: State, reference: Reference): Trouble[] {
  const { grade } = before;
  if (grade === null) return [{ rule: 'grade_missing' }];
  const table = reference.step(grade.grade, grade.step, fact.range);
  if (table.standing === 'valid' && !table.lastStep)
    return [{ rule: 'beyond_frame_not_last_step', others: [grade.by], params: { step: String(grade.step) } }];
  const day = fact.range.last;
  const next = nextBeyondFrame(inHindsight(before), day, reference);
  if (next === null) return [];
  const { percent, due, after } = next;
  const known = percent !== null && !isErased(fact, 'pay_tax');
  const others = [after];
  return [
    ...(known && units(fact.data.percent) !== units(percent)
      ? [{ rule: 'beyond_frame_percent' as const, field: 'percent', others }]
      : []),
    ...(day < due ? [{ rule: 'beyond_frame_too_early' as const, others, params: { due } }] : []),
  ];
}
