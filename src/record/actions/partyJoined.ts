import { TextField } from '../fields.js';
import { defineAction } from '../action.js';

class PartyJoined {
  @TextField({
    vi: 'Chi bộ, nơi kết nạp',
    en: 'Cell, place of admission',
    secrecy: 'political',
    optional: true,
  })
  cell?: string;
}

/** Admitted to the Party, on probation. */
export const partyJoined = defineAction<PartyJoined>({
  type: 'party_joined',
  version: 1,
  fields: PartyJoined,
  check: (_fact, { party }) =>
    party === null || party.leftBy !== null ? [] : [{ rule: 'party_joined_twice', others: [party.by] }],
  evolve: (state, { id, range }) => ({
    ...state,
    party: { by: id, since: range.first, officialBy: null, leftBy: null },
  }),
  caption: { vi: 'Kết nạp vào Đảng Cộng sản Việt Nam', en: 'Admitted to the Party' },
  source: 'Mẫu 2C-BNV/2008 mục 16; Điều lệ Đảng Đ.4, 5',
  deadline: null,
  gate: false,
  rank: 5,
  needs: 'life',
});
