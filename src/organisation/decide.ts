import type { Day, DayRange } from '../dates.js';
import type { Reference } from '../record/reference.js';
import { outOfForce } from '../reference/statements.js';
import { overlap, holdsOn } from '../reference/span.js';
import type { NewUnitEvent, UnitBody, UnitDocument, UnitEvent, UnitFact } from './facts.js';
import { endsUnit, unitHistory, unitLines, type UnitHistory, type UnitLine } from './history.js';
import type { UnitRule } from './ruleBook.js';
import type { LawLists } from '../rules/law.js';
import { isReportDay } from '../rules/unitLimits.js';
import { allotmentsOf, earlyRaisePool, isDirectlyUnder } from './earlyRaisePool.js';
import { chainOn, successorOn, type Units } from './tree.js';

/** One thing that a decision does to a unit. */
export type UnitChange =
  | { readonly kind: 'record'; readonly fact: UnitFact }
  | {
      readonly kind: 'correct';
      readonly target: string;
      readonly fact: UnitFact;
      readonly approval?: UnitDocument;
    }
  | { readonly kind: 'rescind'; readonly target: string; readonly approval?: UnitDocument };

/** All that one decision does to one unit: decided together, appended together. */
export interface UnitCommand {
  readonly changes: readonly UnitChange[];
  /** Id of the event that a change becomes, by its place; from outside, so that a retry repeats it. */
  readonly eventId: (change: number) => string;
}

/** A unit as it was loaded: its id and its events in order of revision. */
export interface UnitStream {
  readonly id: string;
  readonly events: readonly UnitEvent[];
}

/** The other reference data, as known when the decision is taken. */
export type UnitWorld = Units & Pick<Reference, 'code' | 'entry' | 'everyEntry'>;

export interface UnitRefusal {
  readonly rule: UnitRule;
  /** The change at fault. */
  readonly change: number;
  /** Events in conflict, by id: of this unit. */
  readonly facts: readonly string[];
  /** Another unit in conflict. */
  readonly unit?: string;
}

export type UnitDecision =
  | { readonly kind: 'accepted'; readonly events: readonly NewUnitEvent[] }
  | { readonly kind: 'refused'; readonly refusals: readonly UnitRefusal[] };

interface Trouble {
  readonly rule: UnitRule;
  readonly facts: readonly string[];
  readonly unit?: string;
}

/**
 * Decides a command on a unit. Refuses what it newly makes impossible, never an old defect elsewhere. A change whose
 * event is there already, or that says what stands already, makes no event. Pure.
 */
export function decideUnit(command: UnitCommand, unit: UnitStream, world: UnitWorld): UnitDecision {
  const refusals: UnitRefusal[] = [];
  const made: NewUnitEvent[] = [];
  const changeOf = new Map<string, number>();
  let events = unit.events;
  for (const [change, asked] of command.changes.entries()) {
    const id = command.eventId(change);
    if (events.some((e) => e.id === id)) continue;
    const refused = refuseTarget(asked, events);
    if (refused !== null) {
      refusals.push({ ...refused, change });
      continue;
    }
    const body = bodyOf(asked, events);
    if (body === null) continue;
    made.push({ id, body });
    changeOf.set(body.kind === 'fact' ? id : body.target, change);
    events = [...events, unrecorded({ id, body }, events.length)];
  }
  if (refusals.length === 0) refusals.push(...newTroubles(unit, events, world, changeOf));
  return refusals.length > 0 ? { kind: 'refused', refusals } : { kind: 'accepted', events: made };
}

function newTroubles(
  unit: UnitStream,
  after: readonly UnitEvent[],
  world: UnitWorld,
  changeOf: ReadonlyMap<string, number>,
): UnitRefusal[] {
  if (after.length === unit.events.length) return [];
  const old = new Set(troublesOf(unit.id, unit.events, world).map(keyOf));
  return troublesOf(unit.id, after, world)
    .filter((t) => !old.has(keyOf(t)))
    .map((t) => ({
      ...t,
      change: t.facts.map((id) => changeOf.get(id)).find((change) => change !== undefined) ?? 0,
    }));
}

function refuseTarget(change: UnitChange, events: readonly UnitEvent[]): Trouble | null {
  if (change.kind === 'record') return null;
  const facts = [change.target];
  const target = events.find((e) => e.id === change.target)?.body;
  if (target === undefined) return { rule: 'unit_target_unknown', facts };
  const out = outOfForce(
    events.map(({ id, body }) => ({
      id,
      rescinds: body.kind === 'unit_fact_rescinded' ? body.target : null,
    })),
  );
  if (out.has(change.target)) return { rule: 'unit_target_not_standing', facts };
  if (change.kind === 'correct' && (target.kind !== 'fact' || target.fact.type !== change.fact.type))
    return { rule: 'unit_target_not_a_fact', facts };
  return null;
}

