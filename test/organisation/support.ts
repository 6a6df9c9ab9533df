import type { Day, DayRange } from '../../src/dates.js';
import type { Standing } from '../../src/record/reference.js';
import { decideUnit, type UnitChange, type UnitDecision } from '../../src/organisation/decide.js';
import type { UnitEvent, UnitFact, UnitOpened } from '../../src/organisation/facts.js';
import { unitHistory, type UnitHistory } from '../../src/organisation/history.js';
import type { UnitRule } from '../../src/organisation/ruleBook.js';
import type { Units } from '../../src/organisation/tree.js';
import type { LawLists } from '../../src/rules/law.js';
import { LAW } from '../rules/support.js';

/** Units in memory: streams of events, and the tree that follows from them. */
export class World implements Units {
  readonly streams = new Map<string, UnitEvent[]>();
  /** Types of unit that the list refuses. */
  readonly badTypes = new Set<string>();

  history(id: string): UnitHistory | null {
    return unitHistory(id, this.streams.get(id) ?? []);
  }
  *withCode(code: string): Generator<UnitHistory> {
    for (const history of this.all())
      if (history.periods.some((p) => p.attributes.code === code)) yield history;
  }
  *all(): Generator<UnitHistory> {
    for (const id of this.streams.keys()) {
      const history = this.history(id);
      if (history !== null) yield history;
    }
  }
  code(_list: string, code: string, _range: DayRange): Standing {
    return this.badTypes.has(code) ? 'invalid' : 'valid';
  }

  entry: LawLists['entry'] = (...asked) => LAW.entry(...asked);
  everyEntry: LawLists['everyEntry'] = (list) => LAW.everyEntry(list);

  /** Decides, and takes the events in when accepted. */
  decide(unit: string, changes: readonly UnitChange[], ids: readonly string[]): UnitDecision {
    const events = this.streams.get(unit) ?? [];
    const decision = decideUnit(
      { changes, eventId: (i) => ids[i] ?? `${unit}-${String(events.length + i)}` },
      { id: unit, events },
      this,
    );
    if (decision.kind === 'accepted')
      this.streams.set(unit, [
        ...events,
        ...decision.events.map((e, i) => ({
          ...e,
          revision: events.length + i,
          sequence: null,
          recordedAt: '2026-01-01T00:00:00.000Z',
        })),
      ]);
    return decision;
  }

  /** As `decide`, and throws unless accepted. Event ids are `<unit>-<revision>`. */
  given(unit: string, ...changes: readonly UnitChange[]): this {
    const decision = this.decide(unit, changes, []);
    if (decision.kind === 'refused') throw new Error(`refused: ${rulesOf(decision).join()}`);
    return this;
  }

  /** The rules by which the changes are refused; empty when accepted. */
  when(unit: string, ...changes: readonly UnitChange[]): UnitRule[] {
    return rulesOf(this.decide(unit, changes, []));
  }
}

export function rulesOf(decision: UnitDecision): UnitRule[] {
  return decision.kind === 'refused' ? decision.refusals.map((r) => r.rule) : [];
}

export function record(fact: UnitFact): UnitChange {
  return { kind: 'record', fact };
}

export function opened(effective: Day | null, data: Partial<UnitOpened> = {}): UnitFact {
  return {
    type: 'unit_opened',
    ...(effective === null ? {} : { effective }),
    data: { code: 'a', name: 'Sở A', type: 'so', level: 2, ...data },
  };
}

export function section(effective: Day | null, parent: string, code: string): UnitFact {
  return {
    type: 'unit_opened',
    ...(effective === null ? {} : { effective }),
    data: { code, name: `Phòng ${code}`, type: 'phong', parent },
  };
}

export function renamed(effective: Day, name: string, code?: string): UnitFact {
  return {
    type: 'unit_renamed',
    effective,
    data: { name, ...(code === undefined ? {} : { code }) },
  };
}

export function reparented(effective: Day, parent?: string): UnitFact {
  return { type: 'unit_reparented', effective, data: parent === undefined ? {} : { parent } };
}

export function merged(effective: Day, into: string): UnitFact {
  return { type: 'unit_merged', effective, data: { into } };
}

export function splitTo(effective: Day, to: string): UnitFact {
  return { type: 'unit_split', effective, data: { to } };
}

export function closed(effective: Day): UnitFact {
  return { type: 'unit_closed', effective, data: {} };
}

/** The report of Điều 14 that was due on a day was sent in on another. */
export function reported(effective: Day, due: Day): UnitFact {
  return { type: 'report_submitted', effective, data: { due } };
}

export function checked(effective: Day, month: string): UnitFact {
  return { type: 'month_checked', effective, data: { month } };
}

/** How many an agency paid at 31/12 of a year. */
export function paid(year: number, count: number): UnitFact {
  return { type: 'payroll_counted', effective: `${String(year)}-12-31`, data: { year, count } };
}

/** Early raises of a year given to an agency below. */
export function allotted(to: string, count: number, year = 2014): UnitFact {
  return { type: 'early_raises_allotted', effective: `${String(year)}-12-31`, data: { year, to, count } };
}

export function wentLive(effective: Day): UnitFact {
  return { type: 'unit_went_live', effective, data: {} };
}
