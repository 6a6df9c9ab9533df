import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Yearly supplement declared', () => {
  const base = Scenario.given(opened(), hired());

  it('names the year; a supplement may say that nothing changed', () => {
    base
      .when(record(fact('supplement_declared', '2013-12-20', { year: 2013 }, { number: null })))
      .withFindings();
  });

  it('each heading is sealed in the group of what it tells', () => {
    const groups = Object.fromEntries(
      fieldsOf(actionOf('supplement_declared').fields).map((f) => [f.name, f.secrecy]),
    );
    expect(groups).to.deep.equal({
      year: 'history',
      posts: 'history',
      training: 'history',
      rewards: 'history',
      discipline: 'discipline',
      travel: 'history',
      health: 'health',
      economy: 'pay_tax',
      family: 'family',
      other: 'history',
    });
  });
});
