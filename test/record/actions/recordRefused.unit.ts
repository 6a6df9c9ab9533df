import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario, transfer, UNIT } from '../../support/record.js';

const sent = (effective: string) =>
  fact('record_sent', effective, { from: UNIT.homeAffairs, to: UNIT.finance, transfer: eventId(3) });
const refused = (effective: string) => fact('record_refused', effective, { reason: 'Thiếu bằng gốc' });

describe('Record refused and sent back', () => {
  const base = Scenario.given(opened(), hired(), transfer('2013-03-01'), sent('2013-03-10'));

  it('the sender has it again, and has to send it anew', () => {
    const { custody } = base.and(record(refused('2013-03-12'))).at('2013-03-12');
    expect(custody).to.deep.include({ by: eventId(5), keeper: UNIT.homeAffairs });
    expect(custody?.pending).to.deep.include({
      step: 'refused',
      from: UNIT.homeAffairs,
      transfer: eventId(3),
    });
  });

  it('sent again and accepted: in order', () => {
    const s = base
      .and(record(refused('2013-03-12')))
      .and(record(sent('2013-03-14')))
      .and(record(fact('record_accepted', '2013-03-15', { agency: UNIT.finance })));
    expect(s.rules()).to.deep.equal([]);
  });

  it('accepted after it was sent back, or refused after it was accepted: recorded with its finding', () => {
    const accepted = record(fact('record_accepted', '2013-03-13', { agency: UNIT.finance }));
    base
      .and(record(refused('2013-03-12')))
      .when(accepted)
      .withFindings('record_step_order');
    base
      .and(accepted)
      .when(record(refused('2013-03-14')))
      .withFindings('record_step_order');
  });

  it('what was never sent: recorded with its finding, nothing waits', () => {
    const s = Scenario.given(opened(), hired()).and(record(refused('2013-03-12')));
    expect(s.rules()).to.deep.equal(['record_step_order']);
    expect(s.at('2013-03-12').custody).to.equal(null);
  });
});
