import type { Day } from '../dates.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import type { RecordedEvent } from '../event-log/port.js';
import type { Units } from '../organisation/tree.js';
import { parseMetadata } from '../recording/metadata.js';
import type { RecordDesk } from '../recording/recordDesk.js';
import { consentsFor, isBelow, reachOf, type Caller } from './caller.js';
import { decideAccess, type Standing, type Verdict } from './decision.js';
import type { Intent } from './rights.js';
import { mergedFrom, mergedInto, standingOf } from './standing.js';

/** A record and where it stands today. */
export interface Standings {
  /** The record that answers: the one asked for, or that into which it was merged. */
  readonly record: string;
  /** The record asked for, and those into which it was merged. */
  readonly chain: readonly string[];
  /** Records of which facts were merged into the one that answers. */
  readonly mergedFrom: readonly string[];
  readonly standing: Standing;
  readonly stored: readonly RecordedEvent[];
}

/** Which records a list may show. */
export interface ListScope {
  /** Units that keep the records, or use the persons, as of today. */
  readonly units: readonly string[];
  /** Units that keep the records: by consent. */
  readonly kept: readonly string[];
  /** Persons beside them: by consent, or the caller. */
  readonly persons: readonly string[];
}

/** A caller at a point of time: rights, tree and records as of then. */
export interface Viewpoint {
  readonly caller: Caller;
  readonly units: Units;
  readonly today: Day;
  /** Records as known at this sequence; null: now. */
  readonly known: number | null;
}

/** Where a record stands at a point of time; null: it was not there yet. */
export type Whereabouts = (at: Pick<Viewpoint, 'known' | 'today'>) => Standing | null;

export interface GateParts {
  readonly desk: Pick<RecordDesk, 'load' | 'loadMany'>;
  /** Units as this process knows them now. */
  readonly units: () => Units;
  readonly today: () => Day;
}

/** Where every right to a record is decided, from the record itself: never from a read model, which may be behind. */
export class Gate {
  constructor(private readonly parts: GateParts) {}

  get units(): Units {
    return this.parts.units();
  }

  get today(): Day {
    return this.parts.today();
  }

  /**
   * Where a record stands today, as known now; null: there is none.
   * @param follow whether a merged record is answered by the one that stays
   */
  async standing(record: string, follow: boolean): Promise<Standings | null> {
    const chain = [record];
    for (let id = record; ;) {
      const { stored, events } = await this.parts.desk.load(id, []);
      const [first] = stored;
      if (first === undefined) return null;
      const into = follow ? mergedInto(events) : null;
      if (into === null || chain.includes(into)) {
        const openedFor = parseMetadata(first.meta).actor.unit;
        const standing = standingOf(id, events, openedFor, this.today);
        return { record: id, chain, mergedFrom: mergedFrom(events), standing, stored };
      }
      chain.push(into);
      id = into;
    }
  }

  /** Where several records stand at any point of time, by id; those that are not there are left out. */
  async whereabouts(records: readonly string[]): Promise<ReadonlyMap<string, Whereabouts>> {
    const found = new Map<string, Whereabouts>();
    for (const { id, stored, events } of await this.parts.desk.loadMany(records, [])) {
      const openedFor = parseMetadata(stored[0]?.meta ?? '{}').actor.unit;
      found.set(id, ({ known, today }) => {
        const seen = known === null ? events : events.filter((e) => (e.sequence ?? Infinity) <= known);
        return seen.length === 0 ? null : standingOf(id, seen, openedFor, today);
      });
    }
    return found;
  }

  /** Whether a record is in a caller's scope at a point; a former agency may look it up, no more. */
  scopeAt({ caller, ...world }: Viewpoint, where: Whereabouts | undefined): 'in' | 'former' | 'none' {
    const standing = where?.(world) ?? null;
    const verdict = standing === null ? null : decideAccess(caller, 'read', standing, world);
    if (verdict?.allowed !== true) return 'none';
    return verdict.ground === 'former' ? 'former' : 'in';
  }

  decide(caller: Caller, intent: Intent, standing: Standing): Verdict {
    return decideAccess(caller, intent, standing, this.world);
  }

  /**
   * Which records lists may show this caller; null: all. A consent must show every group that the list is drawn from
   * (default: the identity).
   */
  listScope(
    caller: Caller,
    groups?: readonly FieldGroup[],
    { units, today }: Pick<Viewpoint, 'units' | 'today'> = this.world,
  ): ListScope | null {
    if (reachOf(caller, units, today) === 'city') return null;
    // By the way up from each unit, as single records are judged: closed and merged units count where they stood.
    const below = (above: string) =>
      [...units.all()].flatMap(({ id }) => (isBelow(id, above, units, today) ? [id] : []));
    const shown = consentsFor(caller, groups);
    return {
      units: caller.right === null ? [] : below(caller.unit),
      kept: [...new Set(shown.flatMap((c) => (c.unit === undefined ? [] : below(c.unit))))],
      persons: [
        ...new Set([
          ...shown.flatMap((c) => c.person ?? []),
          ...(caller.person === null ? [] : [caller.person]),
        ]),
      ],
    };
  }

  private get world() {
    return { units: this.units, today: this.today };
  }
}

/** The groups that are not shown. */
export function withheld(groups: readonly FieldGroup[]): readonly FieldGroup[] {
  return FIELD_GROUPS.filter((g) => !groups.includes(g));
}
