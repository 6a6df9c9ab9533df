import type { Fact } from './action.js';
import type { Trouble } from './ruleBook.js';
import type { Custody, RecordMovement, Set, State } from './state.js';

/** The fact of a step, as by and since. */
export function setBy({ id, range }: Fact): Set {
  return { by: id, since: range.first };
}

/** The movement of the record that waits for its next step. */
export function pendingOf(state: State): RecordMovement | null {
  return state.custody?.pending ?? null;
}

/** The step that comes next must follow this one. */
export function checkAfter(step: RecordMovement['step'], before: State): Trouble[] {
  const pending = pendingOf(before);
  return pending?.step === step ? [] : outOfOrder(pending);
}

/** A step out of order, with the one that is waiting. */
export function outOfOrder(pending: RecordMovement | null): Trouble[] {
  return [{ rule: 'record_step_order', ...(pending === null ? {} : { others: [pending.by] }) }];
}

/** The state with the record kept there, and this movement waiting. */
export function keep(
  state: State,
  fact: Fact,
  { keeper, pending }: { keeper: string | null; pending: Omit<RecordMovement, keyof Set> | null },
): State {
  const set = setBy(fact);
  const custody: Custody = { ...set, keeper, pending: pending === null ? null : { ...set, ...pending } };
  return { ...state, custody };
}

/**
 * Who keeps the record: where its last movement left it; before any, the last unit, which keeps it after the person has
 * left as well (Điều 12.3). A placement later than the movement takes over: entered papers do not always tell of both.
 * Null: nothing says so yet, so it is the unit for which the record was opened.
 */
export function keeperOf({ custody, lastUnit }: State): string | null {
  const kept = custody?.keeper ?? null;
  if (custody === null || kept === null) return lastUnit?.unit ?? null;
  const moved = custody.pending === null && lastUnit !== null && lastUnit.since > custody.since;
  return moved ? lastUnit.unit : kept;
}
