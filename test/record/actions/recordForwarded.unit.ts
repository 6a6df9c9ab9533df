import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario, transfer, UNIT } from '../../support/record.js';

const forwarded = (effective: string, to: string = UNIT.finance) =>
  fact('record_forwarded', effective, { to }, { number: null });
const sent = fact('record_sent', '2013-03-10', { from: UNIT.homeAffairs, to: UNIT.finance });
const accepted = fact('record_accepted', '2013-03-12', { agency: UNIT.finance });

describe('Record forwarded', () => {
  const base = Scenario.given(opened(), hired(), transfer('2013-03-01'));
  const arrived = Scenario.given(opened(), hired(), transfer('2013-03-01'), sent, accepted);

  it('ends the movement: the using unit keeps the record, nothing waits', () => {
    const s = arrived.and(record(forwarded('2013-03-20')));
    expect(s.at('2013-03-20').custody).to.deep.equal({
      by: eventId(6),
      since: '2013-03-20',
      keeper: UNIT.finance,
      pending: null,
    });
    expect(s.rules()).to.deep.equal([]);
  });

  it('within an agency it is the only step', () => {
    const s = Scenario.given(opened(), hired(), transfer('2013-03-01', UNIT.officialsSection));
    s.when(record(forwarded('2013-03-05', UNIT.officialsSection))).withFindings();
  });

  it('to another agency without sending and acceptance, or before acceptance: recorded with its finding', () => {
    base.when(record(forwarded('2013-03-20'))).withFindings('record_step_order');
    Scenario.given(opened(), hired(), transfer('2013-03-01'), sent)
      .when(record(forwarded('2013-03-20')))
      .withFindings('record_step_order');
  });

  it('a second time within the agency that keeps it: in order', () => {
    arrived
      .and(record(forwarded('2013-03-20')))
      .when(record(forwarded('2013-04-20')))
      .withFindings();
  });

  it('to a unit that does not use the person: recorded with its finding', () => {
    arrived.when(record(forwarded('2013-03-20', UNIT.homeAffairs))).withFindings('record_not_to_user');
  });
});
