import { CodeField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkDeparture, depart } from '../departure.js';

class LeftService {
  @CodeField('leaving_reason', {
    vi: 'Lý do thôi việc',
    en: 'Reason for leaving',
    secrecy: 'history',
    optional: true,
  })
  reason?: string;

  @TextField({ vi: 'Ghi chú', en: 'Note', secrecy: 'history', optional: true })
  note?: string;
}

export const leftService = defineAction<LeftService>({
  type: 'left_service',
  version: 1,
  fields: LeftService,
  check: (_fact, before) => checkDeparture(before),
  evolve: depart('left'),
  caption: { vi: 'Thôi việc', en: 'Left service' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; Luật CBCC 2008 Đ.59',
  deadline: 'R-11.3b',
  gate: true,
  rank: 86,
  needs: 'service',
});
