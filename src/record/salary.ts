import { daysBetween, plusMonths, wholeMonths, type Day, type DayRange } from '../dates.js';
import { units } from '../rules/decimal.js';
import { gradeOn } from '../rules/salary.js';
import type { Fact } from './action.js';
import type { Reference } from './reference.js';
import { CodeField, DayField, DecimalField, IntegerField } from './fields.js';
import type { Trouble } from './ruleBook.js';
import type { Grade, LastRaise, State } from './state.js';

/** What places a person on a step of a grade. */
export interface StepData {
  readonly grade: string;
  readonly step: number;
  readonly coefficient?: string;
  readonly salaryDate?: Day;
  readonly nextStepFrom?: Day;
  readonly keptDifference?: string;
}

/** The fields of an action that places a person on a step; its own class extends them. */
export class StepFields implements StepData {
  @CodeField('grade_name', {
    vi: 'Mã ngạch hoặc chức danh nghề nghiệp',
    en: 'Code of the grade or professional title',
    secrecy: 'open',
    orList: 'professional_title',
  })
  grade!: string;

  @IntegerField({ vi: 'Bậc', en: 'Step', secrecy: 'open', min: 1, max: 16 })
  step!: number;

  @DecimalField({ vi: 'Hệ số lương', en: 'Coefficient', secrecy: 'pay_tax', optional: true })
  coefficient?: string;

  @DayField({ vi: 'Ngày hưởng', en: 'Paid from', secrecy: 'pay_tax', optional: true })
  salaryDate?: string;

  @DayField({
    vi: 'Mốc tính nâng bậc lần sau',
    en: 'Wait for the next step from',
    secrecy: 'pay_tax',
    optional: true,
  })
  nextStepFrom?: string;
}

/** The step must exist in the salary table of the day, and its coefficient be the table's (NĐ 204/2004/NĐ-CP). */
export function checkStep(data: StepData, range: DayRange, reference: Reference): Trouble[] {
  const step = reference.step(data.grade, data.step, range);
  const params = { grade: data.grade, step: String(data.step) };
  if (step.standing === 'invalid') return [{ rule: 'step_invalid', field: 'step', params }];
  if (step.standing === 'unverified') return [{ rule: 'step_unverified', field: 'step', params }];
  if (data.coefficient !== undefined && units(data.coefficient) !== units(step.coefficient))
    return [
      { rule: 'coefficient_differs', field: 'coefficient', params: { ...params, table: step.coefficient } },
    ];
  return [];
}

/** The fields of an action that leads to another grade. */
export class NewGradeFields extends StepFields {
  @DecimalField({
    vi: 'Hệ số chênh lệch bảo lưu',
    en: 'Kept difference of coefficients',
    secrecy: 'pay_tax',
    optional: true,
  })
  keptDifference?: string;
}

/** A step is raised or lowered within the grade held. */
export function checkSameGrade(data: StepData, before: State): Trouble[] {
  const held = before.grade ?? before.lastGrade;
  if (held === null) return [{ rule: 'grade_missing' }];
  if (held.grade === data.grade) return [];
  return [{ rule: 'grade_differs', field: 'grade', others: [held.by], params: { held: held.grade } }];
}

/** Another grade than the one held, or the same one where a new law has put its code on another scale. */
export function checkNewGrade(
  { data, range }: Fact<StepData>,
  before: State,
  reference: Reference,
): Trouble[] {
  const held = before.grade ?? before.lastGrade;
  if (held === null) return [{ rule: 'grade_missing' }];
  const groupOn = (day: Day) => gradeOn(reference, data.grade, day)?.group;
  if (held.grade !== data.grade || groupOn(held.since) !== groupOn(range.first)) return [];
  return [{ rule: 'grade_same', field: 'grade', others: [held.by], params: { held: held.grade } }];
}

/** The state with this step in force. The beyond-frame allowance is paid on one step of one grade only. */
export function placeOnStep<Data extends StepData>(state: State, { id, range, data }: Fact<Data>): State {
  const salaryDate = data.salaryDate ?? range.first;
  const held = state.grade;
  // The difference is kept for as long as the grade is held.
  const keptDifference =
    data.keptDifference ?? (held?.grade === data.grade ? held.keptDifference : undefined);
  const grade: Grade = {
    by: id,
    since: range.first,
    grade: data.grade,
    step: data.step,
    salaryDate,
    nextStepFrom: data.nextStepFrom ?? salaryDate,
    ...(data.coefficient === undefined ? {} : { coefficient: data.coefficient }),
    ...(keptDifference === undefined ? {} : { keptDifference }),
  };
  const same = held?.grade === data.grade && held.step === data.step;
  return { ...state, grade, lastGrade: grade, beyondFrame: same ? state.beyondFrame : null, lowered: null };
}

/** The state a step lower: how long the old one was held is kept for the raise after the return (NĐ 34/2011 Đ.23.1). */
export function lowerStep<Data extends StepData>(state: State, fact: Fact<Data>): State {
  const { grade: held } = state;
  const placed = placeOnStep(state, fact);
  const from = placed.grade?.nextStepFrom;
  if (held === null || from === undefined) return placed;
  const months = wholeMonths(held.nextStepFrom, from);
  const days = Math.max(0, daysBetween(plusMonths(held.nextStepFrom, months), from));
  const { grade, step } = held;
  return {
    ...placed,
    lowered: { by: fact.id, since: fact.range.first, grade, step, served: { months, days } },
  };
}

/** The state with the next step in force, raised in this way. */
export function raiseStep<Data extends StepData>(
  kind: LastRaise['kind'],
): (state: State, fact: Fact<Data>) => State {
  return (state, fact) => ({
    ...returned(placeOnStep(state, fact), fact, state.lowered),
    lastRaise: { by: fact.id, since: fact.range.first, kind, grade: fact.data.grade },
  });
}

/** Back on the step that was lowered: what was served on it before counts, unless the paper names another day. */
function returned<Data extends StepData>(
  state: State,
  { data }: Fact<Data>,
  lowered: State['lowered'],
): State {
  const { grade } = state;
  const isBack = lowered !== null && lowered.grade === data.grade && lowered.step === data.step;
  if (!isBack || grade === null || data.nextStepFrom !== undefined) return state;
  const back = { ...grade, served: lowered.served };
  return { ...state, grade: back, lastGrade: back };
}
