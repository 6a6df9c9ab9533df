import { plusDays, type Day, type PartialDate } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { PersonalField } from './personalFields.js';

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

/** One item that the person declares: a text, a code or a whole number. */
export interface PersonalValue extends Set {
  readonly value: string | number;
}

/** The latest value of each item of `PersonalFields` that is no part of the identity. */
export type PersonalItems = Readonly<Partial<Record<PersonalField, PersonalValue>>>;

/** Membership of the Party, by the fact of the last admission. Kept after it ended: form 2C asks for the dates. */
export interface PartyMembership extends Set {
  /** Fact by which the member became an official one; null: on probation. */
  readonly officialBy: string | null;
  /** Fact by which the membership ended; null: it lasts. */
  readonly leftBy: string | null;
}

/** A request to check or correct, not settled yet: what it targets is locked (Luật CNTT 67/2006/QH11 Đ.21.2d). */
export interface Dispute extends Set {
  /** Id of the fact disputed. */
  readonly fact?: string;
  /** Identifier of the item of form 2C disputed. */
  readonly item?: string;
}

/** The last comparison with the paper file (Điều 7.2). */
export interface Reconciliation extends Set {
  /** Revision of the record that was compared. */
  readonly revision: number;
  readonly result: 'matches' | 'differs';
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
  /** Last day of a rotation (luân chuyển), where the paper names one. */
  readonly until?: Day;
}

export interface Post extends Set {
  readonly position: string;
  /** The unit in which the post is held; null where the paper names none. */
  readonly unit: string | null;
  /** How it is held; absent: by appointment. `acting` is giao quyền, `in_charge` giao phụ trách. */
  readonly kind?: 'elected' | 'acting' | 'in_charge';
  /** Last day of the term, where the paper names one. */
  readonly termEnds?: Day;
  /** The fact that last set the term, where that is not `by`. */
  readonly termBy?: string;
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
  /** Time on this step before it was lowered, which counts for the raise after the return; absent: none. */
  readonly served?: Served;
  /** Hệ số chênh lệch bảo lưu, exact decimal text, for as long as this grade is held; absent: none. */
  readonly keptDifference?: string;
}

/** Time served on a step. */
export interface Served {
  readonly months: number;
  /** Days beyond the whole months. */
  readonly days: number;
}

/** A step that a discipline lowered (hạ bậc lương): what was held, and for how long. */
export interface Lowered extends Set {
  readonly grade: string;
  readonly step: number;
  readonly served: Served;
}

export interface Pay extends Set {
  /** Exact decimal text. */
  readonly amount: string;
  readonly per: 'month' | 'year';
}

/** Phụ cấp thâm niên vượt khung (NĐ 204/2004/NĐ-CP Đ.6). */
export interface BeyondFrame extends Set {
  /** Percent of the last step's salary, exact decimal text. */
  readonly percent: string;
  /** Day from which the wait for the next percent counts. */
  readonly nextFrom: Day;
}

/** An allowance granted and not ended by a fact; `until` may lie in the past (see `allowancesOn`). */
export interface Allowance extends Set {
  /** Code of the list `allowance_type`. */
  readonly type: string;
  /** Exactly one of the three on an orderly paper; exact decimal text. */
  readonly coefficient?: string;
  readonly percent?: string;
  readonly amount?: string;
  /** Last day, both included. */
  readonly until?: Day;
}

/** The last raise of a step, whatever the grade: not twice in a row early for achievement (TT 08/2013 Đ.3.1). */
export interface LastRaise extends Set {
  readonly kind: 'regular' | 'excellent' | 'retirement_notice';
  readonly grade: string;
}

/** A reward or title: what a raise for achievement rests on. */
export interface Achievement extends Set {
  /** Last day that a partial date can mean. */
  readonly last: Day;
}

/** A decision that lengthens the wait for the next step (TT 08/2013/TT-BNV Đ.2.3). */
export interface Extension extends Set {
  readonly cause: 'discipline' | 'evaluation' | 'other';
  /** Id of the discipline or evaluation, where the paper names it. */
  readonly causedBy: string | null;
  readonly months: number;
}