/** Null when there is nothing to do. */
function bodyOf(change: UnitChange, events: readonly UnitEvent[]): UnitBody | null {
  if (change.kind === 'rescind') {
    const { target, approval } = change;
    return { kind: 'unit_fact_rescinded', target, ...(approval === undefined ? {} : { approval }) };
  }
  const same = unitLines(events).find((l) => sameFact(l.fact, change.fact));
  if (change.kind === 'record') return same === undefined ? { kind: 'fact', fact: change.fact } : null;
  if (same?.id === change.target) return null;
  const { target, fact, approval } = change;
  return { kind: 'unit_fact_corrected', target, fact, ...(approval === undefined ? {} : { approval }) };
}

function sameFact(a: UnitFact, b: UnitFact): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ type, effective, document, data }: UnitFact): string {
  return JSON.stringify([type, effective ?? null, pairs(document ?? {}), pairs(data)]);
}

function pairs(object: object): unknown[] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function keyOf({ rule, facts, unit }: Trouble): string {
  return [rule, unit ?? '', ...facts].join('|');
}

/** All that is impossible in a unit's facts, against the other units. */
function troublesOf(id: string, events: readonly UnitEvent[], world: UnitWorld): Trouble[] {
  const lines = unitLines(events);
  const history = unitHistory(id, events);
  if (history === null) return lines.map((l) => ({ rule: 'unit_unknown', facts: [l.id] }));
  const units = withOwn(world, history);
  return [
    ...orderTroubles(lines, history),
    ...parentTroubles(history, units),
    ...successorTroubles(history, units),
    ...codeTroubles(history, units),
    ...typeTroubles(lines, world),
    ...termTroubles(lines),
    ...allotmentTroubles(history, units, world),
  ];
}

function orderTroubles(lines: readonly UnitLine[], history: UnitHistory): Trouble[] {
  const { span } = history;
  const troubles: Trouble[] = [];
  const [opening, ...openings] = lines.filter((l) => l.fact.type === 'unit_opened').map((l) => l.id);
  const [closing, ...closings] = lines.filter((l) => endsUnit(l.fact)).map((l) => l.id);
  for (const again of openings) troubles.push({ rule: 'unit_opened_twice', facts: [again, opening ?? ''] });
  for (const again of closings) troubles.push({ rule: 'unit_closed_twice', facts: [again, closing ?? ''] });
  if (closing !== undefined && span.until !== null && span.until <= span.from)
    troubles.push({ rule: 'closed_before_opened', facts: [closing, opening ?? ''] });
  for (const { id, fact } of lines) {
    if (fact.type === 'unit_opened') continue;
    if (fact.effective === undefined) troubles.push({ rule: 'unit_fact_undated', facts: [id] });
    else if (endsUnit(fact)) continue;
    else if (fact.effective < span.from)
      troubles.push({ rule: 'before_unit_opened', facts: [id, opening ?? ''] });
    // What a merged unit still owed, its successor does in its name.
    else if (isOwedStill(fact) && history.successor !== null) continue;
    // A unit that ends by being split says on that very day what went where.
    else if (fact.type === 'unit_split' && fact.effective === span.until) continue;
    else if (span.until !== null && fact.effective >= span.until)
      troubles.push({ rule: 'after_unit_closed', facts: [id, closing ?? ''] });
  }
  return troubles;
}

function isOwedStill({ type }: UnitFact): boolean {
  return type === 'report_submitted' || type === 'month_checked';
}

/** What is given away is given to those below, and no more than their remainders make. */
function allotmentTroubles(history: UnitHistory, units: Units, law: LawLists): Trouble[] {
  const given = allotmentsOf(history.lines);
  const strangers = given
    .filter(({ to, year }) => !isDirectlyUnder(units, to, history.id, year))
    .map(({ by, to }): Trouble => ({ rule: 'allotted_not_below', facts: [by], unit: to }));
  const over = [...new Set(given.map((a) => a.year))].filter((year) => {
    const { places, allotted } = earlyRaisePool(units, law, history.id, year);
    return allotted > places;
  });
  return [
    ...strangers,
    ...over.map((year): Trouble => ({
      rule: 'allotted_over_pool',
      facts: given.filter((a) => a.year === year).map((a) => a.by),
    })),
  ];
}

