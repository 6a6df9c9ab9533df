import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkMember } from '../party.js';

class PartyOfficial {
  @TextField({
    vi: 'Chi bộ, nơi công nhận chính thức',
    en: 'Cell that recognised the official member',
    secrecy: 'political',
    optional: true,
  })
  cell?: string;
}

/** The Party member on probation becomes an official one. */
export const partyOfficial = defineAction<PartyOfficial>({
  type: 'party_official',
  version: 1,
  fields: PartyOfficial,
  check: (_fact, before) => [
    ...checkMember(before),
    ...(before.party?.officialBy == null
      ? []
      : [{ rule: 'party_official_twice' as const, others: [before.party.officialBy] }]),
  ],
  // Old files know the official day only: then it stands for the admission too.
  evolve: (state, { id, range }) => ({
    ...state,
    party: {
      ...(state.party?.leftBy === null ? state.party : { by: id, since: range.first, leftBy: null }),
      officialBy: id,
    },
  }),
  caption: { vi: 'Công nhận đảng viên chính thức', en: 'Became an official Party member' },
  source: 'Mẫu 2C-BNV/2008 mục 16; Điều lệ Đảng Đ.5',
  deadline: null,
  gate: false,
  rank: 6,
  needs: 'life',
});
