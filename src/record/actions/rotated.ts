import { DayField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkMove, move, MoveFields } from '../movement.js';
import { checkLastDay } from '../term.js';

class Rotated extends MoveFields {
  @DayField({ vi: 'Thời hạn luân chuyển đến', en: 'Term ends', secrecy: 'history', optional: true })
  until?: string;
}

/** Luân chuyển: leaders, for a term. The post taken up is an appointment of its own. */
export const rotated = defineAction<Rotated>({
  type: 'rotated',
  version: 1,
  fields: Rotated,
  check: (fact, before, reference) => [
    ...checkMove(fact, before, reference),
    ...checkLastDay(fact.range, 'until', fact.data.until),
  ],
  evolve: (state, fact) => move(state, fact, fact.data.until),
  caption: { vi: 'Luân chuyển', en: 'Rotated' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b, 11, 15.5đ; Luật CBCC 2008 Đ.26, 52',
  deadline: 'R-11',
  // The gate names "thuyên chuyển, điều động": every move from agency to agency.
  gate: true,
  rank: 31,
  needs: 'service',
});
