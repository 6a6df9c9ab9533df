import type { FactLine } from './timeline.js';
import { fold } from './timeline.js';
import { INITIAL, type State } from './state.js';
import type { Day, PartialDate } from './dates.js';

/** What a spell is of. */
export type SpellKind = 'service' | 'unit' | 'post' | 'grade' | 'pay';

/**
 * An interval in which something held: from a fact's day up to, not including, the day of the fact that ended it
 * (null: open). Derived from the facts, never typed in. A spell of zero length has `to = from`.
 */
export interface Spell {
  readonly kind: SpellKind;
  /** Id of the fact that began it. */
  readonly by: string;
  readonly from: Day;
  /** As the paper has it: "1998" where only the year is known. */
  readonly fromText: PartialDate;
  /** Id of the fact that ended it; null: open. */
  readonly endedBy: string | null;
  readonly to: Day | null;
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
  const states = fold(lines.map((l) => l.fact));
  const spells: Spell[] = [];
  const open = new Map<string, number>();
  lines.forEach(({ fact }, i) => {
    const before = holdings(states[i - 1] ?? INITIAL);
    const after = holdings(states[i] ?? INITIAL);
    for (const key of before.keys()) {
      const at = open.get(key);
      if (after.has(key) || at === undefined) continue;
      spells[at] = { ...(spells[at] as Spell), endedBy: fact.id, to: fact.range.first };
      open.delete(key);
    }
    for (const [key, [kind, by, value]] of after) {
      if (before.has(key)) continue;
      open.set(key, spells.length);
      const start = { from: fact.range.first, fromText: fact.effective };
      spells.push({ kind, by, ...start, endedBy: null, to: null, ...NOTHING, ...value });
    }
  });
  return spells;
}

/** What is held in a state, by kind and by the fact that set it. */
function holdings(state: State): Map<string, [SpellKind, string, Partial<Value>]> {
  const held = new Map<string, [SpellKind, string, Partial<Value>]>();
  const add = (kind: SpellKind, by: string, value: Partial<Value>) =>
    held.set(`${kind} ${by}`, [kind, by, value]);
  const { service, unit, grade, pay } = state;
  if (service) add('service', service.by, { status: service.status });
  if (unit) add('unit', unit.by, { unit: unit.unit });
  if (grade) {
    const coefficient = grade.coefficient ?? null;
    add('grade', grade.by, { grade: grade.grade, step: grade.step, coefficient });
  }
  if (pay) add('pay', pay.by, { amount: pay.amount, per: pay.per });
  for (const post of [...state.posts, ...state.lapsedPosts])
    add('post', post.by, { position: post.position, unit: post.unit });
  return held;
}
