import { plusDays, type Day, type DayRange } from '../dates.js';
import type { Trouble } from './ruleBook.js';
import { runsOn, type Absence, type Set, type State } from './state.js';

/** The code of the list `step_counted_time` for tạm đình chỉ công tác, tạm giữ, tạm giam. */
export const SUSPENSION = 'suspension';
/** Its codes for a term of probation of a suspended sentence (án treo), and for desertion from the army. */
export const SUSPENDED_SENTENCE = 'suspended_sentence';
export const DESERTION = 'desertion';
/** Its code for military service. */
export const MILITARY = 'military';

const SUSPENSIONS: readonly (string | null)[] = [SUSPENSION, SUSPENDED_SENTENCE, DESERTION];

/** Leave and suspension are two things: one may begin while the other runs. */
export type Family = 'leave' | 'suspension';

/** One of a family begins while another of it runs, whatever day of a partial date is meant. */
export function checkNoneRuns(family: Family, range: DayRange, before: State): Trouble[] {
  const running = ofFamily(before, family).filter((a) => runsOn(a, range.last));
  return running.length === 0 ? [] : [{ rule: 'absence_running', others: running.map((a) => a.by) }];
}

/** The state with an absence begun; `until` is its last day. */
export function begin(state: State, begun: Set, kind: string | null, until: Day | undefined): State {
  const absence: Absence = { ...begun, kind, until: until ?? null, endedBy: null };
  return { ...state, absences: [...state.absences, absence] };
}

/** The absence that an ending means: the one that it names, else the last of its family; no fact has ended it yet. */
export function absenceMeant(state: State, family: Family, named: string | undefined): Absence | undefined {
  return ofFamily(state, family).findLast(
    (a) => a.endedBy === null && (named === undefined || a.by === named),
  );
}

/** The absence to be ended must be open. */
export function checkOpen(meant: Absence | undefined, named: string | undefined, field: string): Trouble[] {
  if (meant !== undefined) return [];
  return [{ rule: 'absence_not_open', ...(named === undefined ? {} : { field, others: [named] }) }];
}

/** The state with this absence over: the day of the fact is the first day back. */
export function end(state: State, ended: Absence | undefined, { by, since }: Set): State {
  const until = plusDays(since, -1);
  return {
    ...state,
    absences: state.absences.map((a) => (a === ended ? { ...a, until, endedBy: by } : a)),
  };
}

function ofFamily(state: State, family: Family): Absence[] {
  return state.absences.filter((a) => SUSPENSIONS.includes(a.kind) === (family === 'suspension'));
}
