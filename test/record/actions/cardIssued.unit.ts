import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const issued = (effective: string, data: object = {}) =>
  fact('card_issued', effective, { serial: 'A 001234', ...data });

describe('Card issued', () => {
  const base = Scenario.given(opened(), hired('2012-01-01'));
  const entered = Scenario.given(opened(), hired('2012-01-01'), fact('record_entered', '2013-02-15'));

  it('after the record was entered: in order; before: recorded with its finding', () => {
    entered.when(record(issued('2013-03-01'))).withFindings();
    base.when(record(issued('2013-03-01'))).withFindings('card_before_entry');
  });

  it('valid to a day before it is issued: recorded with its finding', () => {
    entered.when(record(issued('2013-03-01', { validTo: '2013-02-28' }))).withFindings('ends_before_start');
  });

  it('the serial is sealed with the identity', () => {
    const secrecy = fieldsOf(actionOf('card_issued').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['identity']));
  });
});
