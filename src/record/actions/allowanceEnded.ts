import { CodeField, FactField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import { allowancesOn, type Allowance, type State } from '../state.js';

class AllowanceEnded {
  @FactField({
    vi: 'Quyết định hưởng phụ cấp được chấm dứt',
    en: 'The granting that ends',
    secrecy: 'open',
    optional: true,
  })
  allowance?: string;

  @CodeField('allowance_type', {
    vi: 'Loại phụ cấp (khi không nêu quyết định hưởng)',
    en: 'Kind of allowance, where no granting is named',
    secrecy: 'pay_tax',
    optional: true,
  })
  type?: string;
}

export const allowanceEnded = defineAction<AllowanceEnded>({
  type: 'allowance_ended',
  version: 1,
  fields: AllowanceEnded,
  check: checkHeld,
  evolve: (state, { data }) => ({
    ...state,
    allowances: state.allowances.filter((a) => !isMeant(a, data)),
  }),
  caption: { vi: 'Thôi hưởng phụ cấp', en: 'Allowance ended' },
  source: 'NĐ 204/2004/NĐ-CP Đ.6; QĐ 8060/QĐ-UBND Đ.9.1c',
  deadline: 'R-10.2b',
  gate: false,
  rank: 64,
  needs: 'service',
});

function isMeant(held: Allowance, { allowance, type }: AllowanceEnded): boolean {
  return allowance === undefined ? type !== undefined && held.type === type : held.by === allowance;
}

function checkHeld(fact: Fact<AllowanceEnded>, before: State): Trouble[] {
  const { allowance } = fact.data;
  if (allowancesOn(before, fact.range.first).some((a) => isMeant(a, fact.data))) return [];
  if (allowance === undefined && isErased(fact, 'pay_tax')) return [];
  return [{ rule: 'allowance_not_held', ...(allowance === undefined ? {} : { others: [allowance] }) }];
}
