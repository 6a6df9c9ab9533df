import { PartialDateField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkPeriod } from '../period.js';

class ForeignTravel {
  @TextField({ vi: 'Nước đến', en: 'Country', secrecy: 'history', max: 200 })
  country!: string;

  @TextField({ vi: 'Mục đích', en: 'Purpose', secrecy: 'history', optional: true })
  purpose?: string;

  @PartialDateField({ vi: 'Về nước ngày', en: 'Back on', secrecy: 'history', optional: true })
  until?: string;
}

/** A journey abroad from its day on (heading V of the yearly supplement). */
export const foreignTravel = defineAction<ForeignTravel>({
  type: 'foreign_travel',
  version: 1,
  fields: ForeignTravel,
  check: (fact) => checkPeriod(fact, 'until'),
  evolve: (state) => state,
  caption: { vi: 'Đi nước ngoài', en: 'Travelled abroad' },
  source: 'Mẫu 4a-BNV/2007 (QĐ 06/2007/QĐ-BNV) mục V; QĐ 8060/QĐ-UBND Đ.10.2a',
  deadline: null,
  gate: false,
  rank: 101,
  needs: 'life',
});
