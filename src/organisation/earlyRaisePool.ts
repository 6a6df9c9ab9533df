import type { Day } from '../dates.js';
import { earlyQuota } from '../rules/earlyStep.js';
import { holdsOn } from '../reference/span.js';
import type { LawLists } from '../rules/law.js';
import { payrollAt, type UnitHistory, type UnitLine } from './history.js';
import { superiorOn, unitOn, type Units } from './tree.js';

/**
 * What lies at an agency for those directly below it: the persons of each payroll beyond a full ten are pooled there,
 * and it gives the raises that they make to agencies of its choice (TT 08/2013/TT-BNV Đ.3.1).
 */
export interface EarlyRaisePool {
  /** Persons beyond a full ten, of the agencies directly below whose payroll is recorded. */
  readonly persons: number;
  /** How many raises they make. */
  readonly places: number;
  /** How many of these were given. */
  readonly allotted: number;
}

/** Raises that an agency gives to one below it in a year. */
export interface Allotment {
  readonly year: number;
  readonly to: string;
  readonly count: number;
  /** Id of the fact. */
  readonly by: string;
}

/** The payroll that a year's raises are counted of: at its 31/12, or while that is not recorded at the one before. */
export function payrollFor(at: (year: number) => number | null, year: number): number | null {
  return at(year) ?? at(year - 1);
}

/** The day on which it is asked who stands under whom: that of the payroll. */
export function poolDay(year: number): Day {
  return `${String(year)}-12-31`;
}

/** What an agency has to give in a year; nothing where the law of the year has no quota. */
export function earlyRaisePool(units: Units, law: LawLists, agency: string, year: number): EarlyRaisePool {
  let persons = 0;
  for (const unit of agenciesUnder(units, agency, year)) {
    const payroll = payrollFor((y) => payrollAt(unit, y), year);
    if (payroll !== null) persons += earlyQuota(law, year, payroll)?.pooled ?? 0;
  }
  const own = units.history(agency);
  const given = own === null ? [] : allotmentsOf(own.lines).filter((a) => a.year === year);
  return {
    persons,
    places: earlyQuota(law, year, persons)?.own ?? 0,
    allotted: given.reduce((sum, { count }) => sum + count, 0),
  };
}

/** What was given to whom; the last word on an agency and year holds. */
export function allotmentsOf(lines: readonly UnitLine[]): Allotment[] {
  const last = new Map<string, Allotment>();
  for (const { id, fact } of lines)
    if (fact.type === 'early_raises_allotted')
      last.set(`${fact.data.to} ${String(fact.data.year)}`, { ...fact.data, by: id });
  return [...last.values()];
}

/** Whether an agency stands directly under another when the payroll of a year is counted. */
export function isDirectlyUnder(units: Units, below: string, agency: string, year: number): boolean {
  const day = poolDay(year);
  const isAgency = unitOn(units, below, day)?.level != null;
  return isAgency && superiorOn(units, below, day) === agency;
}

function* agenciesUnder(units: Units, agency: string, year: number): Generator<UnitHistory> {
  const day = poolDay(year);
  for (const unit of units.all()) {
    if (holdsOn(unit.span, day) && isDirectlyUnder(units, unit.id, agency, year)) yield unit;
  }
}
