import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkDeparture, depart } from '../departure.js';

class MovedToPartyBloc {
  @TextField({ vi: 'Nơi đến', en: 'Destination', secrecy: 'history', optional: true })
  destination?: string;
}

export const movedToPartyBloc = defineAction<MovedToPartyBloc>({
  type: 'moved_to_party_bloc',
  version: 1,
  fields: MovedToPartyBloc,
  check: (_fact, before) => checkDeparture(before),
  evolve: depart('moved_to_party_bloc'),
  caption: { vi: 'Chuyển sang khối Đảng', en: 'Moved to the Party bloc' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3a',
  deadline: 'R-11.3a',
  gate: false,
  rank: 80,
  needs: 'service',
});
