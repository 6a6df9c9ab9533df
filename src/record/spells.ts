import type { Fact } from './action.js';
import { evolve, type FactLine } from './timeline.js';
import { INITIAL, type State } from './state.js';
import type { Day, PartialDate } from '../dates.js';

export const SPELL_KINDS = ['service', 'unit', 'post', 'grade', 'pay'] as const;

/** What a spell is of. */
export type SpellKind = (typeof SPELL_KINDS)[number];

/**
 * An interval in which something held: from a fact's day up to, not including, the day of the fact that ended it
 * (null: open). Derived from the facts, never typed in. A spell of zero length has `to = from`.
 */
export interface Spell {
  /** `seat`: a place in an establishment, by unit and category of person; derived only where it is asked for. */
  readonly kind: SpellKind | 'seat';
  /** Id of the fact that began it. */
  readonly by: string;
  readonly from: Day;
  /** As the paper has it: "1998" where only the year is known. */
  readonly fromText: PartialDate;
  /** Id of the fact that ended it; null: open. */
  readonly endedBy: string | null;
  readonly to: Day | null;
  /** Of a service its status, of a seat the category of person. */
  readonly status: string | null;
  readonly unit: string | null;
  readonly position: string | null;
  readonly grade: string | null;
  readonly step: number | null;
  readonly coefficient: string | null;
  readonly amount: string | null;
  readonly per: string | null;
}

type Value = Omit<Spell, 'kind' | 'by' | 'from' | 'fromText' | 'endedBy' | 'to'>;

const NOTHING: Value = {
  status: null,
  unit: null,
  position: null,
  grade: null,
  step: null,
  coefficient: null,
  amount: null,
  per: null,
};

/** The spells of standing facts in effective order, in the order in which they began. */
export function spellsOf(lines: readonly FactLine[]): Spell[] {
  const book = new SpellBook();
  for (const { fact } of lines) book.add(fact);
  return [...book.spells];
}

type Holdings = ReadonlyMap<string, readonly [Spell['kind'], string, Partial<Value>]>;

/** Derives spells fact by fact. A spell that a fact does not end stays the same object. */
export class SpellBook {
  private state: State = INITIAL;
  private held: Holdings = new Map();
  private list: Spell[] = [];
  private open = new Map<string, number>();

  /** @param seats whether places in establishments are derived too */
  constructor(private readonly seats = false) {}

  get spells(): readonly Spell[] {
    return this.list;
  }

  /** One that has taken the same facts, and goes on by itself. */
  copy(): SpellBook {
    const copy = new SpellBook(this.seats);
    copy.state = this.state;
    copy.held = this.held;
    copy.list = [...this.list];
    copy.open = new Map(this.open);
    return copy;
  }

  /** Takes the next fact in effective order. */
  add(fact: Fact): void {
    const before = this.held;
    this.state = evolve(this.state, fact);
    const after = (this.held = holdings(this.state, this.seats));
    for (const key of before.keys()) {
      const at = this.open.get(key);
      if (after.has(key) || at === undefined) continue;
      this.list[at] = { ...(this.list[at] as Spell), endedBy: fact.id, to: fact.range.first };
      this.open.delete(key);
    }
    for (const [key, [kind, by, value]] of after) {
      if (before.has(key)) continue;
      this.open.set(key, this.list.length);
      const start = { from: fact.range.first, fromText: fact.effective };
      this.list.push({ kind, by, ...start, endedBy: null, to: null, ...NOTHING, ...value });
    }
  }
}

/** What is held in a state, by kind and by the fact that set it. */
function holdings(state: State, seats: boolean): Holdings {
  const held = new Map<string, [Spell['kind'], string, Partial<Value>]>();
  const add = (kind: SpellKind, by: string, value: Partial<Value>) =>
    held.set(`${kind} ${by}`, [kind, by, value]);
  const { service, hire, unit, grade, pay } = state;
  if (service) add('service', service.by, { status: service.status });
  if (unit) add('unit', unit.by, { unit: unit.unit });
  if (unit && seats) {
    // Whoever is recruited anew, in another category, sits in another place from then on.
    const by = hire !== null && hire.since > unit.since ? hire.by : unit.by;
    held.set(`seat ${by}`, ['seat', by, { unit: unit.unit, status: hire?.category ?? null }]);
  }
  if (grade) {
    const coefficient = grade.coefficient ?? null;
    add('grade', grade.by, { grade: grade.grade, step: grade.step, coefficient });
  }
  if (pay) add('pay', pay.by, { amount: pay.amount, per: pay.per });
  for (const post of [...state.posts, ...state.lapsedPosts])
    add('post', post.by, { position: post.position, unit: post.unit });
  return held;
}