/**
 * What a disciplined act violated: the duties of office, the standards of conduct (suy thoái), or something else. The
 * yearly evaluation depends on it (NĐ 335/2025/NĐ-CP).
 */
export const VIOLATIONS = ['duties', 'degradation', 'other'] as const;
export type Violation = (typeof VIOLATIONS)[number];

/** A discipline decision. Kept for ever, also when it lapsed or was revoked. */
export interface Discipline extends Set {
  /** By the state, the Party or a mass organisation. */
  readonly side: 'state' | 'party' | 'union';
  /** Code of the list `discipline_form`. */
  readonly form: string;
  /** Category of the person on that day, as recorded: the law differs by it. */
  readonly category?: string;
  readonly concerns?: Violation;
  /** The Party's discipline for the same violation: the effect may count from its day (see `effectOf`). */
  readonly partyDiscipline?: string;
  /** Fact by which it ended as a matter of course; null: none recorded. */
  readonly lapsedBy: string | null;
  /** Fact by which it was found wrong: then it counts nowhere. */
  readonly revokedBy: string | null;
}

/** A discipline and the fact that found it wrong. */
export interface FoundWrong {
  readonly discipline: string;
  readonly by: string;
}

/** The evaluation of one year. */
export interface Evaluation extends Set {
  readonly year: number;
  /** Code of the list `evaluation_level`. */
  readonly level: string;
  /** The discipline for the same act: then only the longer extension counts (TT 03/2021/TT-BNV). */
  readonly sameActAs: string | null;
}

/** A training or course of study that the person was sent to and that no fact has completed. */
export interface Training extends Set {
  readonly until?: Day;
}

/** The contract of a public employee (hợp đồng làm việc) or a worker (hợp đồng lao động); the last one signed. */
export interface Contract extends Set {
  readonly kind: 'work' | 'labour';
  /** Code of the list `contract_type`. */
  readonly type?: string;
  /** Last day of its term; absent: none. */
  readonly until?: Day;
}

/** A probation (tập sự). Kept when it is over: from 2021-08-15 it does not count for a step. */
export interface Probation extends Set {
  /** Last day, included; null: not known yet. */
  readonly until: Day | null;
  /** Fact by which it ended; null: none. */
  readonly endedBy: string | null;
}

/** A secondment (biệt phái) that no fact has ended. The managing agency stays the same. */
export interface Secondment extends Set {
  readonly hostUnit: string;
  readonly until?: Day;
}

/** Leave or suspension. Kept when it is over: whether it counts for a step depends on its kind and the law. */
export interface Absence extends Set {
  /** Code of the list `step_counted_time`: unpaid, sick, …, suspension; null: erased. */
  readonly kind: string | null;
  /** Last day away, included; null: open. */
  readonly until: Day | null;
  /** Fact by which it ended; null: none, it ends with its last day. */
  readonly endedBy: string | null;
}

/** A transfer or rotation by a personal decision: what the movement of a record follows (QĐ 8060/QĐ-UBND Đ.11). */
export interface Move extends Set {
  readonly from: string | null;
  readonly to: string;
}

/**
 * A record on its way (Điều 11.2); `by` and `since` are of its last step. Who owes the next one: `to` accepts what
 * was sent and forwards what it accepted; `from` sends again what was refused.
 */
export interface RecordMovement extends Set {
  readonly step: 'sent' | 'accepted' | 'refused';
  readonly from: string | null;
  readonly to: string;
  /** The transfer that it follows, where the paper names it. */
  readonly transfer: string | null;
}

/** Who keeps the record; `by` and `since` are of the last step of a movement. */
export interface Custody extends Set {
  /** The unit that keeps it; null: sent back to whoever sent it, which is not recorded. */
  readonly keeper: string | null;
  readonly pending: RecordMovement | null;
}

/** Notice of retirement (thông báo nghỉ hưu). */
export interface RetirementNotice extends Set {
  /** Month or day of retirement as notified; absent: erased. */
  readonly retirement?: PartialDate;
  /** Code of the list `retirement_type`, where the notice names its basis. */
  readonly basis?: string;
}

/** Retirement put back (lùi thời điểm, kéo dài thời gian công tác). */
export interface Postponement extends Set {
  /** Absent: erased. */
  readonly until?: Day;
}

