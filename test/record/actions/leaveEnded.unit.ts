import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const leave = (effective: string, until?: string) =>
  fact('leave_taken', effective, { kind: 'unpaid', ...(until === undefined ? {} : { until }) });
const back = (effective: string, data: object = {}) => fact('leave_ended', effective, data);

describe('Back from leave', () => {
  const base = Scenario.given(opened(), hired(), leave('2013-03-01', '2013-08-31'));

  it('earlier than planned, or from leave without a last day: it lasted to the day before', () => {
    const s = base.and(record(back('2013-06-01')));
    expect(s.at('2013-06-01').absences).to.deep.equal([
      { by: eventId(3), since: '2013-03-01', kind: 'unpaid', until: '2013-05-31', endedBy: eventId(4) },
    ]);
    const open = Scenario.given(opened(), hired(), leave('2013-03-01')).and(record(back('2013-06-01')));
    expect(open.at('2013-06-01').absences[0]?.until).to.equal('2013-05-31');
    expect([...s.rules(), ...open.rules()]).to.deep.equal([]);
  });

  it('on the day on which the next leave begins', () => {
    const s = base.and(record(leave('2013-06-01')), record(back('2013-06-01')));
    expect(s.at('2013-06-01').absences.map((a) => a.until)).to.deep.equal(['2013-05-31', null]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('days after its last day: recorded with its finding, and the leave was that long', () => {
    const s = base.and(record(back('2013-09-15')));
    expect(s.rules()).to.deep.equal(['returned_late']);
    expect(s.at('2013-09-15').absences[0]?.until).to.equal('2013-09-14');
  });

  it('without leave, or a second time, or naming another fact: recorded with its finding', () => {
    Scenario.given(opened(), hired())
      .when(record(back('2013-06-01')))
      .withFindings('absence_not_open');
    base
      .and(record(back('2013-06-01')))
      .when(record(back('2013-07-01')))
      .withFindings('absence_not_open');
    base.when(record(back('2013-06-01', { leave: eventId(2) }))).withFindings('absence_not_open');
  });

  it('never ends a suspension', () => {
    const s = Scenario.given(opened(), hired(), fact('suspended', '2013-03-01', { kind: 'work' }));
    s.when(record(back('2013-06-01'))).withFindings('absence_not_open');
  });
});
