import type { Day, DayRange } from '../dates.js';
import type { Fact } from './action.js';
import type { Reference } from './reference.js';
import { CodeField, DayField, DecimalField, IntegerField } from './fields.js';
import type { Trouble } from './ruleBook.js';
import type { LastRaise, State } from './state.js';

/** What places a person on a step of a grade. */
export interface StepData {
  readonly grade: string;
  readonly step: number;
  readonly coefficient?: string;
  readonly salaryDate?: Day;
  readonly nextStepFrom?: Day;
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
  if (data.coefficient !== undefined && Number(data.coefficient) !== Number(step.coefficient))
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

/** Another grade than the one held. */
export function checkNewGrade({ data }: Fact<StepData>, before: State): Trouble[] {
  const held = before.grade ?? before.lastGrade;
  if (held === null) return [{ rule: 'grade_missing' }];
  if (held.grade !== data.grade) return [];
  return [{ rule: 'grade_same', field: 'grade', others: [held.by], params: { held: held.grade } }];
}

/** The state with this step in force. The beyond-frame allowance is paid on one step of one grade only. */
export function placeOnStep<Data extends StepData>(state: State, { id, range, data }: Fact<Data>): State {
  const salaryDate = data.salaryDate ?? range.first;
  const grade = {
    by: id,
    since: range.first,
    grade: data.grade,
    step: data.step,
    salaryDate,
    nextStepFrom: data.nextStepFrom ?? salaryDate,
    ...(data.coefficient === undefined ? {} : { coefficient: data.coefficient }),
  };
  const same = state.grade?.grade === data.grade && state.grade.step === data.step;
  return { ...state, grade, lastGrade: grade, beyondFrame: same ? state.beyondFrame : null };
}

/** The state with the next step in force, raised in this way. */
export function raiseStep<Data extends StepData>(
  kind: LastRaise['kind'],
): (state: State, fact: Fact<Data>) => State {
  return (state, fact) => ({
    ...placeOnStep(state, fact),
    lastRaise: { by: fact.id, since: fact.range.first, kind, grade: fact.data.grade },
  });
}
