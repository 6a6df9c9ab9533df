import { plusDays, plusMonths, type Day } from '../dates.js';
import type { LawLists } from './law.js';

/** Why a step may be raised early: excellent achievement, or a retirement notice (TT 08/2013/TT-BNV Đ.3). */
export type EarlyReason = 'excellent' | 'retirement_notice';

/** What the law of a day allows. */
export interface EarlyLaw {
  /** At most so many months before the regular day; on retirement notice exactly so many. */
  readonly months: number;
  /** Not twice in a row for achievement: within one grade, or whatever the grade (TT 03/2021 Đ.1.6); null: no limit. */
  readonly notTwiceIn: 'same_grade' | 'any_grade' | null;
  /** Percent of the agency's payroll at 31/12 that may be raised early in the year; null: no quota. */
  readonly quotaPercent: number | null;
  /** At most so many months may be lacking: at 31/12 of the year, or on the day before retirement. */
  readonly monthsLacking: number;
  /** Years within which the achievement lies, by the months to be served on a step; null: not limited. */
  readonly achievementYears: (monthsPerStep: number) => number | null;
  /** First day of this law; null: not limited. */
  readonly since: Day | null;
  readonly source: string;
}

const LIST = 'early_step';
const LEAVING = 'retirement_type';

/** NĐ 204/2004 Đ.7, NĐ 14/2012, NĐ 17/2013, TT 08/2013 Đ.3, TT 03/2021; null: none known. */
export function earlyLawOn(law: LawLists, reason: EarlyReason, day: Day): EarlyLaw | null {
  const entry = law.entry(LIST, reason, day);
  if (entry === null) return null;
  const {
    months,
    not_twice_in: twice,
    quota_percent: quota,
    months_lacking: lacking,
  } = entry.attributes ?? {};
  return {
    months: Number(months),
    notTwiceIn: twice === 'same_grade' || twice === 'any_grade' ? twice : null,
    quotaPercent: quota === undefined ? null : Number(quota),
    monthsLacking: Number(lacking),
    achievementYears: (months) => {
      const years = entry.attributes?.[`achievement_years_${String(months)}`];
      return years === undefined ? null : Number(years);
    },
    since: entry.validFrom ?? null,
    source: entry.source,
  };
}

/** A raise to judge. */
export interface EarlyRaiseAsked {
  readonly reason: EarlyReason;
  readonly grade: string;
  /** Whether the step held is the last one: there nobody is raised. */
  readonly lastStep: boolean;
  /** Day from which the new step is paid. */
  readonly from: Day;
  /** Day of the regular raise with every pause and extension; null: not known. */
  readonly due: Day | null;
  /** The raise before this one, whatever the kind; null: none. */
  readonly before: { readonly reason: EarlyReason | 'regular'; readonly grade: string } | null;
  /** The year among whose raises it counts; absent: that of `from`. */
  readonly year?: number;
  /** First day of retirement as notified; null: not known. */
  readonly retiresOn?: Day | null;
  /** Code of the list `retirement_type` on which the person leaves; null: not known. */
  readonly leavesBy?: string | null;
  /** Months to be served on the step held; null: not known. */
  readonly monthsPerStep?: number | null;
  /** Days of rewards and titles, the last that each can mean. */
  readonly achievements?: readonly Day[];
}

/**
 * - `not_law`: nobody was raised early on retirement notice in the law of the day.
 * - `last_step`: the last step is held.
 * - `over_limit`: earlier than the months allowed.
 * - `twice`: for achievement twice in a row.
 * - `no_achievement`: no reward or title within the years that count (6 for steps of 36 months, 4 for those of 24).
 * - `lacks_too_much`: more months lack at 31/12 of the year, or on the day before retirement, than may.
 * - `wrong_day`: on retirement notice it is paid from another, later day than the law's.
 * - `early_leaver`: on retirement notice, of somebody who leaves early on a basis that has no such raise.
 */
export type EarlyTrouble =
  | 'not_law'
  | 'last_step'
  | 'over_limit'
  | 'twice'
  | 'no_achievement'
  | 'lacks_too_much'
  | 'wrong_day'
  | 'early_leaver';

