import { expect } from 'chai';
import { eventId, fact, opened, record, Scenario } from '../../support/record.js';

describe('Became an official Party member', () => {
  const base = Scenario.given(opened(), fact('party_joined', '2008-02-03'));
  const official = (effective: string) => record(fact('party_official', effective));

  it('a year after the admission', () => {
    const person = base.and(official('2009-02-03'));
    expect(person.at('2009-02-02').party?.officialBy).to.equal(null);
    expect(person.at('2009-02-03').party).to.deep.include({ by: eventId(2), officialBy: eventId(3) });
  });

  it('twice: recorded with its finding', () => {
    base.and(official('2009-02-03')).when(official('2010-02-03')).withFindings('party_official_twice');
  });

  it('without an admission in the record: a member from then on, with a finding', () => {
    const person = Scenario.given(opened()).and(official('2009-02-03'));
    expect(person.rules()).to.deep.equal(['party_not_member']);
    expect(person.at('2009-02-03').party).to.deep.equal({
      by: eventId(2),
      since: '2009-02-03',
      officialBy: eventId(2),
      leftBy: null,
    });
  });
});
