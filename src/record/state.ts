import type { Day, PartialDate } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';

/** Where a value comes from: the fact that set it, and since when. */
export interface Set {
  /** Id of the fact. */
  readonly by: string;
  /** First day on which it is in force. */
  readonly since: Day;
}

export interface Identity extends Set {
  readonly familyName: string;
  readonly givenName: string;
  readonly otherName?: string;
  readonly dateOfBirth?: PartialDate;
  readonly sex?: string;
}

export type ServiceStatus =
  'not_in_service' | 'in_service' | 'retired' | 'left' | 'moved_to_party_bloc' | 'moved_out_of_city' | 'died';

export interface Service extends Set {
  readonly status: Exclude<ServiceStatus, 'not_in_service'>;
}

export interface Hire extends Set {
  readonly category?: string;
  readonly agency?: string;
}

export interface Placement extends Set {
  readonly unit: string;
}

export interface Post extends Set {
  readonly position: string;
  /** The unit in which the post is held; null where the paper names none. */
  readonly unit: string | null;
}

export interface Grade extends Set {
  readonly grade: string;
  readonly step: number;
  /** Exact decimal text. */
  readonly coefficient?: string;
  /** Day from which the step is paid (ngày hưởng). */
  readonly salaryDate: Day;
  /** Day from which the wait for the next step counts (mốc tính nâng bậc lần sau). */
  readonly nextStepFrom: Day;
}

export interface Pay extends Set {
  /** Exact decimal text. */
  readonly amount: string;
  readonly per: 'month' | 'year';
}

/**
 * Who the person is on a day. After leaving, unit, posts, grade and pay are no longer held; the last ones stay
 * readable, for the record remains with the last agency (Điều 12.3).
 */
export interface State {
  readonly identity: Identity | null;
  readonly service: Service | null;
  readonly hire: Hire | null;
  readonly unit: Placement | null;
  readonly posts: readonly Post[];
  /** Posts still open on paper though the person has left: ended by their own fact only, held by nobody. */
  readonly lapsedPosts: readonly Post[];
  readonly grade: Grade | null;
  readonly pay: Pay | null;
  readonly lastUnit: Placement | null;
  readonly lastGrade: Grade | null;
  readonly death: { readonly by: string; readonly range: { readonly first: Day; readonly last: Day } } | null;
  /** Groups lawfully destroyed in a fact that this state was built from. */
  readonly erased: readonly FieldGroup[];
}

export const INITIAL: State = {
  identity: null,
  service: null,
  hire: null,
  unit: null,
  posts: [],
  lapsedPosts: [],
  grade: null,
  pay: null,
  lastUnit: null,
  lastGrade: null,
  death: null,
  erased: [],
};

export function statusOf(state: State): ServiceStatus {
  return state.service?.status ?? 'not_in_service';
}

export function inService(state: State): boolean {
  return state.service?.status === 'in_service';
}

/** What every way out of service does: nothing is held any more, the last values stay readable. */
export function leave(state: State, service: Service): State {
  return {
    ...state,
    service,
    unit: null,
    posts: [],
    lapsedPosts: [...state.lapsedPosts, ...state.posts],
    grade: null,
    pay: null,
  };
}
