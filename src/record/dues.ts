import { plusMonths, type Day } from '../dates.js';
import { lapseDay } from '../rules/discipline.js';
import { retirementOf } from '../rules/retirement.js';
import { effectOf, isReplaced } from './discipline.js';
import { TOLD_BY } from './disputes.js';
import type { Caption } from './fields.js';
import type { ItemId } from './forms/items.js';
import { beyondFrameDue, nextRegularStep } from './nextStep.js';
import type { Reference } from './reference.js';
import { retirementDay } from './retirement.js';
import { inService, standingDisciplines, type Post, type State } from './state.js';

/** What can fall due for a person. */
export const DUE_KINDS = [
  'regular_step',
  'beyond_frame',
  'discipline_lapse',
  'retirement',
  'contract_end',
  'secondment_end',
  'rotation_end',
  'term_end',
  'acting_end',
  'training_end',
  'allowance_end',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

/** What falls due, in words. */
export const DUE_CAPTIONS: Readonly<Record<DueKind, Caption>> = {
  regular_step: { vi: 'Nâng bậc lương thường xuyên', en: 'Regular step' },
  beyond_frame: { vi: 'Phụ cấp thâm niên vượt khung', en: 'Beyond-frame seniority' },
  discipline_lapse: { vi: 'Kỷ luật hết hiệu lực', en: 'Discipline lapses' },
  retirement: { vi: 'Nghỉ hưu', en: 'Retirement' },
  contract_end: { vi: 'Hết hạn hợp đồng', en: 'Contract ends' },
  secondment_end: { vi: 'Hết hạn biệt phái', en: 'Secondment ends' },
  rotation_end: { vi: 'Hết hạn luân chuyển', en: 'Rotation ends' },
  term_end: { vi: 'Hết thời hạn giữ chức vụ', en: 'Term of a post ends' },
  acting_end: { vi: 'Hết hạn giao quyền, giao phụ trách', en: 'Acting post ends' },
  training_end: { vi: 'Hết thời gian đào tạo', en: 'Training ends' },
  allowance_end: { vi: 'Hết hạn phụ cấp', en: 'Allowance ends' },
};

/** How far a retirement has come: the age will be reached; notice was given; it was put back. */
export const RETIREMENT_STAGES = ['eligible', 'notified', 'postponed'] as const;
export type RetirementStage = (typeof RETIREMENT_STAGES)[number];

/** The four lists of regular steps. */
export const STEP_LISTS = ['automatic', 'needs_decision', 'overdue', 'blocked'] as const;
export type StepList = (typeof STEP_LISTS)[number];

/** Something that falls due for a person on a day, as the state of a day has it. */
export interface Due {
  readonly kind: DueKind;
  /** The fact from which it follows. */
  readonly by: string;
  /** The day; null where it cannot come while this state holds. */
  readonly due: Day | null;
  /** The day without what lengthened it. */
  readonly earliest: Day | null;
  /**
   * Why it cannot come: `step_unknown`; `away`, an absence or probation without an end that does not count; `disputed`,
   * for a fact or an item of form 2C on which it rests is (then the day is what it would be).
   */
  readonly blocked: string | null;
  /** Facts that lengthened it, each with its months. */
  readonly reasons: readonly { readonly by: string; readonly kind: string; readonly months: number }[];
  /** What it is about: the grade and step, the month of retirement, the post, the allowance, the host unit. */
  readonly subject: string | null;
  /** Of a retirement; null of everything else. */
  readonly stage: RetirementStage | null;
}

const BEYOND_FRAME_STEP_MONTHS = 12;

/**
 * All that falls due while this state holds: regular steps (with every extension and the reasons), the beyond-frame
 * percentage, disciplines lapsing (NĐ 34/2011 Đ.20.3), retirement, ends of contracts, secondments, rotations, terms,
 * acting posts, trainings and allowances. Time away that has not ended counts up to `today`.
 */
export function duesOf(state: State, today: Day, reference: Reference): Due[] {
  if (!inService(state)) return [];
  const { contract, secondment, unit } = state;
  const dues = [
    ...stepDues(state, today, reference),
    ...disciplineDues(state, reference),
    ...retirementDue(state, reference),
    ...endOf('contract_end', contract, contract?.type),
    ...endOf('secondment_end', secondment, secondment?.hostUnit),
    ...endOf('rotation_end', unit),
    ...state.posts.flatMap(termDue),
    ...state.trainings.map((t) => plain('training_end', t.by, t.until ?? null)),
    ...state.allowances.flatMap((a) => endOf('allowance_end', a, a.type)),
  ];
  if (state.disputes.length === 0) return dues;
  const disputed = new Set(state.disputes.flatMap(({ fact, item }) => [fact, item]));
  return dues.map((due) =>
    restsOn(due, state).some((one) => disputed.has(one)) ? { ...due, blocked: 'disputed' } : due,
  );
}

/** The facts, by id, and the items of form 2C, by identifier, on which a due rests: none of them may be in dispute. */
function restsOn({ kind, by, reasons, subject }: Due, { identity, posts }: State): string[] {
  const facts = [by, ...reasons.map((r) => r.by)];
  const items: readonly ItemId[] = [
    ...ITEMS_OF[kind],
    ...(reasons.some((r) => r.kind === 'discipline') ? (['highest_discipline'] as const) : []),
    ...(kind === 'allowance_end' ? [allowanceItem(subject)] : []),
  ];
  if (kind === 'retirement' && identity !== null) facts.push(identity.by);
  if (kind === 'term_end' || kind === 'acting_end')
    facts.push(...posts.filter((p) => p.termBy === by).map((p) => p.by));
  return [...facts, ...items];
}

const ITEMS_OF: Readonly<Record<DueKind, readonly ItemId[]>> = {
  regular_step: TOLD_BY.grade,
  beyond_frame: [...TOLD_BY.grade, 'other_allowance'],
  discipline_lapse: ['highest_discipline'],
  retirement: ['date_of_birth', 'sex'],
  contract_end: [],
  secondment_end: ['work_history'],
  rotation_end: ['work_history'],
  term_end: TOLD_BY.posts,
  acting_end: TOLD_BY.posts,
  training_end: ['training_history'],
  allowance_end: [],
};

function allowanceItem(type: string | null): ItemId {
  return type === 'chuc_vu' ? 'position_allowance' : 'other_allowance';
}

/** In which of the four lists a regular step stands on a day. */
export function stepListOf(
  { due, blocked, reasons }: Pick<Due, 'due' | 'blocked' | 'reasons'>,
  day: Day,
): StepList {
  if (due === null || blocked !== null) return 'blocked';
  if (due < day) return 'overdue';
  // Somebody must look at what lengthened the wait.
  return reasons.length > 0 ? 'needs_decision' : 'automatic';
}

function stepDues(state: State, today: Day, reference: Reference): Due[] {
  const { grade, beyondFrame } = state;
  if (grade === null) return [];
  const { due, earliest, reasons, blocked } = nextRegularStep(state, today, reference);
  const subject = `${grade.grade} ${String(grade.step)}`;
  if (blocked !== 'last_step') {
    const step: Due = { ...plain('regular_step', grade.by, due, subject), earliest, reasons, blocked };
    return [settled(step, state, today, (until) => nextRegularStep(state, until, reference).due)];
  }
  const table = reference.step(grade.grade, grade.step, { first: grade.since, last: grade.since });
  const months = table.standing === 'valid' ? table.monthsPerStep : 0;
  const law = reference.entry('beyond_frame_seniority_type', `nhom_${String(months)}`, today);
  // Senior experts (Bảng 1) have none (NĐ 204/2004/NĐ-CP Đ.6.1).
  if (law === null) return [];
  const wait =
    beyondFrame === null
      ? { from: grade.nextStepFrom, months }
      : { from: beyondFrame.nextFrom, months: BEYOND_FRAME_STEP_MONTHS };
  const dueOn = (until: Day) => beyondFrameDue(state, wait, until, reference);
  const next = plain('beyond_frame', beyondFrame?.by ?? grade.by, dueOn(today), subject);
  return [settled({ ...next, earliest: plusMonths(wait.from, wait.months) }, state, today, dueOn)];
}

/** A day that moves on while an absence or probation lasts cannot come before that has ended. */
function settled(due: Due, state: State, today: Day, dueOn: (until: Day) => Day | null): Due {
  const isOpen = [...state.absences, ...state.probations].some((a) => a.until === null);
  if (!isOpen || due.due === null || due.due <= today || dueOn(due.due) === due.due) return due;
  return { ...due, due: null, blocked: 'away' };
}

/** A decision lapses by itself after the months of its law; a later one of the same side ends the running one. */
function disciplineDues(state: State, reference: Reference): Due[] {
  const standing = standingDisciplines(state);
  return standing
    .filter((d) => d.lapsedBy === null && !isReplaced(d, standing))
    .flatMap((d) => {
      const day = lapseDay(reference, effectOf(d, state, reference));
      return day === null ? [] : [plain('discipline_lapse', d.by, day)];
    });
}

/** At the normal age, unless a paper names another day: the notice, or what put it back. */
function retirementDue(state: State, reference: Reference): Due[] {
  const { retirementNotice: notice, postponement } = state;
  const byAge = retirementByAge(state, reference);
  const notified = notice?.retirement === undefined ? byAge?.due : retirementDay(notice.retirement);
  if (postponement !== null) {
    const until = postponement.until ?? notified ?? null;
    return [{ ...plain('retirement', postponement.by, until, monthOf(until)), stage: 'postponed' }];
  }
  if (notice !== null) {
    const month = notice.retirement?.slice(0, 7) ?? byAge?.subject ?? null;
    return [{ ...plain('retirement', notice.by, notified ?? null, month), stage: 'notified' }];
  }
  return byAge === null ? [] : [byAge];
}

function retirementByAge(state: State, reference: Reference): Due | null {
  const { identity, hire, service } = state;
  const { dateOfBirth, sex } = identity ?? {};
  if (identity === null || dateOfBirth === undefined || sex === undefined) return null;
  const category = hire?.category ?? 'cong_chuc';
  const found = retirementOf({ sex, dateOfBirth, category }, reference);
  if (found === null) return null;
  const due = plain('retirement', service?.by ?? identity.by, found.moment, found.month);
  return { ...due, stage: 'eligible' };
}

function termDue({ position, kind, by, termBy, termEnds }: Post): Due[] {
  const end = kind === 'acting' || kind === 'in_charge' ? 'acting_end' : 'term_end';
  return termEnds === undefined ? [] : [plain(end, termBy ?? by, termEnds, position)];
}

/** The end of what has a last day. */
function endOf(
  kind: DueKind,
  held: { readonly by: string; readonly until?: Day } | null,
  subject: string | null = null,
): Due[] {
  return held?.until === undefined ? [] : [plain(kind, held.by, held.until, subject)];
}

function monthOf(day: Day | null): string | null {
  return day?.slice(0, 7) ?? null;
}

function plain(kind: DueKind, by: string, due: Day | null, subject: string | null = null): Due {
  return { kind, by, due, earliest: due, blocked: null, reasons: [], subject, stage: null };
}
