import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Reconciled with the paper file', () => {
  const base = Scenario.given(opened(), hired());
  const reconciled = (effective: string, result: string) =>
    record(fact('reconciled_with_paper', effective, { revision: 1, result }, { number: null }));

  it('the last one stands, with the revision compared and its result', () => {
    const person = base.and(reconciled('2013-06-01', 'differs')).and(reconciled('2013-07-01', 'matches'));
    expect(person.at('2013-06-30').reconciled).to.deep.equal({
      by: eventId(3),
      since: '2013-06-01',
      revision: 1,
      result: 'differs',
    });
    expect(person.at('2013-07-01').reconciled).to.deep.include({ by: eventId(4), result: 'matches' });
    expect(person.rules()).to.deep.equal([]);
  });
});
