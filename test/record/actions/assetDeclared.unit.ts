import { expect } from 'chai';
import { fieldsOf, validateFields } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Asset declaration filed', () => {
  const { fields } = actionOf('asset_declared');

  it('is recorded without a deciding document', () => {
    Scenario.given(opened(), hired())
      .when(record(fact('asset_declared', '2021-12-20', { year: 2021, kind: 'yearly' }, { number: null })))
      .withFindings();
  });

  it('keeps the fact of filing only: no field takes what was declared', () => {
    expect(fieldsOf(fields).map((f) => f.name)).to.deep.equal(['year', 'kind']);
    expect(validateFields(fields, { year: 2021, kind: 'yearly', value: '1' })[0]?.rule).to.equal(
      'unknown_field',
    );
  });
});
