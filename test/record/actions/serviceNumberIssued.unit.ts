import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const issued = (effective: string) => fact('service_number_issued', effective, { number: '48.0012345' });
const entered = (effective: string) => fact('record_entered', effective);

describe('Service number issued', () => {
  const base = Scenario.given(opened(), hired('2012-01-01'));

  it('after the record was entered, on that day at the earliest', () => {
    base
      .and(record(entered('2013-02-15')))
      .when(record(issued('2013-02-15')))
      .withFindings();
  });

  it('before it: recorded with its finding, for it is issued', () => {
    base.when(record(issued('2013-02-15'))).withFindings('card_before_entry');
    base
      .and(record(entered('2013-02-16')))
      .when(record(issued('2013-02-15')))
      .withFindings('card_before_entry');
  });

  it('before the decision was in force: in order', () => {
    base.when(record(issued('2012-10-02'))).withFindings();
  });

  it('the number is sealed with the identity', () => {
    expect(fieldsOf(actionOf('service_number_issued').fields).map((f) => f.secrecy)).to.deep.equal([
      'identity',
    ]);
  });
});
