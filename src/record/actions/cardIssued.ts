import { DayField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkEntered } from '../card.js';
import { checkLastDay } from '../term.js';

class CardIssued {
  @TextField({ vi: 'Số sê-ri thẻ', en: 'Serial of the card', secrecy: 'identity', max: 50 })
  serial!: string;

  @DayField({ vi: 'Có giá trị đến', en: 'Valid to', secrecy: 'identity', optional: true })
  validTo?: string;
}

export const cardIssued = defineAction<CardIssued>({
  type: 'card_issued',
  version: 1,
  fields: CardIssued,
  check: (fact, before) => [
    ...checkEntered(fact, before),
    ...checkLastDay(fact.range, 'validTo', fact.data.validTo),
  ],
  evolve: (state) => state,
  caption: { vi: 'Cấp thẻ công chức, viên chức', en: 'Card issued' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2a; QĐ 06/2008/QĐ-BNV',
  deadline: 'R-10.2b',
  // Starting it has a gate of its own: R-10.2a.
  gate: false,
  rank: 19,
  needs: 'service',
});
