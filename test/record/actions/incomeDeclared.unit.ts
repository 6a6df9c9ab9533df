import { expect } from 'chai';
import { fieldsOf, validateFields } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Personal income declared', () => {
  const { fields } = actionOf('income_declared');
  const data = { year: 2013, taxableIncome: '98765432.5', tax: '1234567' };

  it('is recorded as declared, without a deciding document, and changes nobody', () => {
    const base = Scenario.given(opened(), hired());
    const declared = record(fact('income_declared', '2014-03-01', data, { number: null }));
    base.when(declared).withFindings();
    expect(base.and(declared).at('2014-03-01')).to.deep.equal(base.at('2014-03-01'));
  });

  it('amounts are exact decimals, never floating point', () => {
    expect(validateFields(fields, data)).to.deep.equal([]);
    expect(validateFields(fields, { ...data, tax: 1234567 })[0]).to.include({
      pointer: '/tax',
      rule: 'decimal',
    });
  });

  it('all of it is sealed in the group of pay and tax', () => {
    expect(new Set(fieldsOf(fields).map((f) => f.secrecy))).to.deep.equal(new Set(['pay_tax']));
  });
});
