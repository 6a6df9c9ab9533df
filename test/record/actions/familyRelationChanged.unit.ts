import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { deceased, eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Change in a relative’s life', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    fact('family_relation_recorded', '2012-10-05', { relation: 'cha', name: 'Nguyễn Văn Cha' }),
  );
  const change = (effective: string, n: number) =>
    record(
      fact('family_relation_changed', effective, { relative: eventId(n), died: '2015' }, { number: null }),
    );

  it('names the relative declared; before that day, or of no relative: recorded with its finding', () => {
    base.when(change('2012-10-05', 3)).withFindings();
    base.when(change('2012-10-04', 3)).withFindings('relative_unknown');
    base.when(change('2015-01-01', 2)).withFindings('relative_unknown');
  });

  it('may still be declared after the person’s own death', () => {
    base
      .and(record(deceased('2014-01-01')))
      .when(change('2015-01-01', 3))
      .withFindings();
  });

  it('what it tells is sealed with the family, the reference is open', () => {
    const secrecy = fieldsOf(actionOf('family_relation_changed').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['open', 'family']));
  });
});
