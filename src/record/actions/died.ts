import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { leave } from '../state.js';

class Died {
  @TextField({ vi: 'Nơi mất', en: 'Place of death', secrecy: 'identity', optional: true })
  place?: string;
}

export const died = defineAction<Died>({
  type: 'died',
  version: 1,
  fields: Died,
  check: (_fact, before) =>
    before.death === null ? [] : [{ rule: 'died_twice', others: [before.death.by] }],
  evolve: (state, { id, range }) => ({
    ...leave(state, { by: id, since: range.first, status: 'died' }),
    death: { by: id, range },
  }),
  caption: { vi: 'Từ trần', en: 'Died' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b',
  deadline: 'R-11.3b',
  gate: false,
  rank: 99,
  needs: 'nothing',
});
