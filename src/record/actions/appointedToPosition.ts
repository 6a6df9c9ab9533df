import { DayField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkBarred } from '../discipline.js';
import { checkNotHeld, hold, PostFields } from '../posts.js';
import { checkLastDay } from '../term.js';

class AppointedToPosition extends PostFields {
  @DayField({ vi: 'Thời hạn giữ chức vụ đến', en: 'Term ends', secrecy: 'history', optional: true })
  termEnds?: string;
}

/** Several positions at once are ordinary; each ends by its own fact. An acting assignment to the same one ends. */
export const appointedToPosition = defineAction<AppointedToPosition>({
  type: 'appointed_to_position',
  version: 1,
  fields: AppointedToPosition,
  check: ({ data, range }, before, reference) => [
    ...checkNotHeld(data, before),
    ...checkBarred('appointment', range, before, reference),
    ...checkLastDay(range, 'termEnds', data.termEnds),
  ],
  evolve: (state, fact) => hold(state, fact, { termEnds: fact.data.termEnds }),
  caption: { vi: 'Bổ nhiệm chức vụ', en: 'Appointed to a position' },
  source: 'Luật CBCC 2008 Đ.51',
  deadline: 'R-10.2b',
  gate: false,
  rank: 50,
  needs: 'service',
});
