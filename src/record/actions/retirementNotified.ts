import { CodeField, PartialDateField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkNotice } from '../retirement.js';

class RetirementNotified {
  @PartialDateField({
    vi: 'Tháng (hoặc ngày) nghỉ hưu',
    en: 'Month or day of retirement',
    secrecy: 'history',
  })
  retirement!: string;

  @CodeField('retirement_type', {
    vi: 'Hình thức, căn cứ nghỉ hưu',
    en: 'Type or basis of the retirement',
    secrecy: 'history',
    optional: true,
    since: 2,
  })
  basis?: string;
}

export const retirementNotified = defineAction<RetirementNotified>({
  type: 'retirement_notified',
  version: 2,
  fields: RetirementNotified,
  check: ({ data, range }) => checkNotice(range, data.retirement),
  evolve: (state, { id, range, data }) => {
    const retirement = data.retirement as string | undefined;
    const notice = {
      ...(retirement === undefined ? {} : { retirement }),
      ...(data.basis === undefined ? {} : { basis: data.basis }),
    };
    return { ...state, retirementNotice: { by: id, since: range.first, ...notice } };
  },
  caption: { vi: 'Thông báo nghỉ hưu', en: 'Notified of retirement' },
  source: 'NĐ 46/2010/NĐ-CP; NĐ 115/2020/NĐ-CP Đ.59; NĐ 170/2025/NĐ-CP Đ.61–63',
  deadline: 'R-10.2b',
  gate: false,
  rank: 82,
  needs: 'service',
});
