import { IN_FORCE } from '../rules/timeLimits.js';
import type { Fact } from './action.js';
import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';

/** Number and card only after the record was entered; the decision asks it since it is in force (R-10.2a). */
export function checkEntered({ range }: Fact, before: State): Trouble[] {
  return before.recordEntered === null && range.first >= IN_FORCE ? [{ rule: 'card_before_entry' }] : [];
}
