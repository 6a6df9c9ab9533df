import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { QUALIFICATION_FIELDS } from '../../../src/record/actions/qualificationRecorded.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const qualified = (data: object, effective = '2008-06') =>
  record(fact('qualification_recorded', effective, data, { number: null }));

describe('Degree or certificate', () => {
  const base = Scenario.given(opened(), hired());

  it('of each item of form 2C, also from before the hire, without a deciding document: in order', () => {
    for (const field of QUALIFICATION_FIELDS) base.when(qualified({ field, level: 'ths' })).withFindings();
  });

  it('its level is a code of the list that the item names', () => {
    const { findings } = base
      .when(qualified({ field: 'informatics_level', level: 'unlisted_level' }))
      .then('qualification_recorded');
    expect(findings[0]).to.deep.include({ rule: 'code_unverified', field: 'level', params: {} });
  });

  it('a certificate of no item goes without a level; a level without its item has a finding', () => {
    base.when(qualified({ degree: 'chung_chi', subject: 'Quốc phòng, an ninh' })).withFindings();
    base.when(qualified({ level: 'B' })).withFindings('qualification_field_missing');
  });

  it('all of it is sealed with the person’s history', () => {
    const secrecy = fieldsOf(actionOf('qualification_recorded').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['history']));
  });
});
