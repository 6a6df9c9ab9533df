import type { Day } from '../dates.js';
import {
  baseSalaryEntry,
  lowPayEntry,
  monthlySalary,
  stepEntry,
  type MonthlySalary,
} from '../rules/salary.js';
import { whole, units } from '../rules/decimal.js';
import type { LawEntry } from '../rules/law.js';
import { DisputeMarks } from './disputes.js';
import type { Caption } from './fields.js';
import type { ItemId } from './forms/items.js';
import type { Reference } from './reference.js';
import { allowancesOn, inService, runsOn, type Allowance, type Grade, type State } from './state.js';
import { stateAt, type Timeline } from './timeline.js';

/** What a salary is made of. */
export const PAY_PARTS = [
  'step',
  'kept_difference',
  'beyond_frame',
  'allowance',
  'low_pay',
  'amount',
] as const;
export type PayPartKind = (typeof PAY_PARTS)[number];

/** One part of a salary, with the fact that it came from and the law that it rests on. */
export interface PayPart extends Caption {
  readonly kind: PayPartKind;
  /** The fact; null of what the law gives by itself. */
  readonly by: string | null;
  /** The grade and step, or the code of the list `allowance_type`. */
  readonly subject: string | null;
  /** Exactly one of the three, exact decimal text; the amount in dong a month. None: erased. */
  readonly coefficient: string | null;
  readonly percent: string | null;
  readonly amount: string | null;
  /** Legal source, and whether the value was compared with it; null: the law lists know none. */
  readonly source: string | null;
  readonly confirmed: boolean;
  /** Open disputes about the fact. */
  readonly disputed: readonly string[];
}

/**
 * Why no total can be named: nobody is paid; neither a step nor a sum is recorded; the salary tables do not know the
 * step, or the day; a value was lawfully destroyed; a sum is agreed for the year.
 */
export const PAY_UNKNOWN = [
  'not_in_service',
  'no_pay',
  'step_unknown',
  'base_unknown',
  'erased',
  'paid_by_year',
] as const;
export type PayUnknown = (typeof PAY_UNKNOWN)[number];

/** The monthly salary of a person on a day. */
export interface MonthlyPay {
  /** The base salary of the day (mức lương cơ sở, formerly mức lương tối thiểu chung); null: unknown, or not used. */
  readonly base:
    (Caption & { readonly amount: string; readonly source: string; readonly confirmed: boolean }) | null;
  readonly parts: readonly PayPart[];
  /** Null: not known, for the reasons in `unknown`. */
  readonly salary: MonthlySalary | null;
  readonly unknown: readonly PayUnknown[];
  /** Absences and probations of the day: what is paid then, their own papers say. Not taken into account here. */
  readonly reducedBy: readonly string[];
  /** Facts whose date is not known exactly enough to say whether they count on this day. */
  readonly uncertain: readonly string[];
}

const POSITION_ALLOWANCE = 'chuc_vu';
const ALLOWANCES = 'allowance_type';
const BEYOND_FRAME = 'tham_nien_vuot_khung';
const KEPT_DIFFERENCE = 'chenh_lech_bao_luu';

/**
 * The monthly salary on a day with all that it is made of (NĐ 204/2004/NĐ-CP): (step × (1 + % beyond the frame) + kept
 * difference + allowances by coefficient) × base salary, percentages on top, and sums of money. A step counts from the
 * day from which it is paid (ngày hưởng), which its paper may set before or after its own date.
 */
