import type { Fact } from '../../src/record/action.js';
import type { EventBody, RecordEvent } from '../../src/record/events.js';
import { SpellBook, type Spell } from '../../src/record/spells.js';
import { standingFacts } from '../../src/record/timeline.js';

/** A spell, and while it was known so: from one event of the record up to, not including, another. */
export interface KnownSpell {
  readonly spell: Spell;
  readonly from: RecordEvent;
  readonly to: RecordEvent | null;
}

/**
 * The spells that stood after each event of a record, each with the stretch of events over which it stood unchanged, in
 * the order in which they came to be known. A record that is withdrawn has none.
 *
 * Facts that come in effective order, as most do, cost one step each; one that comes late costs a step for each that is
 * after it, and a few more; a correction or a rescission derives the spells anew. Of a record that only grew since it was last asked for (the same objects), only
 * what is new is looked at, and what did not change are the same objects again.
 */
export function knownSpells(events: readonly RecordEvent[]): KnownSpell[] {
  let start = events.length;
  let reader: Reader | undefined;
  while (reader === undefined && start > 0) {
    const event = events[start - 1] as RecordEvent;
    reader = stopped.get(event);
    if (reader === undefined) start -= 1;
    else stopped.delete(event);
  }
  reader ??= new Reader();
  reader.readOn(events, start);
  const last = events.at(-1);
  if (last !== undefined) stopped.set(last, reader);
  return [...reader.known];
}

/** Kinds of events that leave every interval as it is. */
const CHANGE_NO_SPELL: ReadonlySet<EventBody['kind']> = new Set([
  'finding_settled',
  'legal_hold_placed',
  'legal_hold_lifted',
  'content_destroyed',
] as const);

/** Where a record was read up to, by the last event read. A reader that goes on is no longer at its old place. */
const stopped = new WeakMap<RecordEvent, Reader>();

/** Reads a record's events in order of recording. */
class Reader {
  /** In the order in which they came to be known. */
  readonly known: KnownSpell[] = [];
  private ledger = new Ledger();
  private withdrawn = false;
  /** Places in `known` of what stands now, by content; equal spells at one time are told apart by number. */
  private now = new Map<string, number>();
  private readonly keys = new WeakMap<Spell, string>();

  readOn(events: readonly RecordEvent[], start: number): void {
    let run: Run | null = null;
    for (const [i, event] of events.entries()) {
      if (i < start) continue;
      const { body } = event;
      if (body.kind === 'fact') {
        run ??= new Run(events, i);
        const fact = run.factOf(event);
        if (fact !== null) this.ledger.insert(run.placeOf(event), fact);
      } else {
        run = null;
        if (CHANGE_NO_SPELL.has(body.kind)) continue;
        if (body.kind === 'record_withdrawn') this.withdrawn = true;
        else if (body.kind === 'record_restored') this.withdrawn = false;
        else this.ledger = new Ledger(standingFacts(events.slice(0, i + 1)).map((l) => l.fact));
      }
      this.see(this.withdrawn ? [] : this.ledger.spells, event);
    }
  }

  private see(spells: readonly Spell[], event: RecordEvent): void {
    const next = new Map<string, number>();
    const fresh: [string, Spell][] = [];
    for (const spell of spells) {
      const key = this.keyOf(spell, next);
      const place = this.now.get(key);
      if (place === undefined) fresh.push([key, spell]);
      next.set(key, place ?? -1);
    }
    for (const [key, place] of this.now)
      if (!next.has(key)) this.known[place] = { ...(this.known[place] as KnownSpell), to: event };
    for (const [key, spell] of fresh) {
      next.set(key, this.known.length);
      this.known.push({ spell, from: event, to: null });
    }
    this.now = next;
  }

  private keyOf(spell: Spell, taken: ReadonlyMap<string, number>): string {
    let key = this.keys.get(spell);
    if (key === undefined) {
      // Its values in order: ids, codes, days and decimals, none with a bar in it.
      key = Object.values(spell).join('|');
      this.keys.set(spell, key);
    }
    let numbered = key;
    for (let i = 2; taken.has(numbered); i++) numbered = `${key}|${i}`;
    return numbered;
  }
}

/** A mark is made at so many facts, and at each multiple of it. */
const MARK_EVERY = 4;

/** Spells of facts that come in any order: it goes back to the last mark before a late one, and on from there. */
class Ledger {
  /** In effective order. */
  private readonly facts: Fact[] = [];
  /** The book as it was after the first facts: after MARK_EVERY, twice as many … */
  private readonly marks: SpellBook[] = [];
  private book = new SpellBook(true);

  constructor(facts: readonly Fact[] = []) {
    for (const fact of facts) this.insert(this.facts.length, fact);
  }

  get spells(): readonly Spell[] {
    return this.book.spells;
  }

  /** Takes a fact that has so many before it. */
  insert(place: number, fact: Fact): void {
    this.facts.splice(place, 0, fact);
    let next = place;
    if (place < this.facts.length - 1) {
      this.marks.length = Math.min(this.marks.length, Math.floor(place / MARK_EVERY));
      next = this.marks.length * MARK_EVERY;
      this.book = this.marks.at(-1)?.copy() ?? new SpellBook(true);
    }
    for (const one of this.facts.slice(next)) {
      this.book.add(one);
      next += 1;
      if (next % MARK_EVERY === 0) this.marks.push(this.book.copy());
    }
  }
}

/** Facts recorded one after another, with nothing between that changes those before: their order is known at once. */
class Run {
  private readonly facts: readonly Fact[];
  private readonly ranks = new Map<string, number>();
  /** Ranks of the facts recorded so far, in order. */
  private readonly known: number[] = [];

  constructor(events: readonly RecordEvent[], start: number) {
    let end = start;
    while (events[end]?.body.kind === 'fact') end += 1;
    const lines = standingFacts(events.slice(0, end));
    this.facts = lines.map((l) => l.fact);
    for (const [rank, { event }] of lines.entries()) {
      this.ranks.set(event.id, rank);
      if (event.revision < start) this.known.push(rank);
    }
  }

  /** How many of the facts recorded before come before this one, which is recorded now. */
  placeOf({ id }: RecordEvent): number {
    const rank = this.ranks.get(id) ?? -1;
    const place = this.known.findLastIndex((one) => one < rank) + 1;
    this.known.splice(place, 0, rank);
    return place;
  }

  /** Null: it is out of force. */
  factOf({ id }: RecordEvent): Fact | null {
    return this.facts[this.ranks.get(id) ?? -1] ?? null;
  }
}
