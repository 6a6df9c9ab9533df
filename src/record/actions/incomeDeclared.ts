import { CodeField, DecimalField, IntegerField } from '../fields.js';
import { defineAction } from '../action.js';

class IncomeDeclared {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'pay_tax', min: 1990, max: 2199 })
  year!: number;

  @DecimalField({ vi: 'Thu nhập chịu thuế (đồng)', en: 'Taxable income (VND)', secrecy: 'pay_tax' })
  taxableIncome!: string;

  @DecimalField({ vi: 'Thuế thu nhập cá nhân (đồng)', en: 'Personal income tax (VND)', secrecy: 'pay_tax' })
  tax!: string;

  @CodeField('taxable_income', {
    vi: 'Loại thu nhập chịu thuế',
    en: 'Kind of taxable income',
    secrecy: 'pay_tax',
    optional: true,
  })
  kind?: string;

  @CodeField('personal_income_tax', { vi: 'Bậc thuế', en: 'Tax bracket', secrecy: 'pay_tax', optional: true })
  bracket?: string;
}

/** Taxable income from salary and the tax on it; not the asset declaration against corruption. */
export const incomeDeclared = defineAction<IncomeDeclared>({
  type: 'income_declared',
  version: 1,
  fields: IncomeDeclared,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Kê khai thu nhập cá nhân', en: 'Personal income declared' },
  source: 'QĐ 8060/QĐ-UBND Đ.8.7, 9.1g',
  deadline: null,
  gate: false,
  rank: 71,
  needs: 'life',
});