export function monthlyPay(timeline: Timeline, day: Day, reference: Reference): MonthlyPay {
  const { state, uncertain } = stateAt(timeline, day);
  const nothing = { base: null, parts: [], salary: null, reducedBy: [], uncertain };
  if (!inService(state)) return { ...nothing, unknown: ['not_in_service'] };
  const reducedBy = [...state.absences, ...state.probations]
    .filter((one) => runsOn(one, day))
    .map(({ by }) => by);
  const disputes = new DisputeMarks(timeline, day);
  const part = (kind: PayPartKind, by: string | null, more: Partial<PayPart> & Caption): PayPart => ({
    kind,
    by,
    subject: null,
    coefficient: null,
    percent: null,
    amount: null,
    source: null,
    confirmed: false,
    ...more,
    disputed: disputes.of(by, ...itemsOf(kind, more.subject)),
  });
  const paid = paidState(timeline, day);
  const parts = [
    ...(paid.grade === null || state.grade === null ? [] : stepParts(paid.grade, paid, day, reference, part)),
    ...(state.grade === null ? amountParts(state, part) : []),
    ...allowancesOn(state, day).map((a) => part('allowance', a.by, allowanceOf(a, day, reference))),
  ];
  return { ...totalOf(parts, state, day, reference, part), reducedBy, uncertain };
}

type MakePart = (kind: PayPartKind, by: string | null, more: Partial<PayPart> & Caption) => PayPart;

/** The items of form 2C that tell of a part: what is disputed there is disputed here. */
function itemsOf(kind: PayPartKind, subject: string | null | undefined): readonly ItemId[] {
  if (kind === 'step') return ['grade_code', 'step', 'coefficient', 'salary_date'];
  if (kind === 'allowance' && subject === POSITION_ALLOWANCE) return ['position_allowance'];
  return kind === 'allowance' || kind === 'beyond_frame' ? ['other_allowance'] : [];
}

/** The state whose step is paid on a day. */
function paidState(timeline: Timeline, day: Day): State {
  let paid = timeline.start;
  for (const [i, { fact }] of timeline.lines.entries()) {
    const state = timeline.states[i] as State;
    const isPlaced = state.grade !== null && state.grade.by !== paid.grade?.by;
    if (isPlaced ? state.grade.salaryDate <= day : fact.range.first <= day) paid = state;
  }
  return paid;
}

/** The step, what was kept beside it, and the seniority beyond the frame. */
function stepParts(grade: Grade, paid: State, day: Day, reference: Reference, part: MakePart): PayPart[] {
  const { keptDifference } = grade;
  const subject = `${grade.grade} ${String(grade.step)}`;
  // The table of the day on which the step was reached: a later one places anew, by a paper.
  const table = stepEntry(reference, grade.grade, grade.step, grade.since);
  const coefficient = grade.coefficient ?? table?.attributes?.['coefficient'] ?? null;
  const { beyondFrame } = paid;
  // Erased: the percentage is absent.
  const percent = beyondFrame?.percent ?? null;
  return [
    part('step', grade.by, {
      vi: 'Hệ số lương theo ngạch, bậc',
      en: 'Coefficient of grade and step',
      subject,
      coefficient,
      ...sourceOf(table),
    }),
    ...(keptDifference === undefined
      ? []
      : [
          part('kept_difference', grade.by, {
            ...namesOf(reference.entry(ALLOWANCES, KEPT_DIFFERENCE, day), KEPT_DIFFERENCE),
            coefficient: keptDifference,
          }),
        ]),
    ...(beyondFrame === null || beyondFrame.since > day
      ? []
      : [
          part('beyond_frame', beyondFrame.by, {
            ...namesOf(reference.entry(ALLOWANCES, BEYOND_FRAME, day), BEYOND_FRAME),
            percent,
          }),
        ]),
  ];
}

/** Pay by a sum of money, of those who hold no step (contracts). */
function amountParts({ pay }: State, part: MakePart): PayPart[] {
  if (pay === null) return [];
  const amount = pay.per === 'year' ? null : ((pay.amount as string | undefined) ?? null);
  return [part('amount', pay.by, { vi: 'Lương theo mức tiền', en: 'Paid by amount', amount })];
}

