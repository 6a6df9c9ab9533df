import { plusDays, type Day } from '../dates.js';
import { cityOfDaNang, type CityFact } from '../organisation/city.js';
import type { UnitFact } from '../organisation/facts.js';
import { START } from './life.js';

/** Stands in the name of every unit of the demonstration: the people in it are invented. */
const MARK = { vi: '(trình diễn)', en: '(demonstration)' } as const;
/** A change of the organisation is entered so many days before it takes effect. */
const AHEAD = 10;
/** The merger of wards was entered late, together with that of the departments. */
const LATE: Readonly<Record<Day, Day>> = { '2025-01-01': '2025-02-19' };

/** A fact of a unit and when it is recorded. */
export interface PlacedFact {
  readonly at: string;
  readonly unit: string;
  readonly fact: UnitFact;
}

interface Place {
  readonly code: string;
  readonly type: string;
  /** Level of Điều 6; null: a section inside an agency. */
  readonly level: number | null;
  readonly from: Day;
  readonly parent: string | null;
  /** The first day on which it is no more; null: it stands. */
  ended: Day | null;
  /** The unit into which it passed whole. */
  mergedInto: string | null;
  /** The units that took parts of it. */
  readonly parts: string[];
}

/** Đà Nẵng's organisation from 2012 to 2026, for writing careers in it: all by the codes of the data. */
export class Places {
  readonly facts: readonly PlacedFact[];
  private readonly places = new Map<string, Place>();
  private readonly byType = new Map<string, string[]>();

  constructor(unitId: (code: string) => string) {
    for (const { unit, fact } of cityOfDaNang((code) => code)) this.note(unit, fact);
    const placed = cityOfDaNang(unitId).map(({ unit, fact }) => ({
      at: recordedAt(fact),
      unit,
      fact: marked(fact),
    }));
    this.facts = placed
      .map((f, i) => ({ f, i }))
      .sort((a, b) => compare(a.f.at, b.f.at) || a.i - b.i)
      .map(({ f }) => f);
  }

  /** The units of these types that exist on a day, in the order of the data. */
  standing(day: Day, ...types: readonly string[]): string[] {
    return types
      .flatMap((type) => this.byType.get(type) ?? [])
      .filter((code) => {
        const { from, ended } = this.place(code);
        return from <= day && (ended === null || ended > day);
      });
  }

  /** The agencies that owe reports and checks: departments, districts, service units of the city, home affairs. */
  agencies(): readonly Pick<Place, 'code' | 'type' | 'level' | 'from' | 'ended'>[] {
    return [...this.places.values()].filter(({ level }) => level === 2 || level === 3);
  }

  typeOf(code: string): string {
    return this.place(code).type;
  }

  /** The unit that stands for this one on a day: the one that it was merged into, else itself. */
  current(code: string, day: Day): string {
    const { ended, mergedInto } = this.place(code);
    return ended === null || mergedInto === null || day < ended ? code : this.current(mergedInto, day);
  }

  /** When people have to leave the unit, for it ends without passing whole into another; null: never. */
  dissolved(code: string): Day | null {
    const { ended, mergedInto } = this.place(code);
    if (ended === null) return null;
    return mergedInto === null ? ended : this.dissolved(mergedInto);
  }

  /** The agency above a section; a unit that is no section is its own. */
  agencyOf(code: string): string {
    const { type, parent } = this.place(code);
    return type === 'phong' && parent !== null ? parent : code;
  }

  /** The units that took the parts of one that was split. */
  partsOf(code: string): readonly string[] {
    return this.place(code).parts;
  }

  private place(code: string): Place {
    const place = this.places.get(code);
    if (place === undefined) throw new Error(`the demonstration knows no unit ${code}`);
    return place;
  }

  private note(code: string, fact: UnitFact): void {
    const known = this.places.get(code);
    if (fact.type === 'unit_opened') {
      const { type, parent } = fact.data;
      // A section is no older than its agency.
      const above = type === 'phong' && parent !== undefined ? this.place(parent).from : '';
      const from = fact.effective ?? above;
      this.places.set(code, {
        code,
        type,
        level: fact.data.level ?? null,
        from,
        parent: parent ?? null,
        ended: null,
        mergedInto: null,
        parts: [],
      });
      this.byType.set(type, [...(this.byType.get(type) ?? []), code]);
    } else if (known === undefined) return;
    else if (fact.type === 'unit_merged') {
      known.ended = fact.effective ?? null;
      known.mergedInto = fact.data.into;
    } else if (fact.type === 'unit_closed') known.ended = fact.effective ?? null;
    else if (fact.type === 'unit_split') known.parts.push(fact.data.to);
  }
}

function recordedAt({ effective }: CityFact['fact']): string {
  const on = effective === undefined ? '' : (LATE[effective] ?? plusDays(effective, -AHEAD));
  return on <= START.slice(0, 10) ? START : `${on}T00:00:00.000Z`;
}

function marked(fact: UnitFact): UnitFact {
  if (fact.type !== 'unit_opened') return fact;
  const { name, nameEn } = fact.data;
  return {
    ...fact,
    data: {
      ...fact.data,
      name: `${name} ${MARK.vi}`,
      ...(nameEn === undefined ? {} : { nameEn: `${nameEn} ${MARK.en}` }),
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
