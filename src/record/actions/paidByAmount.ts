import { ChoiceField, DecimalField } from '../fields.js';
import { defineAction } from '../action.js';

class PaidByAmount {
  @DecimalField({ vi: 'Số tiền', en: 'Amount', secrecy: 'pay_tax' })
  amount!: string;

  @ChoiceField(['month', 'year'], {
    vi: 'Tính theo tháng hay năm',
    en: 'Per month or year',
    secrecy: 'pay_tax',
  })
  per!: 'month' | 'year';
}

/** Staff whose pay is a sum of money, not a step of a table (contracts; NĐ 161/2018, NĐ 111/2022). */
export const paidByAmount = defineAction<PaidByAmount>({
  type: 'paid_by_amount',
  version: 1,
  fields: PaidByAmount,
  check: () => [],
  evolve: (state, { id, range, data }) => ({
    ...state,
    pay: { by: id, since: range.first, amount: data.amount, per: data.per },
  }),
  caption: { vi: 'Hưởng lương theo mức tiền', en: 'Paid by amount' },
  source: 'NĐ 68/2000/NĐ-CP; NĐ 161/2018/NĐ-CP; NĐ 111/2022/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  rank: 70,
  needs: 'service',
});
