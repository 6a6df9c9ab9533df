import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario, transfer, UNIT } from '../../support/record.js';

const sent = (effective: string, data: object = {}) =>
  fact('record_sent', effective, { from: UNIT.homeAffairs, to: UNIT.finance, ...data }, { number: null });

describe('Record sent', () => {
  const base = Scenario.given(opened(), hired(), transfer('2013-03-01'));

  it('waits for the new agency; the sender keeps the record so long', () => {
    const s = base.and(record(sent('2013-03-10', { transfer: eventId(3) })));
    expect(s.at('2013-03-09').custody).to.equal(null);
    expect(s.at('2013-03-10').custody).to.deep.equal({
      by: eventId(4),
      since: '2013-03-10',
      keeper: UNIT.homeAffairs,
      pending: {
        by: eventId(4),
        since: '2013-03-10',
        step: 'sent',
        from: UNIT.homeAffairs,
        to: UNIT.finance,
        transfer: eventId(3),
      },
    });
    expect(s.rules()).to.deep.equal([]);
  });

  it('needs no decision of its own, and no clock starts with it: it stops one', () => {
    expect(actionOf('record_sent').deadline).to.equal(null);
  });

  it('for a rotation, and for an earlier transfer when the record is behind: in order', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      fact('rotated', '2013-03-01', { toUnit: UNIT.finance }),
      transfer('2013-03-05', UNIT.homeAffairs),
    );
    s.when(record(sent('2013-03-10', { transfer: eventId(3) }))).withFindings();
  });

  it('while it is on its way already: recorded with a finding that names the step that waits', () => {
    const { findings } = base
      .and(record(sent('2013-03-10')))
      .when(record(sent('2013-03-12')))
      .then('record_sent');
    expect(findings[0]).to.deep.include({ rule: 'record_step_order', others: [eventId(4)] });
  });

  it('for a transfer that is not in the record: recorded with its finding', () => {
    base.when(record(sent('2013-03-10', { transfer: eventId(2) }))).withFindings('transfer_unknown');
  });
});
