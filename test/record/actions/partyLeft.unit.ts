import { expect } from 'chai';
import { eventId, fact, opened, record, Scenario } from '../../support/record.js';

describe('Left the Party', () => {
  const base = Scenario.given(opened(), fact('party_joined', '2008-02-03'));
  const left = (effective: string) => record(fact('party_left', effective, { manner: 'own_wish' }));

  it('the dates of the membership stay known', () => {
    const person = base.and(left('2010-01-01'));
    expect(person.at('2009-12-31').party?.leftBy).to.equal(null);
    expect(person.at('2010-01-01').party).to.deep.include({ by: eventId(2), leftBy: eventId(3) });
  });

  it('by somebody who is no member: recorded with its finding', () => {
    Scenario.given(opened()).when(left('2010-01-01')).withFindings('party_not_member');
    base.and(left('2010-01-01')).when(left('2011-01-01')).withFindings('party_not_member');
  });
});
