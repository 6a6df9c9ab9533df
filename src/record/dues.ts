import { plusMonths, type Day } from '../dates.js';
import { retirementOf } from '../rules/retirement.js';
import { dueAfter, nextRegularStep } from './nextStep.js';
import type { Reference } from './reference.js';
import { inService, type State } from './state.js';

/** What can fall due for a person. */
export const DUE_KINDS = [
  'regular_step',
  'beyond_frame',
  'discipline_lapse',
  'retirement',
  'training_end',
  'allowance_end',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

/** Something that falls due for a person on a day, as the state of a day has it. */
export interface Due {
  readonly kind: DueKind;
  /** The fact from which it follows. */
  readonly by: string;
  /** The day; null where it cannot come while this state holds. */
  readonly due: Day | null;
  /** The day without what lengthened it. */
  readonly earliest: Day | null;
  /** Why it cannot come, or must be decided on: a stable word. */
  readonly blocked: string | null;
  /** Facts that lengthened it, each with its months. */
  readonly reasons: readonly { readonly by: string; readonly kind: string; readonly months: number }[];
  /** What it is about in the open: the grade and step, the post, the allowance. */
  readonly subject: string | null;
}

const LAPSE_MONTHS = 12;
const BEYOND_FRAME_STEP_MONTHS = 12;

/**
 * All that falls due while this state holds: regular steps (with every extension and the reasons), the beyond-frame
 * percentage, disciplines lapsing (NĐ 34/2011 Đ.20.3), retirement at the normal age, ends of trainings and allowances.
 * Time away that has not ended counts up to `today`.
 */
export function duesOf(state: State, today: Day, reference: Reference): Due[] {
  if (!inService(state)) return [];
  return [
    ...stepDues(state, today, reference),
    ...disciplineDues(state),
    ...retirementDue(state, reference),
    ...state.trainings.map((t) => plain('training_end', t.by, t.until ?? null)),
    ...state.allowances
      .filter((a) => a.until !== undefined)
      .map((a) => plain('allowance_end', a.by, a.until ?? null, a.type)),
  ];
}

function stepDues(state: State, today: Day, reference: Reference): Due[] {
  const { grade, beyondFrame } = state;
  if (grade === null) return [];
  const { due, earliest, reasons, blocked } = nextRegularStep(state, today, reference);
  const subject = `${grade.grade} ${String(grade.step)}`;
  if (blocked !== 'last_step')
    return [{ kind: 'regular_step', by: grade.by, due, earliest, blocked, reasons, subject }];
  const table = reference.step(grade.grade, grade.step, { first: grade.since, last: grade.since });
  const months = table.standing === 'valid' ? table.monthsPerStep : 0;
  const law = reference.entry('beyond_frame_seniority_type', `nhom_${String(months)}`, today);
  // Senior experts (Bảng 1) have none (NĐ 204/2004/NĐ-CP Đ.6.1).
  if (law === null) return [];
  const wait =
    beyondFrame === null
      ? { from: grade.nextStepFrom, months }
      : { from: beyondFrame.nextFrom, months: BEYOND_FRAME_STEP_MONTHS };
  return [
    {
      kind: 'beyond_frame',
      by: beyondFrame?.by ?? grade.by,
      due: dueAfter(state, wait, today, reference),
      earliest: plusMonths(wait.from, wait.months),
      blocked: null,
      reasons: [],
      subject,
    },
  ];
}

/** A decision lapses by itself 12 months after taking effect; a new violation ends the running one with its own. */
function disciplineDues(state: State): Due[] {
  return state.disciplines
    .filter((d) => d.lapsedBy === null && d.revokedBy === null)
    .map((d) => plain('discipline_lapse', d.by, plusMonths(d.since, LAPSE_MONTHS)));
}

function retirementDue(state: State, reference: Reference): Due[] {
  const { identity, hire, service } = state;
  const { dateOfBirth, sex } = identity ?? {};
  if (identity === null || dateOfBirth === undefined || sex === undefined) return [];
  const category = hire?.category ?? 'cong_chuc';
  const found = retirementOf({ sex, dateOfBirth, category }, reference);
  return found === null ? [] : [plain('retirement', service?.by ?? identity.by, found.moment, found.month)];
}

function plain(kind: DueKind, by: string, due: Day | null, subject: string | null = null): Due {
  return { kind, by, due, earliest: due, blocked: null, reasons: [], subject };
}
