/** Biên chế: how many a unit may have of each kind in a year, by dated decisions, and whose people count there. */
import type { Day } from '../dates.js';
import type { UnitDocument } from './facts.js';
import type { UnitHistory } from './history.js';
import { chainOn, type Units } from './tree.js';

/** What an establishment is decided by (Điều 2, 15.5d, 18.4đ). */
export const ESTABLISHMENT_KINDS = [
  'civil_servants',
  'public_employees',
  'contract_68',
  'other_contracts',
] as const;
export type EstablishmentKind = (typeof ESTABLISHMENT_KINDS)[number];

/** Categories of persons (list person_category) that fill a place of each kind. */
export const CATEGORIES_OF: Readonly<Record<EstablishmentKind, readonly string[]>> = {
  civil_servants: ['can_bo', 'cong_chuc'],
  public_employees: ['vien_chuc'],
  contract_68: ['contract_nd68'],
  other_contracts: ['contract_labour_code'],
};

/** The kind of place that a person of a category fills; null: the category is not known. */
export function kindOfCategory(category: string | null | undefined): EstablishmentKind | null {
  return ESTABLISHMENT_KINDS.find((kind) => CATEGORIES_OF[kind].includes(category ?? '')) ?? null;
}

/** What shows of each place filled beyond what is decided, whoever recorded it, for as long as it is. */
export const OVER_ESTABLISHMENT = {
  rule: 'over_establishment',
  vi: 'Vượt biên chế, số lượng được giao',
  en: 'Placed beyond the establishment decided',
  source: 'QĐ 8060/QĐ-UBND Đ.15.5d, 18.4đ',
} as const;

/** A decision on how many there may be. */
export interface Quota {
  readonly kind: EstablishmentKind;
  readonly year: number;
  readonly count: number;
  /** The fact that says so. */
  readonly fact: string;
  readonly effective: Day;
  readonly document: Readonly<UnitDocument> | null;
}

/** What stands decided for the year of a day, by kind: the last decision in force by then. */
export function quotasOn(history: UnitHistory, day: Day): ReadonlyMap<EstablishmentKind, Quota> {
  const year = yearOf(day);
  const found = new Map<EstablishmentKind, Quota>();
  for (const { id, fact } of history.lines) {
    if (fact.type !== 'quota_decided' || fact.data.year !== year) continue;
    const { effective = '', document = null, data } = fact;
    if (effective <= day) found.set(data.kind, { ...data, fact: id, effective, document });
  }
  return found;
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/**
 * The unit in whose establishment those placed in a unit count on a day: the nearest of itself and those above it for
 * which something is decided that year, within its agency; else the agency. Merged units count where they went. Null:
 * the unit is not known then.
 */
export function establishmentOf(units: Units, unit: string, day: Day): string | null {
  for (const { id, level } of chainOn(units, unit, day)) {
    const history = units.history(id);
    if (level !== null || (history !== null && quotasOn(history, day).size > 0)) return id;
  }
  return null;
}

/** Every unit whose people count in the establishment of this one on a day. */
export function unitsCountedIn(units: Units, establishment: string, day: Day): string[] {
  return [...units.all()].flatMap(({ id }) =>
    establishmentOf(units, id, day) === establishment ? [id] : [],
  );
}
