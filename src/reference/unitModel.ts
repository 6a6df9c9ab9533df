import type { UnitEvent } from '../organisation/facts.js';
import { unitHistory, type UnitHistory } from '../organisation/history.js';
import { Versions } from './versions.js';

interface UnitLine {
  readonly events: UnitEvent[];
  readonly history: Versions<UnitHistory | null>;
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
        history: new Versions<UnitHistory | null>(null),
        revision: new Versions(-1),
      };
      this.units.set(id, line);
    }
    line.events.push(event);
    const history = unitHistory(id, line.events);
    line.history.set(sequence, history);
    line.revision.set(sequence, event.revision);
    for (const { attributes } of history?.periods ?? []) {
      const ids = this.byCode.get(attributes.code);
      if (ids === undefined) this.byCode.set(attributes.code, new Set([id]));
      else ids.add(id);
    }
  }

  history(id: string, k: number): UnitHistory | null {
    return this.units.get(id)?.history.at(k) ?? null;
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
      const found = history.at(k);
      if (found !== null) yield found;
    }
  }
}
