import type { Fact } from './action.js';
import type { State } from './state.js';

/** The state with this reward or title: whoever has one may be raised early for it (TT 08/2013/TT-BNV Đ.3.1). */
export function achieve(state: State, { id, range }: Fact): State {
  const achievement = { by: id, since: range.first, last: range.last };
  return { ...state, achievements: [...state.achievements, achievement] };
}
