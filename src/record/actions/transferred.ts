import { defineAction } from '../action.js';
import { checkMove, move, MoveFields } from '../movement.js';

class Transferred extends MoveFields {}

/** Within an agency or to another: which of the two follows from the unit tree of the day (see `transferScope`). */
export const transferred = defineAction<Transferred>({
  type: 'transferred',
  version: 1,
  fields: Transferred,
  check: checkMove,
  evolve: (state, fact) => move(state, fact),
  caption: { vi: 'Điều động', en: 'Transferred' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.1, 11.2; Luật CBCC 2008 Đ.50',
  deadline: 'R-11',
  gate: true,
  rank: 30,
  needs: 'service',
});
