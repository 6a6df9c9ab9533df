import { CodeField, DayField } from '../fields.js';
import { defineAction, isErased } from '../action.js';
import { checkDeparture, depart } from '../departure.js';
import { checkAge, checkPension } from '../retirement.js';

class Retired {
  @CodeField('retirement_type', {
    vi: 'Hình thức nghỉ hưu',
    en: 'Type of retirement',
    secrecy: 'history',
    optional: true,
  })
  type?: string;

  @DayField({ vi: 'Hưởng lương hưu từ', en: 'Pension from', secrecy: 'pay_tax', optional: true })
  pensionFrom?: string;
}

export const retired = defineAction<Retired>({
  type: 'retired',
  version: 1,
  fields: Retired,
  check: (fact, before, reference) => [
    // Which type it was, and so which age counts, nobody can tell where that was erased.
    ...(isErased(fact, 'history')
      ? []
      : checkAge(fact.range, fact.data.type ?? 'dung_tuoi', before, reference)),
    ...checkPension(fact.range, fact.data.pensionFrom),
    ...checkDeparture(before),
  ],
  evolve: depart('retired'),
  caption: { vi: 'Nghỉ hưu', en: 'Retired' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; NĐ 46/2010/NĐ-CP',
  deadline: 'R-11.3b',
  gate: true,
  rank: 85,
  needs: 'service',
});
