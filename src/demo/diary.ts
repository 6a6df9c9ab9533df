import { plusDays, weekdayOf, type Day } from '../dates.js';
import type { FactContent } from '../record/action.js';
import { decided, declared, LAST, type Life } from './life.js';
import type { Random } from './random.js';

const DECISION: Day = '2012-10-03';
const FRIDAY = 5;

/** Whether and how late an office enters what it decides. */
interface Habit {
  /** Of a hundred facts, how many are entered late. */
  readonly late: number;
}

/**
 * Writes a life down as an office does: what was before the decision in one go, the initial load; later facts on the
 * Friday after some days. A fact that names another is entered after it, and not at all where that one is not.
 */
export class Diary {
  private readonly entered = new Map<string, Day>();
  private readonly contents = new Map<string, FactContent>();

  constructor(
    readonly life: Life,
    readonly random: Random,
    /** The day on which the record is opened: nothing is entered before. */
    readonly opened: Day,
    private readonly habit: Habit,
  ) {}

  /** A fact that a decision decides. Its id; empty where it is not entered. */
  decide(action: string, effective: string, data: object): string {
    return this.enter(decided(this.random.between(1, 1999), action, effective, data));
  }

  /** A fact that no decision decides. */
  declare(action: string, effective: string, data: object): string {
    return this.enter(declared(action, effective, data));
  }

  /** What was entered under this id. */
  contentOf(id: string): FactContent | undefined {
    return this.contents.get(id);
  }

  /** When it was entered. */
  dayOf(id: string): Day {
    return this.entered.get(id) ?? LAST;
  }

  /** The ids of the facts of these actions, in the order of writing. */
  idsOf(...actions: readonly string[]): string[] {
    return [...this.contents].filter(([, c]) => actions.includes(c.action)).map(([id]) => id);
  }

  /** Enters a fact; on a day of its own where one is given. */
  enter(fact: FactContent, on?: Day): string {
    const named = Object.values(fact.data).filter((v) => typeof v === 'string');
    if (named.includes('')) return '';
    const least = named.map((v) => this.entered.get(v) ?? '').concat(this.opened);
    const day = [...least, on ?? this.dayAfter(fact.effective)].reduce((a, b) => (a > b ? a : b));
    const [id] = this.life.record(day, fact);
    if (id === undefined) return '';
    this.entered.set(id, day);
    this.contents.set(id, fact);
    return id;
  }

  private dayAfter(effective: string): Day {
    // What was before, and what the person declares on that day, is entered with the record itself.
    if (effective < DECISION || effective <= this.opened) return this.opened;
    const { random, habit } = this;
    const days = random.percent(habit.late) ? random.between(20, 150) : random.between(1, 6);
    return fridayFrom(plusDays(effective.padEnd(10, '-01'), days));
  }
}

/** The Friday on or after a day: on Fridays the offices enter what came in. */
export function fridayFrom(day: Day): Day {
  return plusDays(day, (FRIDAY - weekdayOf(day) + 7) % 7);
}
