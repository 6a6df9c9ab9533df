import type { Day } from '../dates.js';
import { hundredths, percentInDong, percentOf, textOf, times, units, whole } from './decimal.js';
import { inForce, type LawEntry, type LawLists } from './law.js';

const BASE = 'base_salary';
const BASE_CODE = 'luong_co_so';
/** Paid on top to those of low coefficients, where the law of the day has it. */
const LOW_PAY_CODE = 'luong_tang_them';
const GRADE_LISTS = ['grade_name', 'professional_title'] as const;
const GROUP = 'grade_group';
const STEP = 'grade_step_coefficient';

/** The base salary of a day in dong (mức lương cơ sở; until 2013-06 mức lương tối thiểu chung); null: none known. */
export function baseSalaryOn(law: LawLists, day: Day): string | null {
  return baseSalaryEntry(law, day)?.attributes?.['amount_vnd'] ?? null;
}

/** The decree that sets the base salary of a day; null: none known. */
export function baseSalaryEntry(law: LawLists, day: Day): LawEntry | null {
  return law.entry(BASE, BASE_CODE, day);
}

/** The decree that raises low salaries on a day; null: none. */
export function lowPayEntry(law: LawLists, day: Day): LawEntry | null {
  return law.entry(BASE, LOW_PAY_CODE, day);
}

/** What a monthly salary is made of; coefficients, percentages and amounts are exact decimal text. */
export interface PayParts {
  readonly coefficient: string;
  /** Kept difference of coefficients (hệ số chênh lệch bảo lưu). */
  readonly keptDifference?: string;
  /** Percent of the last step's coefficient (phụ cấp thâm niên vượt khung). */
  readonly beyondFramePercent?: string;
  readonly allowances: readonly {
    readonly by: string;
    readonly coefficient?: string;
    /** Of the salary including beyond-frame and position allowance. */
    readonly percent?: string;
    readonly amount?: string;
    /** Whether percentages of other allowances include it: the position allowance. */
    readonly isPosition?: boolean;
  }[];
}

/** A month's salary and how it came about. */
export interface MonthlySalary {
  readonly base: string;
  /** Sum of coefficients: step, kept difference, beyond-frame, allowances by coefficient. */
  readonly coefficients: string;
  /** Dong by coefficients, by percentages, by amounts; and all of them, each whole dong. */
  readonly byCoefficients: string;
  readonly byPercent: string;
  /** Raise of low salaries (2015-01-01 to 2016-04-30: 8 % up to coefficient 2.34, NĐ 17/2015/NĐ-CP). */
  readonly lowPay: string;
  readonly byAmount: string;
  readonly total: string;
}

/**
 * (step × (1 + % beyond the frame) + kept difference + allowances) × base salary, with percentages on top
 * (NĐ 204/2004/NĐ-CP). Null where no base salary is known for the day.
 */
export function monthlySalary(parts: PayParts, law: LawLists, day: Day): MonthlySalary | null {
  const base = baseSalaryOn(law, day);
  if (base === null) return null;
  const step = units(parts.coefficient);
  const beyond = percentOf(step, units(parts.beyondFramePercent ?? '0'));
  const kept = units(parts.keptDifference ?? '0');
  const sum = (those: PayParts['allowances']) =>
    those.reduce((total, a) => total + units(a.coefficient ?? '0'), 0n);
  const ranked = step + beyond + kept + sum(parts.allowances.filter((a) => a.isPosition === true));
  const coefficients = step + beyond + kept + sum(parts.allowances);
  const perUnit = units(base);
  const byCoefficients = whole(times(coefficients, perUnit));
  const byPercent = parts.allowances.reduce(
    (total, a) => total + percentInDong(ranked, units(a.percent ?? '0'), perUnit),
    0n,
  );
  const lowPay = lowPayOf(step, law, day, perUnit);
  const byAmount = parts.allowances.reduce((total, a) => total + whole(units(a.amount ?? '0')), 0n);
  return {
    base,
    coefficients: textOf(coefficients),
    byCoefficients: String(byCoefficients),
    byPercent: String(byPercent),
    lowPay: String(lowPay),
    byAmount: String(byAmount),
    total: String(byCoefficients + byPercent + lowPay + byAmount),
  };
}

function lowPayOf(step: bigint, law: LawLists, day: Day, perUnit: bigint): bigint {
  const { percent, up_to_coefficient: limit } = lowPayEntry(law, day)?.attributes ?? {};
  if (percent === undefined || limit === undefined || step > units(limit)) return 0n;
  return percentInDong(step, units(percent), perUnit);
}

/** A grade (or professional title) as it is on a day: a code's name and group hold for a period only. */
export interface GradeOnDay {
  readonly name: string;
  /** Code of the list `grade_group`; a step is known by table, group and number, never by its coefficient. */
  readonly group: string;
  /** Months to be served on a step. */
  readonly monthsPerStep: number;
  readonly scale: readonly ScaleStep[];
}

