import type { Day } from '../dates.js';
import { outOfForce } from '../reference/statements.js';
import type { Span } from '../reference/span.js';
import { UNIT_FACTS, type UnitEvent, type UnitFact } from './facts.js';

/** What a unit is on a day. */
export interface UnitAttributes {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly type: string;
  /** 0 city, 1 base, 2 department or district, 3 home affairs; null: a section inside an agency. */
  readonly level: number | null;
  readonly parent: string | null;
}

/** Days on which a unit's attributes stay the same. */
export interface UnitPeriod extends Span {
  readonly attributes: UnitAttributes;
}

/** A standing fact of a unit: what the latest standing correction makes it say, under the id of its own event. */
export interface UnitLine {
  readonly id: string;
  readonly fact: UnitFact;
}

/** A unit over all its days, as known at some moment. */
export interface UnitHistory {
  readonly id: string;
  /** The days on which it exists. */
  readonly span: Span;
  /** Without gaps from the opening to the closing; at least one. */
  readonly periods: readonly UnitPeriod[];
  /** The unit into which it passed whole when it ended; null: none. */
  readonly successor: string | null;
  /** The day from which it keeps its records here; null: none is said. */
  readonly wentLive: Day | null;
  /** Standing facts in effective order. */
  readonly lines: readonly UnitLine[];
}

/** The day of a fact; before every day where none is known. */
export function dayOf(fact: UnitFact): Day {
  return fact.effective ?? '';
}

/** The standing facts of a unit: by day, then by rank of the type, then in order of recording. */
export function unitLines(events: readonly UnitEvent[]): UnitLine[] {
  const out = outOfForce(
    events.map(({ id, body }) => ({
      id,
      rescinds: body.kind === 'unit_fact_rescinded' ? body.target : null,
    })),
  );
  const corrected = new Map<string, UnitFact>();
  for (const { id, body } of events)
    if (body.kind === 'unit_fact_corrected' && !out.has(id)) corrected.set(body.target, body.fact);
  return events
    .flatMap(({ id, body }) =>
      body.kind === 'fact' && !out.has(id) ? [{ id, fact: corrected.get(id) ?? body.fact }] : [],
    )
    .sort(
      (a, b) =>
        compare(dayOf(a.fact), dayOf(b.fact)) || UNIT_FACTS[a.fact.type].rank - UNIT_FACTS[b.fact.type].rank,
    );
}

/**
 * A unit's history, given its events up to the K asked for. Null: no standing opening, so there is no such unit.
 * Total: facts before the opening take effect with it, facts from the closing on have none.
 */
export function unitHistory(id: string, events: readonly UnitEvent[]): UnitHistory | null {
  const lines = unitLines(events);
  const opening = lines.find((l) => l.fact.type === 'unit_opened')?.fact;
  if (opening?.type !== 'unit_opened') return null;
  const from = dayOf(opening);
  const closing = lines.find((l) => endsUnit(l.fact) && l.fact.effective !== undefined)?.fact;
  const span: Span = { from, until: closing?.effective ?? null };
  const successor = closing?.type === 'unit_merged' ? closing.data.into : null;
  const { code, name, nameEn, type, level, parent } = opening.data;
  let attributes: UnitAttributes = {
    code,
    name,
    nameEn: nameEn ?? null,
    type,
    level: level ?? null,
    parent: parent ?? null,
  };
  const starts = new Map<Day, UnitAttributes>([[from, attributes]]);
  for (const { fact } of lines) {
    const day = dayOf(fact) > from ? dayOf(fact) : from;
    if (span.until !== null && day >= span.until) continue;
    attributes = evolve(attributes, fact);
    starts.set(day, attributes);
  }
  const days = [...starts.keys()];
  const periods = days.map((day, i) => ({
    from: day,
    until: days[i + 1] ?? span.until,
    attributes: starts.get(day) as UnitAttributes,
  }));
  const wentLive = lines.find((l) => l.fact.type === 'unit_went_live')?.fact.effective ?? null;
  return { id, span, periods, successor, wentLive, lines };
}

/** Whether a fact ends its unit. */
export function endsUnit(fact: UnitFact): boolean {
  return fact.type === 'unit_closed' || fact.type === 'unit_merged';
}

/** The payroll of a unit at 31/12 of a year; null: not recorded. */
export function payrollAt(history: UnitHistory, year: number): number | null {
  for (const { fact } of history.lines)
    if (fact.type === 'payroll_counted' && fact.data.year === year) return fact.data.count;
  return null;
}

/** The attributes on a day; of a closed unit its last ones, of a unit not opened yet none. */
export function attributesOn(history: UnitHistory, day: Day): UnitAttributes | null {
  return history.periods.findLast((p) => p.from <= day)?.attributes ?? null;
}

function evolve(before: UnitAttributes, fact: UnitFact): UnitAttributes {
  switch (fact.type) {
    case 'unit_opened':
    case 'unit_went_live':
    case 'report_submitted':
    case 'month_checked':
    case 'payroll_counted':
    case 'early_raises_allotted':
    case 'quota_decided':
    case 'unit_split':
    case 'unit_merged':
    case 'unit_closed':
      return before;
    case 'unit_renamed':
      return {
        ...before,
        name: fact.data.name,
        nameEn: fact.data.nameEn ?? null,
        code: fact.data.code ?? before.code,
      };
    case 'unit_reparented':
      return { ...before, parent: fact.data.parent ?? null };
    case 'unit_reclassified':
      return { ...before, type: fact.data.type, level: fact.data.level ?? null };
    default:
      return fact satisfies never;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
