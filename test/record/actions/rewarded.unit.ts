import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Rewarded', () => {
  const base = Scenario.given(opened(), hired());
  const reward = (effective: string) =>
    record(fact('rewarded', effective, { form: 'giay_khen', level: 'department_or_district', year: 2013 }));

  it('is recorded, also after retirement, and changes nothing but what a raise for achievement may rest on', () => {
    const retired = base.and(record(fact('retired', '2014-01-01')));
    retired.when(reward('2014-09-02')).withFindings();
    const day = '2014-09-02';
    expect(retired.and(reward(day)).at(day)).to.deep.equal({
      ...retired.at(day),
      achievements: [{ by: eventId(4), since: day, last: day }],
    });
  });

  it('without a deciding document: recorded with its finding', () => {
    base
      .when(record(fact('rewarded', '2013-09-02', { form: 'giay_khen' }, { number: null })))
      .withFindings('document_missing');
  });

  it('its form and its reason are sealed', () => {
    for (const field of fieldsOf(actionOf('rewarded').fields)) expect(field.secrecy).to.equal('history');
  });
});
