import { CodeField, DayField, DecimalField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class AllowanceGranted {
  @CodeField('allowance_type', { vi: 'Loại phụ cấp', en: 'Kind of allowance', secrecy: 'pay_tax' })
  type!: string;

  @DecimalField({ vi: 'Hệ số', en: 'Coefficient', secrecy: 'pay_tax', optional: true })
  coefficient?: string;

  @DecimalField({ vi: 'Tỷ lệ phần trăm', en: 'Percent', secrecy: 'pay_tax', optional: true })
  percent?: string;

  @DecimalField({
    vi: 'Mức tiền (đồng/tháng)',
    en: 'Amount (VND a month)',
    secrecy: 'pay_tax',
    optional: true,
  })
  amount?: string;

  @CodeField('other_allowance_calculation', {
    vi: 'Cách tính',
    en: 'How it is calculated',
    secrecy: 'pay_tax',
    optional: true,
  })
  calculation?: string;

  @DayField({ vi: 'Hưởng đến hết ngày', en: 'Last day', secrecy: 'pay_tax', optional: true })
  until?: string;
}

/** An allowance of a kind from a day on. A new one of the same kind takes the place of the old: the level changed. */
export const allowanceGranted = defineAction<AllowanceGranted>({
  type: 'allowance_granted',
  version: 1,
  fields: AllowanceGranted,
  check: checkMeasure,
  evolve: grant,
  caption: { vi: 'Hưởng phụ cấp', en: 'Allowance granted' },
  source: 'NĐ 204/2004/NĐ-CP Đ.6; QĐ 8060/QĐ-UBND Đ.9.1c',
  deadline: 'R-10.2b',
  gate: false,
  rank: 65,
  needs: 'service',
});

function grant(state: State, fact: Fact<AllowanceGranted>): State {
  const { calculation: _how, ...allowance } = fact.data;
  // The kind of an erased allowance is unknown: it takes nothing's place.
  const others = isErased(fact, 'pay_tax')
    ? state.allowances
    : state.allowances.filter((a) => a.type !== allowance.type);
  return { ...state, allowances: [...others, { by: fact.id, since: fact.range.first, ...allowance }] };
}

/** An allowance is a coefficient, a percentage or a sum of money. */
function checkMeasure(fact: Fact<AllowanceGranted>): Trouble[] {
  const { coefficient, percent, amount } = fact.data;
  const measures = [coefficient, percent, amount].filter((m) => m !== undefined);
  return measures.length === 1 || isErased(fact, 'pay_tax') ? [] : [{ rule: 'allowance_measure' }];
}