/**
 * Who the person is on a day. After leaving, unit, posts, grade and pay are no longer held; the last ones stay
 * readable, for the record remains with the last agency (Điều 12.3).
 */
export interface State {
  /** Id of the fact that opened the record. */
  readonly opening: string | null;
  readonly identity: Identity | null;
  readonly personal: PersonalItems;
  readonly party: PartyMembership | null;
  /** Ids of the relatives' facts. */
  readonly relatives: readonly string[];
  /** Open ones only. */
  readonly disputes: readonly Dispute[];
  readonly reconciled: Reconciliation | null;
  readonly service: Service | null;
  readonly hire: Hire | null;
  readonly unit: Placement | null;
  readonly posts: readonly Post[];
  /** Posts still open on paper though the person has left: ended by their own fact only, held by nobody. */
  readonly lapsedPosts: readonly Post[];
  readonly grade: Grade | null;
  readonly pay: Pay | null;
  readonly beyondFrame: BeyondFrame | null;
  readonly allowances: readonly Allowance[];
  readonly lastRaise: LastRaise | null;
  readonly achievements: readonly Achievement[];
  /** Until the return to that step, or another grade. */
  readonly lowered: Lowered | null;
  readonly extensions: readonly Extension[];
  readonly disciplines: readonly Discipline[];
  /** Disciplines that a revocation of any day found wrong: known from the start, to judge in hindsight. */
  readonly foundWrong: readonly FoundWrong[];
  readonly evaluations: readonly Evaluation[];
  readonly trainings: readonly Training[];
  readonly contract: Contract | null;
  readonly probations: readonly Probation[];
  readonly secondment: Secondment | null;
  readonly absences: readonly Absence[];
  readonly moves: readonly Move[];
  /** Null: no movement of the record was ever entered; it is where the person is. */
  readonly custody: Custody | null;
  /** The last time the record was entered in full (R-10.1b). */
  readonly recordEntered: Set | null;
  readonly retirementNotice: RetirementNotice | null;
  readonly postponement: Postponement | null;
  readonly lastUnit: Placement | null;
  readonly lastGrade: Grade | null;
  readonly death: { readonly by: string; readonly range: { readonly first: Day; readonly last: Day } } | null;
  /** Groups lawfully destroyed in a fact that this state was built from. */
  readonly erased: readonly FieldGroup[];
}

export const INITIAL: State = {
  opening: null,
  identity: null,
  personal: {},
  party: null,
  relatives: [],
  disputes: [],
  reconciled: null,
  service: null,
  hire: null,
  unit: null,
  posts: [],
  lapsedPosts: [],
  grade: null,
  pay: null,
  beyondFrame: null,
  allowances: [],
  lastRaise: null,
  achievements: [],
  lowered: null,
  extensions: [],
  disciplines: [],
  foundWrong: [],
  evaluations: [],
  trainings: [],
  contract: null,
  probations: [],
  secondment: null,
  absences: [],
  moves: [],
  custody: null,
  recordEntered: null,
  retirementNotice: null,
  postponement: null,
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
    beyondFrame: null,
    allowances: [],
    trainings: [],
    contract: null,
    probations: endRunning(state.probations, service),
    secondment: null,
    absences: endRunning(state.absences, service),
    retirementNotice: null,
    postponement: null,
  };
}

/** What still runs on a day ends the day before it. */
export function endRunning<T extends Probation | Absence>(
  all: readonly T[],
  { by, since }: Set,
): readonly T[] {
  return all.map((one) => (runsOn(one, since) ? { ...one, endedBy: by, until: plusDays(since, -1) } : one));
}

/** Whether a probation or an absence, as recorded so far, still runs on a day. */
export function runsOn({ until }: Probation | Absence, day: Day): boolean {
  return until === null || until >= day;
}

/** The allowances in force on a day: those whose last day is not past. */
export function allowancesOn(state: State, day: Day): readonly Allowance[] {
  return state.allowances.filter((a) => a.until === undefined || a.until >= day);
}

/** The disciplines that were not revoked: a revoked one counts nowhere. A lapsed one stands. */
export function standingDisciplines(state: State): readonly Discipline[] {
  return state.disciplines.filter((d) => d.revokedBy === null);
}
