import { ChoiceField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkMember } from '../party.js';

const MANNERS = ['own_wish', 'name_struck', 'expelled', 'other'] as const;

class PartyLeft {
  @ChoiceField(MANNERS, {
    vi: 'Cách ra khỏi Đảng (xin ra; xóa tên; khai trừ; khác)',
    en: 'How (own wish; name struck off; expelled; other)',
    secrecy: 'political',
    optional: true,
  })
  manner?: (typeof MANNERS)[number];

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'political', optional: true, max: 1000 })
  reason?: string;
}

export const partyLeft = defineAction<PartyLeft>({
  type: 'party_left',
  version: 1,
  fields: PartyLeft,
  check: (_fact, before) => checkMember(before),
  evolve: (state, { id }) => ({
    ...state,
    party: state.party === null ? null : { ...state.party, leftBy: state.party.leftBy ?? id },
  }),
  caption: { vi: 'Ra khỏi Đảng', en: 'Left the Party' },
  source: 'Điều lệ Đảng Đ.8, 35',
  deadline: null,
  gate: false,
  rank: 7,
  needs: 'life',
});
