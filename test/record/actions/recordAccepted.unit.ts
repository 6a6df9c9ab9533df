import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario, transfer, UNIT } from '../../support/record.js';

const accepted = (effective: string, agency: string = UNIT.finance) =>
  fact('record_accepted', effective, { agency }, { number: null });
const sent = (effective: string, to: string = UNIT.finance) =>
  fact('record_sent', effective, { from: UNIT.homeAffairs, to, transfer: eventId(3) });

describe('Record accepted', () => {
  const base = Scenario.given(opened(), hired(), transfer('2013-03-01'), sent('2013-03-10'));

  it('the new agency keeps it, and still has to forward it', () => {
    const { custody } = base.and(record(accepted('2013-03-12'))).at('2013-03-12');
    expect(custody?.keeper).to.equal(UNIT.finance);
    expect(custody?.pending).to.deep.include({
      by: eventId(5),
      step: 'accepted',
      from: UNIT.homeAffairs,
      to: UNIT.finance,
      transfer: eventId(3),
    });
  });

  it('sent and accepted on one day, in whatever order they are recorded', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      transfer('2013-03-01'),
      accepted('2013-03-10'),
      sent('2013-03-10'),
    );
    expect(s.rules()).to.deep.equal([]);
  });

  it('what was not sent: recorded with its finding, and kept', () => {
    const s = Scenario.given(opened(), hired(), transfer('2013-03-01')).and(record(accepted('2013-03-12')));
    expect(s.rules()).to.deep.equal(['record_step_order']);
    expect(s.at('2013-03-12').custody?.keeper).to.equal(UNIT.finance);
  });

  it('by another agency: recorded with its finding; by the one into which it was merged: in order', () => {
    base.when(record(accepted('2013-03-12', UNIT.homeAffairs))).withFindings('record_wrong_agency');
    const merged = Scenario.given(
      opened(),
      hired(),
      transfer('2014-12-01', UNIT.dissolved),
      sent('2014-12-20', UNIT.dissolved),
    );
    merged.when(record(accepted('2015-01-05', UNIT.finance))).withFindings();
  });
});
