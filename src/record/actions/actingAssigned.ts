import { ChoiceField, DayField } from '../fields.js';
import { defineAction, isErased } from '../action.js';
import { checkNotHeld, hold, PostFields } from '../posts.js';
import { checkLastDay } from '../term.js';

const KINDS = ['acting', 'in_charge'] as const;

class ActingAssigned extends PostFields {
  @ChoiceField(KINDS, {
    vi: 'Giao quyền hay giao phụ trách',
    en: 'Acting (giao quyền) or in charge (giao phụ trách)',
    secrecy: 'history',
  })
  kind!: (typeof KINDS)[number];

  @DayField({ vi: 'Đến ngày', en: 'To', secrecy: 'history', optional: true })
  until?: string;
}

/** Giao quyền, giao phụ trách: ends by its own fact, or when the same person is appointed or elected to the post. */
export const actingAssigned = defineAction<ActingAssigned>({
  type: 'acting_assigned',
  version: 1,
  fields: ActingAssigned,
  check: ({ data, range }, before) => [
    ...checkNotHeld(data, before),
    ...checkLastDay(range, 'until', data.until),
  ],
  evolve: (state, fact) =>
    hold(state, fact, {
      kind: isErased(fact, 'history') ? 'acting' : fact.data.kind,
      termEnds: fact.data.until,
    }),
  caption: { vi: 'Giao quyền, giao phụ trách', en: 'Acting in a position' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b',
  deadline: 'R-10.2b',
  gate: false,
  rank: 53,
  needs: 'service',
});
