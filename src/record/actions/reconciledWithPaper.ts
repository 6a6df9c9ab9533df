import { ChoiceField, IntegerField, TextField } from '../fields.js';
import { defineAction } from '../action.js';

const RESULTS = ['matches', 'differs'] as const;

class ReconciledWithPaper {
  @IntegerField({
    vi: 'Bản của hồ sơ đã đối chiếu',
    en: 'Revision of the record that was compared',
    secrecy: 'open',
    min: 0,
    max: 1_000_000,
  })
  revision!: number;

  @ChoiceField(RESULTS, {
    vi: 'Kết quả (khớp; có sai khác)',
    en: 'Result (matches; differs)',
    secrecy: 'open',
  })
  result!: (typeof RESULTS)[number];

  @TextField({ vi: 'Ghi chú', en: 'Note', secrecy: 'history', optional: true, max: 2000 })
  note?: string;
}

/** The record was compared with the paper file. */
export const reconciledWithPaper = defineAction<ReconciledWithPaper>({
  type: 'reconciled_with_paper',
  version: 1,
  fields: ReconciledWithPaper,
  check: () => [],
  evolve: (state, { id, range, data: { revision, result } }) => ({
    ...state,
    reconciled: { by: id, since: range.first, revision, result },
  }),
  caption: { vi: 'Đối chiếu với hồ sơ giấy', en: 'Reconciled with the paper file' },
  source: 'QĐ 8060/QĐ-UBND Đ.7.2, 15.4, 16.3',
  deadline: null,
  gate: false,
  rank: 104,
  needs: 'nothing',
});
