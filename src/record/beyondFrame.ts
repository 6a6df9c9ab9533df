import { isErased, type Fact } from './action.js';
import { plusMonths, type Day } from '../dates.js';
import { units } from './decimal.js';
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

/** The law of a grade on a day, from the list `beyond_frame_seniority_type` (NĐ 204/2004/NĐ-CP Đ.6). */
interface Law {
  /** Months on the last step before the first percentage. */
  readonly firstMonths: number;
  readonly firstPercent: string;
  readonly yearlyPercent: string;
}

const MONTHS_A_YEAR = 12;

/** At the first granting: on the last step for the time set, and the first percentage of the day's law. */
export function checkFirstPercent(fact: BeyondFrameFact, before: State, reference: Reference): Trouble[] {
  const { grade } = before;
  if (grade === null) return [{ rule: 'grade_missing' }];
  const law = lawOf(grade, fact, reference);
  return [
    ...checkLastStep(grade, fact, reference),
    ...(law === null
      ? []
      : [
          ...checkPercent(fact, units(law.firstPercent), grade.by),
          ...checkTime(fact, plusMonths(grade.nextStepFrom, law.firstMonths), grade.by),
        ]),
  ];
}

/** At every further year: the percentage before, and so much more. */
export function checkNextPercent(fact: BeyondFrameFact, before: State, reference: Reference): Trouble[] {
  const { grade, beyondFrame } = before;
  if (grade === null) return [{ rule: 'grade_missing' }];
  const last = checkLastStep(grade, fact, reference);
  if (beyondFrame === null) return [...last, { rule: 'beyond_frame_missing' }];
  const law = lawOf(grade, fact, reference);
  // An erased percentage is absent: nothing can be said of what follows it.
  const known = (beyondFrame.percent as string | undefined) !== undefined;
  return [
    ...last,
    ...(law === null || !known
      ? []
      : checkPercent(fact, units(beyondFrame.percent) + units(law.yearlyPercent), beyondFrame.by)),
    ...checkTime(fact, plusMonths(beyondFrame.nextFrom, MONTHS_A_YEAR), beyondFrame.by),
  ];
}

/** The state with this percentage paid. */
export function setBeyondFrame(state: State, { id, range, data }: BeyondFrameFact): State {
  const nextFrom = data.nextFrom ?? range.first;
  return { ...state, beyondFrame: { by: id, since: range.first, percent: data.percent, nextFrom } };
}

/** The list's entries go by the months that a step of the grade lasts; senior experts (60) have none. */
function lawOf({ grade, step }: Grade, { range }: BeyondFrameFact, reference: Reference): Law | null {
  const table = reference.step(grade, step, range);
  if (table.standing !== 'valid') return null;
  const code = `nhom_${String(table.monthsPerStep)}`;
  const law = reference.entry('beyond_frame_seniority_type', code, range.first)?.attributes;
  if (law === undefined) return null;
  return {
    firstMonths: Number(law['first_months']),
    firstPercent: law['first_percent'] ?? '0',
    yearlyPercent: law['yearly_percent'] ?? '0',
  };
}

function checkLastStep(grade: Grade, { range }: BeyondFrameFact, reference: Reference): Trouble[] {
  const table = reference.step(grade.grade, grade.step, range);
  if (table.standing !== 'valid' || table.lastStep) return [];
  return [{ rule: 'beyond_frame_not_last_step', others: [grade.by], params: { step: String(grade.step) } }];
}

function checkPercent(fact: BeyondFrameFact, lawful: bigint, after: string): Trouble[] {
  if (isErased(fact, 'pay_tax') || units(fact.data.percent) === lawful) return [];
  return [{ rule: 'beyond_frame_percent', field: 'percent', others: [after] }];
}

function checkTime({ range }: BeyondFrameFact, due: Day, after: string): Trouble[] {
  return range.last < due ? [{ rule: 'beyond_frame_too_early', others: [after], params: { due } }] : [];
}
