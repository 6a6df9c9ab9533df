import { defineAction } from '../action.js';
import { actingMeant, checkMeant, endPost, PostEndFields } from '../posts.js';

class ActingEnded extends PostEndFields {}

export const actingEnded = defineAction<ActingEnded>({
  type: 'acting_ended',
  version: 1,
  fields: ActingEnded,
  check: ({ data }, before) => checkMeant(actingMeant(before, data)),
  evolve: (state, { data }) => endPost(state, actingMeant(state, data)),
  caption: { vi: 'Thôi giao quyền, giao phụ trách', en: 'Acting in a position ended' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b',
  deadline: 'R-10.2b',
  gate: false,
  rank: 42,
  needs: 'life',
});