function allowanceOf(allowance: Allowance, day: Day, reference: Reference): Partial<PayPart> & Caption {
  const { coefficient = null, percent = null, amount = null } = allowance;
  const type = allowance.type as string | undefined;
  const entry = type === undefined ? null : reference.entry(ALLOWANCES, type, day);
  const names = namesOf(entry, type ?? '[đã hủy theo quyết định / lawfully destroyed]');
  return { ...names, subject: type ?? null, coefficient, percent, amount };
}

function totalOf(
  parts: readonly PayPart[],
  state: State,
  day: Day,
  reference: Reference,
  part: MakePart,
): Pick<MonthlyPay, 'base' | 'parts' | 'salary' | 'unknown'> {
  const step = parts.find(({ kind }) => kind === 'step');
  const isByYear = state.grade === null && state.pay?.per === 'year';
  const isEmpty = (p: PayPart) => p.coefficient === null && p.percent === null && p.amount === null;
  const entry = baseSalaryEntry(reference, day);
  const isMeasured = parts.some(({ coefficient, percent }) => coefficient !== null || percent !== null);
  const unknown: PayUnknown[] = [
    ...(step === undefined && !parts.some(({ kind }) => kind === 'amount') ? (['no_pay'] as const) : []),
    ...(step?.coefficient === null ? (['step_unknown'] as const) : []),
    ...(isByYear ? (['paid_by_year'] as const) : []),
    ...(parts.some((p) => isEmpty(p) && p !== step && !(isByYear && p.kind === 'amount'))
      ? (['erased'] as const)
      : []),
    ...(isMeasured && entry === null ? (['base_unknown'] as const) : []),
  ];
  const base =
    entry === null || !isMeasured
      ? null
      : {
          ...namesOf(entry, ''),
          amount: entry.attributes?.['amount_vnd'] ?? '0',
          confirmed: entry.confirmed,
          source: entry.source,
        };
  if (unknown.length > 0) return { base, parts, salary: null, unknown };
  const of = (kind: PayPartKind) => parts.find((p) => p.kind === kind);
  const others = parts.filter(({ kind }) => kind === 'allowance' || kind === 'amount');
  const beyond = of('beyond_frame')?.percent;
  const kept = of('kept_difference')?.coefficient;
  const salary = monthlySalary(
    {
      coefficient: step?.coefficient ?? '0',
      ...(beyond == null ? {} : { beyondFramePercent: beyond }),
      ...(kept == null ? {} : { keptDifference: kept }),
      allowances: others.map(({ by, subject, coefficient, percent, amount }) => ({
        by: by ?? '',
        isPosition: subject === POSITION_ALLOWANCE,
        ...(coefficient === null ? {} : { coefficient }),
        ...(percent === null ? {} : { percent }),
        ...(amount === null ? {} : { amount }),
      })),
    },
    reference,
    day,
  );
  if (salary === null) return { base: null, parts, salary: sumsOnly(others), unknown: [] };
  const low = salary.lowPay === '0' ? null : lowPayEntry(reference, day);
  const raised = low === null ? [] : [part('low_pay', null, { ...namesOf(low, ''), amount: salary.lowPay })];
  return { base, parts: [...parts, ...raised], salary, unknown: [] };
}

/** Where nothing is measured by the base salary, the sums stand for themselves, also on a day that has none. */
function sumsOnly(parts: readonly PayPart[]): MonthlySalary {
  const total = String(parts.reduce((sum, { amount }) => sum + whole(units(amount ?? '0')), 0n));
  const none = { coefficients: '0', byCoefficients: '0', byPercent: '0', lowPay: '0' };
  return { base: '0', ...none, byAmount: total, total };
}

/** The words of an entry, its source, and whether it was compared with it. */
function namesOf(entry: LawEntry | null, code: string): Caption & Pick<PayPart, 'source' | 'confirmed'> {
  const vi = entry?.name ?? code;
  return { vi, en: entry?.nameEn ?? vi, ...sourceOf(entry) };
}

function sourceOf(entry: LawEntry | null): Pick<PayPart, 'source' | 'confirmed'> {
  return { source: entry?.source ?? null, confirmed: entry?.confirmed ?? false };
}
