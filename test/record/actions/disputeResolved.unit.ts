import { expect } from 'chai';
import { disputedFacts } from '../../../src/record/disputes.js';
import { eventId, fact, hired, opened, record, rescind, Scenario } from '../../support/record.js';

describe('Dispute resolved', () => {
  const base = Scenario.given(opened(), hired(), fact('disputed', '2013-01-01', { fact: eventId(2) }));
  const resolved = (effective: string, outcome = 'rejected') =>
    record(fact('dispute_resolved', effective, { dispute: eventId(3), outcome }, { number: null }));

  it('its target is free again from that day; the rescission of the resolution opens it anew', () => {
    const person = base.and(resolved('2013-03-01'));
    expect([...disputedFacts(person.timeline(), '2013-02-28').keys()]).to.deep.equal([eventId(2)]);
    expect(disputedFacts(person.timeline()).size).to.equal(0);
    expect(disputedFacts(person.and(rescind(4)).timeline()).size).to.equal(1);
  });

  it('twice, or before the dispute: recorded with its finding', () => {
    base.and(resolved('2013-03-01')).when(resolved('2013-04-01')).withFindings('dispute_not_open');
    base.when(resolved('2012-12-31')).withFindings('dispute_not_open');
  });
});
