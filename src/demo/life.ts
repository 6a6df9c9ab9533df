import type { Day } from '../dates.js';
import type { FactContent } from '../record/action.js';
import type { Change } from '../record/decide.js';

/** The scripted clock begins here: the day of the decision. */
export const START = '2012-10-03T01:00:00.000Z';
/** The last day on which anything is recorded. */
export const LAST: Day = '2026-06-30';

/** A change, and the id of the event that it becomes: known from the start, so that later facts can name it. */
export interface Scripted {
  readonly id: string;
  readonly change: Change;
}

/** What is recorded in one person’s record at one moment of the scripted clock. */
export interface Step {
  /** UTC, whole milliseconds. */
  readonly at: string;
  /** Number of the person, from 0. */
  readonly person: number;
  readonly changes: readonly Scripted[];
  /** The record is a duplicate: what it holds goes to that person’s. */
  readonly merge?: { readonly into: number; readonly reason: string };
}

/** Ids that the script names: keyed by the deployment, and the same in every load of it. */
export interface Ids {
  unit(code: string): string;
  /** The n-th event that a person’s script asks for. */
  event(person: number, n: number): string;
}

/** The script of one person’s record, written down in any order of the days. */
export class Life {
  private readonly written: Step[] = [];
  private events = 0;

  constructor(
    readonly person: number,
    readonly ids: Ids,
    /** Nothing is recorded from this day on. */
    private readonly quietFrom: Day = '9999-12-31',
  ) {}

  /** Every step up to the last day, in the order of the clock. */
  steps(): Step[] {
    return this.written
      .map((step, i) => ({ step, i }))
      .sort((a, b) => compare(a.step.at, b.step.at) || a.i - b.i)
      .map(({ step }) => step);
  }

  /** Records facts on a day, one decision. Returns their ids; none of what comes after the last day. */
  record(on: Day, ...facts: readonly FactContent[]): string[] {
    return this.ask(
      on,
      facts.map((content) => ({ kind: 'record', content })),
    );
  }

  correct(on: Day, target: string, content: FactContent, reason: string): string {
    return this.ask(on, [{ kind: 'correct', target, content, reason }])[0] ?? '';
  }

  rescind(on: Day, target: string, reason: string): string {
    return this.ask(on, [{ kind: 'rescind', target, reason }])[0] ?? '';
  }

  /** How many events the script asks for so far. */
  get size(): number {
    return this.events;
  }

  withdraw(on: Day, reason: string): void {
    this.ask(on, [{ kind: 'withdraw', reason }]);
  }

  restore(on: Day, reason: string): void {
    this.ask(on, [{ kind: 'restore', reason }]);
  }

  /** A legal hold. Its id; empty where it is not entered. */
  hold(on: Day, reason: string): string {
    return this.ask(on, [{ kind: 'hold', reason }])[0] ?? '';
  }

  lift(on: Day, hold: string, reason: string): void {
    if (hold !== '') this.ask(on, [{ kind: 'lift', hold, reason }]);
  }

  /** Settles the finding of a rule that concerns one fact alone. */
  settle(
    on: Day,
    rule: Extract<Change, { kind: 'settle' }>['finding']['rule'],
    fact: string,
    reason: string,
  ) {
    this.ask(on, [{ kind: 'settle', finding: { rule, fact, others: [] }, reason }]);
  }

  merge(on: Day, into: number, reason: string): void {
    if (on <= LAST)
      this.written.push({
        at: momentOf(on),
        person: this.person,
        changes: [],
        merge: { into, reason },
      });
  }

  private ask(on: Day, changes: readonly Change[]): string[] {
    if (on > LAST || on >= this.quietFrom) return [];
    const scripted = changes.map((change) => ({ id: this.ids.event(this.person, this.events++), change }));
    this.written.push({ at: momentOf(on), person: this.person, changes: scripted });
    return scripted.map(({ id }) => id);
  }
}

/** An invented decision of the year, and what it decides. */
export function decided(number: number, action: string, effective: string, data: object): FactContent {
  return {
    action,
    effective,
    document: {
      type: 'quyet_dinh',
      number: `${String(number)}/QĐ-HC-${effective.slice(0, 4)}`,
      signerName: 'Người Ký (hư cấu)',
      ...(action === 'disciplined' ? { confidentiality: 'mat' } : {}),
    },
    data,
  };
}

/** What the person declares, without a deciding document. */
export function declared(action: string, effective: string, data: object): FactContent {
  return { action, effective, data };
}

/** What a day brings is recorded at 8 in the morning in Vietnam. */
function momentOf(on: Day): string {
  return `${on}T01:00:00.000Z`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
