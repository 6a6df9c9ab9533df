import type { Day } from '../dates.js';
import type { ItemId } from './forms/items.js';
import type { Dispute, State } from './state.js';
import { stateAt, type Timeline } from './timeline.js';

/** The part of a record that disputes are read from. */
type Disputable = Pick<Timeline, 'lines' | 'start' | 'states'>;

/**
 * The standing facts in dispute, each with the open disputes that name it, for gates and marks: what is disputed is
 * supplied to nobody unmarked and used by no gate until it is resolved (Luật CNTT 67/2006/QH11 Đ.21.2d). Without a
 * day: as of the last fact known, which is what a form of whatever day must show.
 */
export function disputedFacts(timeline: Disputable, day?: Day): ReadonlyMap<string, readonly string[]> {
  const open = openDisputes(timeline, day);
  // Nearly every record has none.
  const standing = new Set(open.length === 0 ? [] : timeline.lines.map((l) => l.fact.id));
  return byTarget(open, ({ fact }) => (fact !== undefined && standing.has(fact) ? fact : undefined));
}

/** The items of form 2C in dispute, each with the open disputes that name it. */
export function disputedItems(timeline: Disputable, day?: Day): ReadonlyMap<ItemId, readonly string[]> {
  return byTarget(openDisputes(timeline, day), ({ item }) => item as ItemId | undefined);
}

/** The items of form 2C that tell of a part of the state: what is disputed there is disputed in that part. */
export const TOLD_BY = {
  identity: ['birth_name', 'other_name', 'date_of_birth', 'sex'],
  hire: ['recruitment_date', 'recruiting_agency'],
  unit: ['work_history'],
  posts: ['current_position'],
  grade: ['grade_name', 'grade_code', 'step', 'coefficient', 'salary_date', 'salary_history'],
  pay: ['coefficient', 'salary_date', 'salary_history'],
} as const satisfies Readonly<Record<string, readonly ItemId[]>>;

const NONE: readonly string[] = [];

/** What is in dispute of a record on a day (none: as of the last fact known), to mark what is told of it. */
export class DisputeMarks {
  private readonly facts: ReadonlyMap<string, readonly string[]>;
  private readonly items: ReadonlyMap<ItemId, readonly string[]>;

  constructor(timeline: Disputable, day?: Day) {
    this.facts = disputedFacts(timeline, day);
    this.items = disputedItems(timeline, day);
  }

  get areNone(): boolean {
    return this.facts.size === 0 && this.items.size === 0;
  }

  /** Which parts of the state are in dispute, by their names there. */
  partsOf(state: State): string[] {
    if (this.areNone) return [];
    const isDisputed = (by: string | undefined, ...items: readonly ItemId[]) =>
      this.of(by, ...items).length > 0;
    const told = (['identity', 'hire', 'unit', 'grade', 'pay'] as const).filter(
      (part) => state[part] !== null && isDisputed(state[part].by, ...TOLD_BY[part]),
    );
    return [
      ...told,
      ...(isDisputed(state.service?.by) ? ['status'] : []),
      ...(state.posts.some(({ by, termBy }) => isDisputed(by, ...TOLD_BY.posts) || isDisputed(termBy))
        ? ['posts']
        : []),
    ].sort();
  }

  /** The open disputes about a fact, or about one of these items of form 2C. */
  of(fact: string | null | undefined, ...items: readonly ItemId[]): readonly string[] {
    if (this.areNone) return NONE;
    const found = [
      ...(fact == null ? [] : (this.facts.get(fact) ?? [])),
      ...items.flatMap((item) => this.items.get(item) ?? []),
    ];
    return found.length > 1 ? [...new Set(found)] : found;
  }
}

function openDisputes(timeline: Disputable, day: Day | undefined): readonly Dispute[] {
  const state = day === undefined ? (timeline.states.at(-1) ?? timeline.start) : stateAt(timeline, day).state;
  return state.disputes;
}

function byTarget<Key extends string>(
  disputes: readonly Dispute[],
  keyOf: (dispute: Dispute) => Key | undefined,
): ReadonlyMap<Key, readonly string[]> {
  const found = new Map<Key, string[]>();
  for (const dispute of disputes) {
    const key = keyOf(dispute);
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), dispute.by]);
  }
  return found;
}