/** What a grade code means on a day (NĐ 204/2004/NĐ-CP and the circulars on grades); null: nothing is known. */
export function gradeOn(law: LawLists, code: string, day: Day): GradeOnDay | null {
  const named = GRADE_LISTS.map((list) => law.entry(list, code, day)).find((e) => e !== null);
  const group = named?.attributes?.['grade_group_code'];
  const table = group === undefined ? null : law.entry(GROUP, group, day);
  if (named === undefined || group === undefined || table === null) return null;
  const scale = stepEntries(law, group, day)
    .map(({ attributes }) => ({
      step: Number(attributes?.['step']),
      coefficient: attributes?.['coefficient'] ?? '0',
    }))
    .sort((a, b) => a.step - b.step);
  const months = Number(table.attributes?.['months_per_step']);
  return { name: named.name, group, monthsPerStep: months, scale };
}

/** A step of a grade in the salary table of a day, with its source; null: nothing is known. */
export function stepEntry(law: LawLists, code: string, step: number, day: Day): LawEntry | null {
  const group = gradeOn(law, code, day)?.group;
  if (group === undefined) return null;
  return stepEntries(law, group, day).find((e) => Number(e.attributes?.['step']) === step) ?? null;
}

function stepEntries(law: LawLists, group: string, day: Day): LawEntry[] {
  return law.everyEntry(STEP).filter((e) => e.attributes?.['grade_group_code'] === group && inForce(e, day));
}

/** A step of a grade's scale. */
export interface ScaleStep {
  readonly step: number;
  readonly coefficient: string;
}

/** Where a change or promotion of grade places somebody (TT 02/2007/TT-BNV). */
export interface GradePlacement {
  readonly step: number;
  readonly coefficient: string;
  /** Hệ số chênh lệch bảo lưu, two places, for as long as this grade is held; "0": none. */
  readonly keptDifference: string;
  /** Percent beyond the frame that goes on in the new grade; "0": none. */
  readonly beyondFramePercent: string;
  /** Whether the wait for the next step counts anew from the decision; else the old date is kept. */
  readonly countsAnew: boolean;
}

/** TT 02/2007/TT-BNV of 25 May 2007: how a change of grade was placed before is not known here. */
export const PLACEMENT_LAW: Day = '2007-05-25';

/** What somebody is paid by before the change. */
export interface PresentPay {
  readonly step: number;
  readonly coefficient: string;
  readonly beyondFramePercent?: string;
  /** Kept difference of an earlier change, which is part of the present total. */
  readonly keptDifference?: string;
}

/**
 * Promotion (nâng ngạch): the nearest step of the new scale not below the present total (coefficient and
 * beyond-frame). If the gain is at least one step of the old scale, or beyond-frame was paid, time counts from the
 * decision; otherwise the old date is kept. Above the new last step: the last step and a kept difference.
 */
export function placeInGrade(
  present: PresentPay,
  oldScale: readonly ScaleStep[],
  newScale: readonly ScaleStep[],
): GradePlacement {
  const total =
    totalOf(present.coefficient, present.beyondFramePercent) + units(present.keptDifference ?? '0');
  const beyond = units(present.beyondFramePercent ?? '0') > 0n;
  const found = newScale.find((s) => units(s.coefficient) >= total);
  if (found === undefined) {
    const last = lastOf(newScale);
    const keptDifference = textOf(hundredths(total - units(last.coefficient)));
    return { ...last, keptDifference, beyondFramePercent: '0', countsAnew: true };
  }
  const countsAnew = beyond || units(found.coefficient) - total >= gainOf(oldScale);
  return { ...found, keptDifference: '0', beyondFramePercent: '0', countsAnew };
}

/**
 * Change within the rank (chuyển ngạch): into an equal scale step, percent and date go on; into a lower one too, with
 * a kept difference; into a higher one it is as for a promotion.
 */
export function placeInEqualGrade(
  present: PresentPay,
  oldScale: readonly ScaleStep[],
  newScale: readonly ScaleStep[],
): GradePlacement {
  const [oldFirst, newFirst] = [oldScale, newScale].map((s) => units(s[0]?.coefficient ?? '0'));
  if (newFirst === undefined || oldFirst === undefined || newFirst > oldFirst)
    return placeInGrade(present, oldScale, newScale);
  const { step, beyondFramePercent: percent = '0', keptDifference: kept = '0' } = present;
  const place = newScale.find((s) => s.step === step) ?? lastOf(newScale);
  const less = totalOf(present.coefficient, percent) + units(kept) - totalOf(place.coefficient, percent);
  const keptDifference = less > 0n ? textOf(hundredths(less)) : '0';
  return { ...place, keptDifference, beyondFramePercent: percent, countsAnew: false };
}

function lastOf(scale: readonly ScaleStep[]): ScaleStep {
  const last = scale.at(-1);
  if (last === undefined) throw new RangeError('a scale has steps');
  return last;
}

function totalOf(coefficient: string, beyondFramePercent = '0'): bigint {
  const step = units(coefficient);
  return step + percentOf(step, units(beyondFramePercent));
}

/** The difference between neighbouring steps: it is the same all along a scale. */
function gainOf(scale: readonly ScaleStep[]): bigint {
  return units(scale[1]?.coefficient ?? '0') - units(scale[0]?.coefficient ?? '0');
}
