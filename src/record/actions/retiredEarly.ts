import { CodeField, DayField, IntegerField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { checkDeparture, depart } from '../departure.js';
import { checkAge, checkPension } from '../retirement.js';
import { mayBeRaisedOnLeaving } from '../../rules/earlyStep.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

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
  check: (fact, before, reference) => [
    ...checkBasis(fact, before, reference),
    ...checkPension(fact.range, fact.data.pensionFrom),
    ...checkDeparture(before),
  ],
  evolve: depart('retired'),
  caption: { vi: 'Nghỉ hưu trước tuổi', en: 'Retired early' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; NĐ 108/2014, 29/2023, 178/2024, 154/2025/NĐ-CP',
  deadline: 'R-11.3b',
  gate: true,
  rank: 84,
  needs: 'service',
});

/** Not before the age for the basis, and not after a raise on the notice of a retirement that was none (NĐ 178/2024). */
function checkBasis(
  { data, range }: Fact<Partial<RetiredEarly>>,
  before: State,
  reference: Reference,
): Trouble[] {
  const { basis } = data;
  if (basis === undefined) return [];
  const raise = before.lastRaise;
  const wasRaised =
    raise?.kind === 'retirement_notice' && !mayBeRaisedOnLeaving(reference, basis, range.first);
  return [
    ...checkAge(range, basis, before, reference),
    ...(wasRaised
      ? [{ rule: 'early_notice_of_early_leaver' as const, field: 'basis', others: [raise.by] }]
      : []),
  ];
}
