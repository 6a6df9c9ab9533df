import { expect } from 'chai';
import { eventId, fact, opened, record, Scenario } from '../../support/record.js';

describe('Admitted to the Party', () => {
  const base = Scenario.given(opened());

  it('a member on probation from that day, also before any hire', () => {
    const person = base.and(record(fact('party_joined', '2008-02-03', { cell: 'Chi bộ 1' })));
    expect(person.at('2008-02-02').party).to.equal(null);
    expect(person.at('2008-02-03').party).to.deep.equal({
      by: eventId(2),
      since: '2008-02-03',
      officialBy: null,
      leftBy: null,
    });
    expect(person.rules()).to.deep.equal([]);
  });

  it('twice: recorded with its finding; again after leaving: in order', () => {
    const member = base.and(record(fact('party_joined', '2008-02-03')));
    member.when(record(fact('party_joined', '2009-02-03'))).withFindings('party_joined_twice');
    const left = member.and(record(fact('party_left', '2010-01-01')));
    left.when(record(fact('party_joined', '2012-01-01'))).withFindings();
  });
});
