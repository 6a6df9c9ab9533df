import { expect } from 'chai';
import { validateFields } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Academic title awarded', () => {
  const base = Scenario.given(opened(), hired());

  it('is recorded, and changes nobody', () => {
    const awarded = record(
      fact('academic_title_awarded', '2013-11-20', { title: 'pgs', subject: 'Luật học' }),
    );
    base.when(awarded).withFindings();
    expect(base.and(awarded).at('2013-11-20')).to.deep.equal(base.at('2013-11-20'));
  });

  it('one that the list does not have: recorded as unverified; none: not a form', () => {
    base
      .when(record(fact('academic_title_awarded', '2013-11-20', { title: 'unlisted' })))
      .withFindings('code_unverified');
    expect(validateFields(actionOf('academic_title_awarded').fields, {})[0]?.rule).to.equal('required');
  });
});
