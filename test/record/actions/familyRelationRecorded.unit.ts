import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const relative = (data: object) =>
  record(fact('family_relation_recorded', '2012-10-05', { name: 'Trần Thị Mẹ', ...data }, { number: null }));

describe('Relative declared', () => {
  const base = Scenario.given(opened(), hired());

  it('is known by the fact, for changes name it', () => {
    const person = base.and(relative({ relation: 'cha' })).and(relative({ relation: 'me' }));
    expect(person.at('2013-01-01').relatives).to.deep.equal([eventId(3), eventId(4)]);
    expect(person.rules()).to.deep.equal([]);
  });

  it('on a side that the list does not have the relation on: recorded with its finding', () => {
    base.when(relative({ relation: 'me_vo_chong', side: 'spouse' })).withFindings();
    base.when(relative({ relation: 'me_vo_chong', side: 'self' })).withFindings('relative_side');
    base.when(relative({ relation: 'ba_con', side: 'self' })).withFindings();
  });

  it('all of it is sealed with the family', () => {
    const secrecy = fieldsOf(actionOf('family_relation_recorded').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['family']));
  });
});
