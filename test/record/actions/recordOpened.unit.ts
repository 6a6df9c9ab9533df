import { expect } from 'chai';
import { opened, record, Scenario } from '../../support/record.js';

describe('Record opened', () => {
  it('given nothing, when a record is opened, then it is opened and the person has a name', () => {
    const outcome = Scenario.given().when(
      record(opened('2012-10-03', { dateOfBirth: '1980', otherName: 'Mai' })),
    );
    const { after } = outcome.then('record_opened');
    expect(after.states[0]?.identity).to.include({ givenName: 'Mẫu', otherName: 'Mai', dateOfBirth: '1980' });
    outcome.withFindings();
  });

  it('given an opened record, when it is opened again, then refused', () => {
    Scenario.given(opened())
      .when(record(opened('2013-01-01')))
      .refusedBy('opened_twice');
  });

  it('given a list of sexes that is complete, when another code is given, then refused', () => {
    const refusal = Scenario.given()
      .when(record(opened('2012-10-03', { sex: 'x' })))
      .refusedBy('code_invalid');
    expect(refusal.field).to.equal('sex');
    // The value itself is personal and is not repeated.
    expect(refusal.params).to.deep.equal({ list: 'sex' });
  });
});
