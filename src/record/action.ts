import type { Caption, FieldClass } from './fields.js';
import type { DayRange, PartialDate } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { DocumentBlock } from './document.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import { inService, type State } from './state.js';

/** What a fact says: an action, its day, its document and its data. A correction replaces exactly this. */
export interface FactContent<Data extends object = object> {
  /** Name of the action, which is the event type. */
  readonly action: string;
  readonly effective: PartialDate;
  /** Order within a day, before every other rule of order. Default 0; may be negative. */
  readonly ordinal?: number;
  readonly document?: Readonly<DocumentBlock>;
  readonly data: Readonly<Data>;
  /** Groups of this content whose key was lawfully destroyed: their values are absent, and count as present. */
  readonly erased?: readonly FieldGroup[];
}

/** A standing fact as checks and effects see it. */
export interface Fact<Data extends object = object> extends FactContent<Data> {
  /** Id of the event that recorded it. A correction keeps it. */
  readonly id: string;
  /** The days that `effective` can mean. */
  readonly range: DayRange;
}

/** What a time limit of the decision counts for this action (domain-rules §1.2); the engine of deadlines reads it. */
export type Deadline = 'R-10.1b' | 'R-10.2b' | 'R-11' | 'R-11.3a' | 'R-11.3b';

/**
 * A personnel action: one file in `actions/`, always in this order. The registry lists them, and routes, OpenAPI,
 * event schemas, import and wording derive from it.
 */
export interface Action<Data extends object = object> {
  /** Event type: storage format, never renamed. Past tense. */
  readonly type: string;
  /** Latest version of the fields' schema, from 1: that of the last field that came. */
  readonly version: number;
  readonly fields: FieldClass<Data>;
  /** Rules of this action against the state just before it. Empty: nothing to say. */
  readonly check: (fact: Fact<Data>, before: State, reference: Reference) => readonly Trouble[];
  /** The state after it. Never fails: an irregular fact has its effect all the same. */
  readonly evolve: (state: State, fact: Fact<Data>) => State;
  readonly caption: Caption;
  /** Article or law. */
  readonly source: string;
  readonly deadline: Deadline | null;
  /** Whether *starting* this action is barred while the record is incomplete (R-15.5đ, R-18.4e). Never recording. */
  readonly gate: boolean;
  /** Order within a day among actions without an ordinal: lower first. */
  readonly rank: number;
  /** Whether the fact can only happen to somebody alive and in service; the timeline checks it for all of them. */
  readonly needs: 'nothing' | 'life' | 'service';
}

/** Whether the key of a group of this fact was lawfully destroyed: its values are absent, and count as present. */
export function isErased(fact: FactContent, group: FieldGroup): boolean {
  return fact.erased?.includes(group) ?? false;
}

/** Names an action, so that its data type is inferred from its fields. */
export function defineAction<Data extends object>(action: Action<Data>): Action {
  return action as unknown as Action;
}

/** Out of service for a reason that can be told from the state: before any hire, or after leaving. */
export function outOfService(before: State): Trouble[] {
  if (inService(before)) return [];
  if (before.service === null) return [{ rule: 'before_hire' }];
  return [{ rule: 'after_leaving', others: [before.service.by] }];
}
