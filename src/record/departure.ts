import type { Fact } from './action.js';
import type { Trouble } from './ruleBook.js';
import { leave, type Service, type State } from './state.js';

/** What every leaving shows: the posts still open on paper. */
export function checkDeparture(before: State): Trouble[] {
  if (before.posts.length === 0) return [];
  return [{ rule: 'post_open_after_leaving', others: before.posts.map((p) => p.by) }];
}

/** The state after leaving in this way. */
export function depart(status: Service['status']): (state: State, fact: Fact) => State {
  return (state, { id, range }) => leave(state, { by: id, since: range.first, status });
}
