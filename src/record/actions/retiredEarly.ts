import { CodeField, DayField, IntegerField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkDeparture, depart } from '../departure.js';

class RetiredEarly {
  @CodeField('retirement_type', { vi: 'Căn cứ nghỉ hưu trước tuổi', en: 'Basis', secrecy: 'history' })
  basis!: string;

  @IntegerField({
    vi: 'Số tháng nghỉ trước tuổi',
    en: 'Months early',
    secrecy: 'history',
    optional: true,
    min: 1,
    max: 180,
  })
  monthsEarly?: number;

  @DayField({ vi: 'Hưởng lương hưu từ', en: 'Pension from', secrecy: 'pay_tax', optional: true })
  pensionFrom?: string;
}

export const retiredEarly = defineAction<RetiredEarly>({
  type: 'retired_early',
  version: 1,
  fields: RetiredEarly,
  check: (_fact, before) => checkDeparture(before),
  evolve: depart('retired'),
  caption: { vi: 'Nghỉ hưu trước tuổi', en: 'Retired early' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; NĐ 108/2014, 29/2023, 178/2024, 154/2025/NĐ-CP',
  deadline: 'R-11.3b',
  gate: true,
  rank: 84,
  needs: 'service',
});
