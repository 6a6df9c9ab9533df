import { nextStep, type Lengthening, type Pause, type StepReason, type StepWait } from '../rules/nextStep.js';
import { plusDays, type Day } from '../dates.js';
import { effectOf } from './discipline.js';
import type { Reference } from './reference.js';
import type { Extension, Grade, State } from './state.js';

/**
 * Why no regular step comes: no grade is recorded; the salary table does not know the step; it is the last one (then
 * the beyond-frame allowance comes); or the person is not in service.
 */
export type StepBlock = 'no_grade' | 'step_unknown' | 'last_step' | 'not_in_service';

/** The next regular step of a person. */
export interface RegularStep {
  /** The day on which it is due; null where none can come. Of somebody who left: what it would have been. */
  readonly due: Day | null;
  /** The day without pauses and extensions. */
  readonly earliest: Day | null;
  /** Which fact lengthened the wait by how much. */
  readonly reasons: readonly StepReason[];
  readonly blocked: StepBlock | null;
}

/** Code of the list `step_counted_time`. */
const PROBATION = 'probation';

/**
 * The next regular step as the state of a day has it (TT 08/2013/TT-BNV Đ.2). A discipline or a year not completed
 * lengthens the wait by the law of its day, or by what a decision on it says; one that was revoked does not.
 * Time away that has not ended counts up to `today`.
 */
export function nextRegularStep(state: State, today: Day, reference: Reference): RegularStep {
  const held = state.grade ?? state.lastGrade;
  if (held === null) return none('no_grade');
  const table = stepOf(held, reference);
  if (table.standing !== 'valid') return none('step_unknown');
  if (table.lastStep) return none('last_step');
  const { from, months } = waitOn(held, table.monthsPerStep);
  const wait = waitFrom(state, from, months, reference);
  const next = nextStep(wait, reference, reference.calendar(), today);
  return { ...next, blocked: state.service?.status === 'in_service' ? null : 'not_in_service' };
}

/** The wait on a step of so many months: what was served on it before it was lowered has not to be served again. */
export function waitOn(held: Grade, months: number): Pick<StepWait, 'from' | 'months'> {
  const { served } = held;
  if (served === undefined) return { from: held.nextStepFrom, months };
  return { from: plusDays(held.nextStepFrom, -served.days), months: Math.max(0, months - served.months) };
}

/** When so many months from a day are served for a percentage beyond the frame, with every pause and extension. */
export function beyondFrameDue(
  state: State,
  { from, months }: Pick<StepWait, 'from' | 'months'>,
  today: Day,
  reference: Reference,
): Day {
  const wait = { ...waitFrom(state, from, months, reference), isBeyondFrame: true };
  return nextStep(wait, reference, reference.calendar(), today).due;
}

function none(blocked: StepBlock): RegularStep {
  return { due: null, earliest: null, reasons: [], blocked };
}

/** The table of the day on which the step was reached: its period is the one to be served. */
function stepOf(held: Grade, reference: Reference) {
  return reference.step(held.grade, held.step, { first: held.since, last: held.since });
}

function waitFrom(state: State, from: Day, months: number, reference: Reference): StepWait {
  return { from, months, pauses: pausesOf(state), lengthenings: lengtheningsOf(state, from, reference) };
}

/** Leave, suspension and probation; the list `step_counted_time` says by date which of them does not count. */
function pausesOf(state: State): Pause[] {
  return [
    // Of what kind an erased absence was is gone: it lengthens nothing.
    ...state.absences.flatMap(({ by, since, kind, until }): Pause[] =>
      kind === null ? [] : [{ by, kind, from: since, to: until }],
    ),
    ...state.probations.map(({ by, since, until }) => ({ by, kind: PROBATION, from: since, to: until })),
  ];
}

/** Disciplines by the state, evaluations, and decisions to lengthen the wait: each cause once. */
function lengtheningsOf(state: State, from: Day, reference: Reference): Lengthening[] {
  // What was erased of a decision or an evaluation is gone, and lengthens nothing.
  const decisions = state.extensions.filter((e) => e.months > 0 && !isVoid(e, state));
  const decidedOn = new Map(decisions.map((e) => [e.causedBy, e]));
  const causes: Lengthening[] = [
    ...state.disciplines
      .filter((d) => d.side === 'state' && d.revokedBy === null)
      .map((d) => {
        // A step already given is not taken back: then it lengthens the wait in which it was decided.
        const effect = effectOf(d, state, reference).from;
        return { by: d.by, code: d.form, day: effect >= from ? effect : d.since };
      }),
    ...state.evaluations
      .filter((e) => e.year > 0)
      .map(({ by, since, year, level, sameActAs }) => {
        // The year counts where it lay, also when its paper is of January.
        const end = `${String(year)}-12-31`;
        return { by, code: level, day: end < since ? end : since, sameActAs };
      }),
  ];
  const known = new Set(causes.map((c) => c.by));
  return [
    ...causes.map((cause) => decided(cause, decidedOn, from)),
    ...decisions
      .filter((e) => e.causedBy === null || !known.has(e.causedBy))
      .map((e) => ({ by: e.by, code: '', day: e.since, months: e.months })),
  ];
}

/** What a decision says of a cause counts instead of the law; the cause keeps its day if that lies in the wait. */
function decided(
  cause: Lengthening,
  decidedOn: ReadonlyMap<string | null, Extension>,
  from: Day,
): Lengthening {
  const same = cause.sameActAs ?? null;
  const sameActAs = same === null ? null : (decidedOn.get(same)?.by ?? same);
  const decision = decidedOn.get(cause.by);
  if (decision === undefined) return { ...cause, sameActAs };
  const day = cause.day >= from ? cause.day : decision.since;
  return { by: decision.by, code: cause.code, day, months: decision.months, sameActAs };
}

/** A decision falls with the discipline that caused it. */
function isVoid(extension: Extension, state: State): boolean {
  return state.disciplines.some((d) => d.by === extension.causedBy && d.revokedBy !== null);
}
