import { ChoiceField, FactField, TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

const OUTCOMES = ['upheld', 'corrected', 'rejected'] as const;

class DisputeResolved {
  @FactField({ vi: 'Yêu cầu được giải quyết', en: 'The dispute', secrecy: 'open' })
  dispute!: string;

  @ChoiceField(OUTCOMES, {
    vi: 'Kết quả (yêu cầu đúng; đã đính chính; bác yêu cầu)',
    en: 'Outcome (request upheld; record corrected; request rejected)',
    secrecy: 'open',
  })
  outcome!: (typeof OUTCOMES)[number];

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true, max: 2000 })
  reason?: string;
}

export const disputeResolved = defineAction<DisputeResolved>({
  type: 'dispute_resolved',
  version: 1,
  fields: DisputeResolved,
  check: checkOpen,
  evolve: (state, { data }) => ({
    ...state,
    disputes: state.disputes.filter((d) => d.by !== data.dispute),
  }),
  caption: { vi: 'Giải quyết yêu cầu kiểm tra, đính chính', en: 'Dispute resolved' },
  source: 'Luật CNTT 67/2006/QH11 Đ.21.2d; QĐ 8060/QĐ-UBND Đ.15.3',
  deadline: null,
  gate: false,
  rank: 106,
  needs: 'nothing',
});

function checkOpen({ data: { dispute } }: Fact<DisputeResolved>, before: State): Trouble[] {
  return before.disputes.some((d) => d.by === dispute)
    ? []
    : [{ rule: 'dispute_not_open', field: 'dispute', others: [dispute] }];
}
