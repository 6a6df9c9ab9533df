import type { Day } from '../dates.js';
import { percentInDong, percentOf, textOf, times, units, whole } from './decimal.js';
import type { LawLists } from './law.js';

const BASE = 'base_salary';
const BASE_CODE = 'luong_co_so';

/** The base salary of a day in dong (mức lương cơ sở; until 2013-06 mức lương tối thiểu chung); null: none known. */
export function baseSalaryOn(law: LawLists, day: Day): string | null {
  return law.entry(BASE, BASE_CODE, day)?.attributes?.['amount_vnd'] ?? null;
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
  const byAmount = parts.allowances.reduce((total, a) => total + whole(units(a.amount ?? '0')), 0n);
  return {
    base,
    coefficients: textOf(coefficients),
    byCoefficients: String(byCoefficients),
    byPercent: String(byPercent),
    byAmount: String(byAmount),
    total: String(byCoefficients + byPercent + byAmount),
  };
}

/** A step of the new grade's scale. */
export interface ScaleStep {
  readonly step: number;
  readonly coefficient: string;
}

/** Where a change or promotion of grade places somebody (TT 02/2007/TT-BNV). */
export interface GradePlacement {
  readonly step: number;
  readonly coefficient: string;
  /** Kept while the new last step lies below the present total; "0" otherwise. */
  readonly keptDifference: string;
  /** Whether the wait for the next step counts anew from the decision; else the old date is kept. */
  readonly countsAnew: boolean;
}

/**
 * The nearest step of the new grade not below the present total (coefficient and beyond-frame). If the gain is at
 * least one step of the old scale, or beyond-frame was paid, time counts from the decision; otherwise the old date is
 * kept. Above the new last step: the last step and a kept difference.
 */
export function placeInGrade(
  present: {
    readonly coefficient: string;
    readonly beyondFramePercent?: string;
    readonly oldStepGain: string;
  },
  scale: readonly ScaleStep[],
): GradePlacement {
  const step = units(present.coefficient);
  const total = step + percentOf(step, units(present.beyondFramePercent ?? '0'));
  const beyond = units(present.beyondFramePercent ?? '0') > 0n;
  const found = scale.find((s) => units(s.coefficient) >= total);
  if (found === undefined) {
    const last = scale.at(-1) as ScaleStep;
    return { ...last, keptDifference: textOf(total - units(last.coefficient)), countsAnew: true };
  }
  const gain = units(found.coefficient) - total;
  return { ...found, keptDifference: '0', countsAnew: beyond || gain >= units(present.oldStepGain) };
}

/** How many early raises an agency may give in a year: one per full ten of its payroll at 31/12 (TT 08/2013 Đ.3.1). */
export function earlyRaiseQuota(payroll: number): { readonly own: number; readonly pooled: number } {
  return { own: Math.floor(payroll / 10), pooled: payroll % 10 };
}