/** A report or check names a term that there is: another one would stop no duty. */
function termTroubles(lines: readonly UnitLine[]): Trouble[] {
  return lines.flatMap(({ id, fact }): Trouble[] => {
    if (fact.type === 'report_submitted' && !isReportDay(fact.data.due))
      return [{ rule: 'not_a_report_day', facts: [id] }];
    if (fact.type === 'month_checked' && !MONTH.test(fact.data.month))
      return [{ rule: 'not_a_month', facts: [id] }];
    return [];
  });
}

function parentTroubles(history: UnitHistory, units: Units): Trouble[] {
  const troubles: Trouble[] = [];
  for (const { id, fact } of history.lines) {
    const parent =
      fact.type === 'unit_opened' || fact.type === 'unit_reparented' ? fact.data.parent : undefined;
    if (parent === undefined) continue;
    const above = units.history(parent);
    // Where the opening's day is unknown, the parent need only be known.
    const there = above !== null && (fact.effective === undefined || holdsOn(above.span, fact.effective));
    if (!there) troubles.push({ rule: 'parent_not_there', facts: [id], unit: parent });
  }
  const cycle = cycleThrough(history, units);
  if (cycle !== null) troubles.push({ rule: 'parent_cycle', facts: [], unit: cycle });
  return troubles;
}

/** What a merger or split names must be there on its day, and a merger must not lead back. */
function successorTroubles(history: UnitHistory, units: Units): Trouble[] {
  const troubles: Trouble[] = [];
  for (const { id, fact } of history.lines) {
    if (fact.type !== 'unit_merged' && fact.type !== 'unit_split') continue;
    const other = fact.type === 'unit_merged' ? fact.data.into : fact.data.to;
    const there = units.history(other);
    const day = fact.effective ?? '';
    if (other === history.id) troubles.push({ rule: 'merged_into_itself', facts: [id] });
    else if (there === null || !holdsOn(there.span, day))
      troubles.push({ rule: 'successor_not_there', facts: [id], unit: other });
  }
  if (history.successor !== null && successorOn(units, history.id, LAST_DAY) === null)
    troubles.push({ rule: 'merged_into_itself', facts: [], unit: history.successor });
  return troubles;
}

/** The unit above through which the unit stands under itself on some day, or null. */
function cycleThrough({ id }: UnitHistory, units: Units): string | null {
  for (const day of daysAbove(id, units)) {
    const top = chainOn(units, id, day).at(-1);
    if (top?.parent === id) return top.id;
  }
  return null;
}

/** Every day on which something changes in what ever stands above a unit. */
function daysAbove(id: string, units: Units): Set<Day> {
  const days = new Set<Day>();
  const above = new Set([id]);
  // Grows while it is walked.
  for (const unit of above)
    for (const { from, attributes } of units.history(unit)?.periods ?? []) {
      days.add(from);
      if (attributes.parent !== null) above.add(attributes.parent);
    }
  return days;
}

function codeTroubles(history: UnitHistory, units: Units): Trouble[] {
  const others = new Set<string>();
  for (const period of history.periods)
    for (const other of units.withCode(period.attributes.code))
      if (
        other.id !== history.id &&
        other.periods.some((p) => p.attributes.code === period.attributes.code && overlap(p, period))
      )
        others.add(other.id);
  return [...others].map((unit) => ({ rule: 'unit_code_taken', facts: [], unit }));
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const LAST_DAY: Day = '9999-12-31';
const ANY_DAY: DayRange = { first: '0001-01-01', last: LAST_DAY };

function typeTroubles(lines: readonly UnitLine[], world: UnitWorld): Trouble[] {
  return lines.flatMap(({ id, fact }): Trouble[] => {
    if (fact.type !== 'unit_opened' && fact.type !== 'unit_reclassified') return [];
    const day = fact.effective;
    const range = day === undefined ? ANY_DAY : { first: day, last: day };
    const standing = world.code('unit_type', fact.data.type, range);
    return standing === 'invalid' ? [{ rule: 'unit_type_invalid', facts: [id] }] : [];
  });
}

/** The world with this unit as it would be. */
function withOwn(world: Units, own: UnitHistory): Units {
  return {
    history: (id) => (id === own.id ? own : world.history(id)),
    withCode: (code) => world.withCode(code),
    all: () => world.all(),
  };
}

/** An event as it will stand in the log, for checking only. */
function unrecorded(event: NewUnitEvent, revision: number): UnitEvent {
  return { ...event, revision, sequence: null, recordedAt: '' };
}
