import type { Day } from '../dates.js';
import type { EventLog } from '../event-log/port.js';
import type { Units } from '../organisation/tree.js';
import { assignmentsOn, type Account } from './account.js';
import type { Accounts } from './accounts.js';
import type { Caller } from './caller.js';
import type { Gate, Viewpoint } from './gate.js';
import { callerOf } from './login/logins.js';

/** What a reader's scope was last told as of: known up to a sequence, on a day by the server's clock. */
export interface ScopePoint {
  readonly sequence: number;
  readonly day: Day;
  /** The unit that it was told for; null: none; absent: the reader's own of now, where it was theirs then. */
  readonly actsFor?: string | null;
}

/** Whoever reads, with the unit that the session was begun for; null: none. */
export interface ScopeReader {
  readonly caller: Caller;
  readonly account: Account;
  readonly actsFor: string | null;
}

/** What asks a read model which persons may have come into a scope, or left it; ids in order, none missing. */
export type ScopeCandidates = (asked: CandidateQuestion) => Promise<readonly string[]>;

/** Which persons may have come into a scope, or left it, between two days. */
export interface CandidateQuestion {
  /** Units in the scope then or now: of those kept, placed or expected there, whose place changed in these days. */
  readonly units: readonly string[];
  /** Units in the scope then or now, but not both: all who were kept, placed or expected there in these days. */
  readonly turned: readonly string[];
  /** Not counted itself. */
  readonly from: Day;
  readonly to: Day;
}

/** How a reader's scope has changed since it was last told. */
export interface ScopeTold {
  /** What it is told as of now. */
  readonly point: ScopePoint;
  /** By person, in order of id: who came into the scope and who left it. */
  readonly turned: readonly { readonly person: string; readonly scope: 'in' | 'out' }[];
  /** It has become the whole city, or ceased to be: then nobody is named. */
  readonly reachTurned: boolean;
}

export interface ScopeChangesParts {
  readonly log: Pick<EventLog, 'head'>;
  readonly accounts: Pick<Accounts, 'asOf'>;
  readonly gate: Gate;
  /** Units as known at a sequence. */
  readonly unitsAt: (sequence: number) => Units;
  readonly candidates: ScopeCandidates;
}

const AT_ONCE = 500;

/**
 * Scope that changes without an event of the person: a grant that begins or ends, alone by its date; a unit that is
 * moved, merged or closed; a placement or a sending that was recorded for a later day. Candidates come from a read
 * model; whether somebody was in scope and is, is decided from the log, as every right.
 */
export class ScopeChanges {
  constructor(private readonly parts: ScopeChangesParts) {}

  /** Who has come into the reader's scope or left it since a point. */
  async since(point: ScopePoint, reader: ScopeReader): Promise<ScopeTold> {
    const { gate, log, candidates } = this.parts;
    const { sequence } = await log.head();
    const now = this.now(reader);
    const then = await this.then(point, reader);
    const told = { point: { sequence, day: now.today, actsFor: reader.actsFor }, turned: [] };
    const [was, is] = [then, now].map((at) => gate.listScope(at.caller, [], at));
    if (was == null || is == null) return { ...told, reachTurned: was !== is };
    const turnedUnits = [...unlike(was.units, is.units), ...unlike(was.kept, is.kept)];
    const asked = {
      units: [...new Set([was, is].flatMap(({ units, kept }) => [...units, ...kept]))],
      turned: [...new Set(turnedUnits)],
      from: point.day,
      to: now.today,
    };
    const named = asked.units.length === 0 ? [] : await candidates(asked);
    const persons = [...new Set([...named, ...unlike(was.persons, is.persons)])].sort();
    const turned: { person: string; scope: 'in' | 'out' }[] = [];
    for (let i = 0; i < persons.length; i += AT_ONCE) {
      const found = await gate.whereabouts(persons.slice(i, i + AT_ONCE));
      for (const [person, where] of found) {
        const [before, after] = [then, now].map((at) => gate.scopeAt(at, where) === 'in');
        if (before !== after) turned.push({ person, scope: after === true ? 'in' : 'out' });
      }
    }
    return { ...told, turned, reachTurned: false };
  }

  /** By what a reader's scope is decided now. */
  now({ caller }: ScopeReader): Viewpoint {
    const { units, today } = this.parts.gate;
    return { caller, units, today, known: null };
  }

  /** By what a reader's scope was decided at a point. */
  async then({ sequence, day, actsFor }: ScopePoint, reader: ScopeReader): Promise<Viewpoint> {
    const units = this.parts.unitsAt(sequence);
    const account = await this.parts.accounts.asOf(reader.account.id, sequence);
    if (account === null || account.disabled)
      return { caller: nobody(reader.caller), units, today: day, known: sequence };
    const held = assignmentsOn(account, day).map((a) => a.unit);
    const own = held.find((u) => u === reader.actsFor) ?? held[0] ?? null;
    const unit = actsFor === undefined ? own : actsFor;
    return { caller: callerOf(account, unit, day), units, today: day, known: sequence };
  }
}

function nobody(caller: Caller): Caller {
  return { ...caller, right: null, reach: 'unit', person: null, consents: [] };
}

/** What stands in one of two lists, not in both. */
function unlike(some: readonly string[], others: readonly string[]): string[] {
  const [a, b] = [new Set(some), new Set(others)];
  return [...some.filter((x) => !b.has(x)), ...others.filter((x) => !a.has(x))];
}
