import type { UnitEvent, UnitFactType } from '../organisation/facts.js';
import { unitHistory, type UnitHistory } from '../organisation/history.js';
import { Versions } from './versions.js';

const STATEMENTS: ReadonlySet<UnitFactType> = new Set([
  'report_submitted',
  'month_checked',
  'payroll_counted',
  'early_raises_allotted',
]);

interface UnitLine {
  readonly events: UnitEvent[];
  readonly history: Versions<() => UnitHistory | null>;
  readonly revision: Versions<number>;
}

/** All units, as of any sequence. */
export class UnitModel {
  private readonly units = new Map<string, UnitLine>();
  private readonly byCode = new Map<string, Set<string>>();

  /** Takes the next event of a unit. */
  apply(id: string, event: UnitEvent, sequence: number): void {
    let line = this.units.get(id);
    if (line === undefined) {
      line = {
        events: [],
        history: new Versions<() => UnitHistory | null>(() => null),
        revision: new Versions(-1),
      };
      this.units.set(id, line);
    }
    line.events.push(event);
    const { events } = line;
    const count = events.length;
    const history = onceAsked(() => unitHistory(id, events.slice(0, count)));
    line.history.set(sequence, history);
    line.revision.set(sequence, event.revision);
    if (isStatement(event)) return;
    for (const { attributes } of history()?.periods ?? []) {
      const ids = this.byCode.get(attributes.code);
      if (ids === undefined) this.byCode.set(attributes.code, new Set([id]));
      else ids.add(id);
    }
  }

  history(id: string, k: number): UnitHistory | null {
    return this.units.get(id)?.history.at(k)() ?? null;
  }

  /** Last revision of the unit's stream; -1 when there is none. */
  revision(id: string, k: number): number {
    return this.units.get(id)?.revision.at(k) ?? -1;
  }

  *withCode(code: string, k: number): Generator<UnitHistory> {
    for (const id of this.byCode.get(code) ?? []) {
      const history = this.history(id, k);
      if (history !== null) yield history;
    }
  }

  *all(k: number): Generator<UnitHistory> {
    for (const { history } of this.units.values()) {
      const found = history.at(k)();
      if (found !== null) yield found;
    }
  }
}

/** What an agency did or paid, month by month: it says nothing of what the unit is. */
export function isStatement({ body }: UnitEvent): boolean {
  if (body.kind !== 'fact') return false;
  return STATEMENTS.has(body.fact.type);
}

/** A value that is made when it is first asked for: of most of a unit's versions nobody ever asks. */
function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
