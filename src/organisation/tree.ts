import type { Day, DayRange } from '../dates.js';
import { holdsOn, meets } from '../reference/span.js';
import { attributesOn, type UnitAttributes, type UnitHistory } from './history.js';

/** All units as known at one K. */
export interface Units {
  /** Null: no such unit. */
  history(id: string): UnitHistory | null;
  /** The units that ever bore this code: a code alone is no key, it passes from unit to unit. */
  withCode(code: string): Iterable<UnitHistory>;
  all(): Iterable<UnitHistory>;
}

/** A unit as it is on one day. */
export interface UnitOnDay extends UnitAttributes {
  readonly id: string;
  /** Whether it exists that day; a closed unit keeps its last attributes. */
  readonly exists: boolean;
}

/** Whether the unit exists on a day of the range. */
export function existsIn(units: Units, id: string, range: DayRange): boolean {
  const history = units.history(id);
  return history !== null && meets(history.span, range);
}

/** The unit on a day; null when it is unknown or not opened yet. */
export function unitOn(units: Units, id: string, day: Day): UnitOnDay | null {
  const history = units.history(id);
  const attributes = history === null ? null : attributesOn(history, day);
  if (history === null || attributes === null) return null;
  return { id, exists: holdsOn(history.span, day), ...attributes };
}

/**
 * The unit that stands for this one on a day: itself, or, once it has been merged into another, that one. Null when it
 * is unknown. Ends before a unit already met.
 */
export function successorOn(units: Units, id: string, day: Day): string | null {
  const met = new Set<string>();
  let found = units.history(id);
  while (found !== null && !met.has(found.id)) {
    met.add(found.id);
    const { span, successor } = found;
    if (successor === null || span.until === null || day < span.until) return found.id;
    found = units.history(successor);
  }
  return null;
}

/** The unit and every unit that had been merged into it by a day, directly or over others. */
export function mergedInto(units: Units, id: string, day: Day): string[] {
  const found = [id];
  for (const { id: other, successor } of units.all())
    if (successor !== null && other !== id && successorOn(units, other, day) === id) found.push(other);
  return found;
}

/**
 * The units whose people count as those of a unit on a day: itself, and every unit merged into it by then. None once it
 * was itself merged into another, whose people they are: a report that adds both counts nobody twice.
 */
export function countedAs(units: Units, id: string, day: Day): string[] {
  const stands = successorOn(units, id, day);
  return stands === null || stands === id ? mergedInto(units, id, day) : [];
}

/**
 * The unit and what stands above it that day, nearest first. A closed unit above still counts: those below it keep
 * their place until a fact moves them; one that was merged into another is replaced by it. Ends at the root, before a unit that is unknown that day, or before one
 * already met.
 */
export function chainOn(units: Units, id: string, day: Day): UnitOnDay[] {
  const chain: UnitOnDay[] = [];
  const met = new Set<string>();
  let next: string | null = id;
  while (next !== null) {
    const unit: UnitOnDay | null = unitOn(units, successorOn(units, next, day) ?? next, day);
    if (unit === null || met.has(unit.id)) break;
    met.add(unit.id);
    chain.push(unit);
    next = unit.parent;
  }
  return chain;
}

/**
 * The agency of a unit on a day: the nearest of itself and those above it that has a level of Điều 6, else the root.
 * Null when the unit does not exist that day.
 */
export function agencyOn(units: Units, id: string, day: Day): string | null {
  const chain = chainOn(units, id, day);
  if (chain[0]?.exists !== true) return null;
  return (chain.find((u) => u.level !== null) ?? chain.at(-1))?.id ?? null;
}

/** The agency above an agency on a day; null at the top. */
export function superiorOn(units: Units, agency: string, day: Day): string | null {
  const [, ...above] = chainOn(units, agency, day);
  return above.find((u) => u.level !== null)?.id ?? null;
}

/** Every unit that exists on a day, by code. */
export function unitsOn(units: Units, day: Day): UnitOnDay[] {
  const found: UnitOnDay[] = [];
  for (const { id, span } of units.all()) {
    const unit = holdsOn(span, day) ? unitOn(units, id, day) : null;
    if (unit !== null) found.push(unit);
  }
  return found.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.id < b.id ? -1 : 1));
}

/** The existing units directly under a unit on a day, by code. */
export function childrenOn(units: Units, id: string, day: Day): UnitOnDay[] {
  return unitsOn(units, day).filter(
    (u) => u.parent !== null && (successorOn(units, u.parent, day) ?? u.parent) === id,
  );
}

/** The unit itself and all existing units below it on a day, each after its parent. Empty when it does not exist. */
export function subtreeOn(units: Units, id: string, day: Day): UnitOnDay[] {
  const below = new Map<string | null, UnitOnDay[]>();
  for (const unit of unitsOn(units, day)) {
    const parent = unit.parent === null ? null : (successorOn(units, unit.parent, day) ?? unit.parent);
    const siblings = below.get(parent);
    if (siblings === undefined) below.set(parent, [unit]);
    else siblings.push(unit);
  }
  const top = unitOn(units, id, day);
  const found = top?.exists === true ? [top] : [];
  const met = new Set(found.map((u) => u.id));
  // Grows while it is walked: every unit found brings its own children.
  for (const unit of found)
    for (const child of below.get(unit.id) ?? [])
      if (!met.has(child.id)) {
        met.add(child.id);
        found.push(child);
      }
  return found;
}

/** The existing unit that bears a code on a day; of several (two racing decisions) the one with the lower id. */
export function unitByCode(units: Units, code: string, day: Day): UnitOnDay | null {
  let found: UnitOnDay | null = null;
  for (const { id } of units.withCode(code)) {
    const unit = unitOn(units, id, day);
    if (unit?.exists === true && unit.code === code && (found === null || id < found.id)) found = unit;
  }
  return found;
}
