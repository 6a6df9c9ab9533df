import { isErased, type Fact } from './action.js';
import type { Day } from '../dates.js';
import { units } from '../rules/decimal.js';
import {
  gradeOn,
  PLACEMENT_LAW,
  type GradePlacement,
  type PresentPay,
  type ScaleStep,
} from '../rules/salary.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import type { StepData } from './salary.js';
import type { Grade, State } from './state.js';

/** How the law of TT 02/2007/TT-BNV places somebody: for a promotion, or for a change within the rank. */
type Placing = (
  present: PresentPay,
  oldScale: readonly ScaleStep[],
  newScale: readonly ScaleStep[],
) => GradePlacement;

/**
 * The new grade's step, kept difference and wait must be those of the law. Nothing is said where a scale or a
 * coefficient is not known, and of the wait only where the paper names it.
 */
export function checkPlacement(
  fact: Fact<StepData>,
  before: State,
  reference: Reference,
  place: Placing,
): Trouble[] {
  const { data, range } = fact;
  const held = before.grade;
  if (held === null || range.first < PLACEMENT_LAW || isErased(fact, 'pay_tax')) return [];
  const present = presentPay(held, before, reference);
  const [oldScale, newScale] = [
    gradeOn(reference, held.grade, held.since)?.scale ?? [],
    gradeOn(reference, data.grade, range.first)?.scale ?? [],
  ];
  if (present === null || oldScale.length === 0 || newScale.length === 0) return [];
  const lawful = place(present, oldScale, newScale);
  const trouble = (field: keyof StepData, params: Readonly<Record<string, string>>): Trouble[] => [
    { rule: 'grade_placement', field, others: [held.by], params },
  ];
  if (data.step !== lawful.step) return trouble('step', { lawful: String(lawful.step) });
  if (units(data.keptDifference ?? '0') !== units(lawful.keptDifference))
    return trouble('keptDifference', { lawful: lawful.keptDifference });
  const from = waitFrom(lawful, held, data, range.first);
  return data.nextStepFrom === undefined || data.nextStepFrom === from
    ? []
    : trouble('nextStepFrom', { lawful: from });
}

/** Counted anew from the day of the new pay, or from the day from which the old step counted. */
function waitFrom({ countsAnew }: GradePlacement, held: Grade, data: StepData, day: Day): Day {
  return countsAnew ? (data.salaryDate ?? day) : held.nextStepFrom;
}

function presentPay(held: Grade, { beyondFrame }: State, reference: Reference): PresentPay | null {
  const table = reference.step(held.grade, held.step, { first: held.since, last: held.since });
  const coefficient = held.coefficient ?? (table.standing === 'valid' ? table.coefficient : undefined);
  if (coefficient === undefined) return null;
  const percent = beyondFrame?.percent;
  return {
    step: held.step,
    coefficient,
    ...(percent === undefined ? {} : { beyondFramePercent: percent }),
    ...(held.keptDifference === undefined ? {} : { keptDifference: held.keptDifference }),
  };
}
