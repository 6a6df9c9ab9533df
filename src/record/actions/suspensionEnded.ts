import { ChoiceField, FactField } from '../fields.js';
import { absenceMeant, checkOpen, end } from '../absence.js';
import { defineAction } from '../action.js';

class SuspensionEnded {
  @ChoiceField(['no_violation', 'disciplined', 'convicted', 'other'], {
    vi: 'Kết quả (không vi phạm; bị kỷ luật; bị kết án; khác)',
    en: 'Outcome',
    secrecy: 'discipline',
  })
  outcome!: 'no_violation' | 'disciplined' | 'convicted' | 'other';

  @FactField({
    vi: 'Quyết định đình chỉ (không ghi: lần gần nhất)',
    en: 'The suspension (absent: the last one)',
    secrecy: 'open',
    optional: true,
  })
  suspension?: string;
}

/** The day of the fact is the first day after it. */
export const suspensionEnded = defineAction<SuspensionEnded>({
  type: 'suspension_ended',
  version: 1,
  fields: SuspensionEnded,
  check: ({ data: { suspension } }, before) =>
    checkOpen(absenceMeant(before, 'suspension', suspension), suspension, 'suspension'),
  evolve: (state, { id, range, data }) =>
    end(state, absenceMeant(state, 'suspension', data.suspension), { by: id, since: range.first }),
  caption: { vi: 'Hết tạm đình chỉ, tạm giữ, tạm giam', en: 'Suspension ended' },
  source: 'Luật CBCC 2008 Đ.81; Luật Viên chức 2010 Đ.54',
  deadline: 'R-10.2b',
  gate: false,
  rank: 27,
  needs: 'life',
});
