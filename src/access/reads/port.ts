import type { Day } from '../../dates.js';
import type { FieldGroup } from '../../fieldGroups.js';
import type { Ground } from '../decision.js';

/** One question about persons: who asked, for which agency, what about, on what right. */
export interface ReadLine {
  readonly at: string;
  readonly request: string;
  readonly account: string;
  readonly unit: string;
  readonly client: string;
  /** Method and path template. */
  readonly route: string;
  /** Null: a list. */
  readonly person: string | null;
  readonly ground: Ground | null;
  readonly consents: readonly string[];
  readonly groups: readonly FieldGroup[];
  readonly asOf: Day | null;
  readonly knownAt: number | null;
  /** Filter of a list, sealed; of direct access on the command line what it was for. */
  readonly filter: string | null;
  readonly count: number | null;
  readonly status: number;
}

/** A line as it is told: numbered, so that a reader can go on after it. */
export type ToldRead = ReadLine & { readonly id: number };

/** Where lines are kept. Rejects with AccessUnavailable when it is away. */
export interface ReadStore {
  add(lines: readonly ReadLine[]): Promise<void>;
  /** Who has read these records of one person: the latest first, before a number. */
  ofPerson(records: readonly string[], limit: number, before?: number): Promise<readonly ToldRead[]>;
  close(): Promise<void>;
}

/** What a read was for, where that had to be said: direct access of the operator. Null: the right says it, or a consent. */
export function purposeOf({ ground, filter }: ReadLine): string | null {
  return ground === 'operator' ? filter : null;
}
