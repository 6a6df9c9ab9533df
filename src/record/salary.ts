import type { Day, DayRange } from '../dates.js';
import type { Fact } from './action.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';

/** The fields that place a person on a step of a grade. */
export interface StepData {
  readonly grade: string;
  readonly step: number;
  readonly coefficient?: string;
  readonly salaryDate?: Day;
  readonly nextStepFrom?: Day;
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

/** The state with this step in force. */
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
  return { ...state, grade, lastGrade: grade };
}
