import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkDeparture, depart } from '../departure.js';

class MovedOutOfCity {
  @TextField({
    vi: 'Nơi đến (tỉnh, cơ quan)',
    en: 'Destination (province, agency)',
    secrecy: 'history',
    optional: true,
  })
  destination?: string;
}

export const movedOutOfCity = defineAction<MovedOutOfCity>({
  type: 'moved_out_of_city',
  version: 1,
  fields: MovedOutOfCity,
  check: (_fact, before) => checkDeparture(before),
  evolve: depart('moved_out_of_city'),
  caption: { vi: 'Chuyển ra ngoài thành phố', en: 'Moved out of the city' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3a',
  deadline: 'R-11.3a',
  gate: false,
  rank: 81,
  needs: 'service',
});