/** All that the law of the raise's own day holds against it. */
export function earlyTroubles(asked: EarlyRaiseAsked, law: LawLists): EarlyTrouble[] {
  const { reason, from, due, before, grade } = asked;
  const rule = earlyLawOn(law, reason, from);
  // Achievement raised steps before the list begins, by limits that are not known; a notice never did.
  if (rule === null) return reason === 'retirement_notice' ? ['not_law'] : [];
  const twice =
    rule.notTwiceIn !== null &&
    before?.reason === reason &&
    (rule.notTwiceIn === 'any_grade' || before.grade === grade);
  const isTooEarly = due !== null && plusMonths(from, rule.months) < due;
  return [
    ...(asked.lastStep ? (['last_step'] as const) : []),
    ...(isTooEarly ? (['over_limit'] as const) : []),
    ...(twice ? (['twice'] as const) : []),
    ...(lacksAchievement(asked, rule) ? (['no_achievement'] as const) : []),
    ...(reason === 'retirement_notice' ? noticeTroubles(asked, rule, law) : []),
    ...(reason === 'excellent' && !isTooEarly ? yearTroubles(asked, law) : []),
  ];
}

function yearTroubles({ due, from, year }: EarlyRaiseAsked, law: LawLists): EarlyTrouble[] {
  const counted = year ?? Number(from.slice(0, 4));
  return due === null || mayBeRaisedIn(law, counted, due) ? [] : ['lacks_too_much'];
}

function noticeTroubles(
  { due, from, retiresOn = null, leavesBy = null }: EarlyRaiseAsked,
  rule: EarlyLaw,
  law: LawLists,
): EarlyTrouble[] {
  const barred: EarlyTrouble[] =
    leavesBy !== null && !mayBeRaisedOnLeaving(law, leavesBy, from) ? ['early_leaver'] : [];
  if (due === null) return barred;
  const day = retiresOn === null ? noticeDay(rule, due) : stepOnNotice(law, due, retiresOn);
  if (day === null) return [...barred, 'lacks_too_much'];
  // A decision may pay from the first of the month after.
  const latest = day.endsWith('-01') ? day : `${plusMonths(day, 1).slice(0, 7)}-01`;
  return from <= day || from === latest ? barred : [...barred, 'wrong_day'];
}

/**
 * The day from which a step is paid early on retirement notice: so many months before the regular day, though not before
 * the law. Null: no such law then, or more months lack on the day before retirement than may.
 */
export function stepOnNotice(law: LawLists, due: Day, retiresOn: Day): Day | null {
  const rule = earlyLawOn(law, 'retirement_notice', plusDays(retiresOn, -1));
  if (rule === null || due > plusMonths(retiresOn, rule.monthsLacking)) return null;
  return noticeDay(rule, due);
}

function noticeDay(rule: EarlyLaw, due: Day): Day {
  const day = plusMonths(due, -rule.months);
  return rule.since !== null && day < rule.since ? rule.since : day;
}

/** Whether the law of a day raises those who retire on this basis: not early leavers under NĐ 178/2024/NĐ-CP. */
export function mayBeRaisedOnLeaving(law: LawLists, basis: string, day: Day): boolean {
  return law.entry(LEAVING, basis, day)?.attributes?.['step_on_notice'] !== 'no';
}

/** Whether somebody lacks so little at 31/12 of a year that achievement may raise him early in it (Đ.3.1). */
export function mayBeRaisedIn(law: LawLists, year: number, due: Day): boolean {
  const rule = earlyLawOn(law, 'excellent', `${year}-12-31`);
  return rule !== null && due <= plusMonths(`${year}-12-31`, rule.monthsLacking);
}

/**
 * How many early raises for achievement an agency may give in a year, by its payroll at 31/12; the rest of the payroll
 * is pooled at the superior agency (TT 08/2013 Đ.3.1: one per full ten). Null: no quota is known.
 */
export function earlyQuota(
  law: LawLists,
  year: number,
  payroll: number,
): { readonly own: number; readonly pooled: number } | null {
  const percent = earlyLawOn(law, 'excellent', `${year}-12-31`)?.quotaPercent ?? null;
  if (percent === null) return null;
  const perPlace = Math.round(100 / percent);
  return { own: Math.floor(payroll / perPlace), pooled: payroll % perPlace };
}

/** An achievement counts on its day and for so many years; one after the raise cannot have been its reason. */
function lacksAchievement(asked: EarlyRaiseAsked, rule: EarlyLaw): boolean {
  const { achievements, monthsPerStep, from } = asked;
  const years = monthsPerStep == null ? null : rule.achievementYears(monthsPerStep);
  if (years === null || achievements === undefined) return false;
  return !achievements.some((day) => day >= plusMonths(from, -12 * years));
}
