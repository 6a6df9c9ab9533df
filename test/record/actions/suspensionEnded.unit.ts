import { expect } from 'chai';
import { disciplined, eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const ended = (effective: string, data: object = {}) =>
  fact('suspension_ended', effective, { outcome: 'no_violation', ...data });

describe('Suspension ended', () => {
  const base = Scenario.given(opened(), hired(), fact('suspended', '2013-03-01', { kind: 'work' }));

  it('it lasted to the day before', () => {
    const s = base.and(record(ended('2013-03-20')));
    expect(s.at('2013-03-20').absences).to.deep.equal([
      { by: eventId(3), since: '2013-03-01', kind: 'suspension', until: '2013-03-19', endedBy: eventId(4) },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('longer than first decided: no finding, it is often prolonged', () => {
    Scenario.given(opened(), hired(), fact('suspended', '2013-03-01', { kind: 'work', until: '2013-03-15' }))
      .when(record(ended('2013-04-01')))
      .withFindings();
  });

  it('with a discipline on the same day: both, whatever the order of recording', () => {
    const s = base.and(
      record(ended('2013-03-20', { outcome: 'disciplined' })),
      record(disciplined('2013-03-20')),
    );
    expect(s.at('2013-03-20').disciplines).to.have.length(1);
    expect(s.rules()).to.deep.equal([]);
  });

  it('without a suspension, or naming another fact: recorded with its finding', () => {
    Scenario.given(opened(), hired())
      .when(record(ended('2013-03-20')))
      .withFindings('absence_not_open');
    base.when(record(ended('2013-03-20', { suspension: eventId(2) }))).withFindings('absence_not_open');
  });
});
