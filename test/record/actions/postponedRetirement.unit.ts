import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const postponed = (effective: string, until: string) => fact('postponed_retirement', effective, { until });

describe('Retirement postponed', () => {
  const base = Scenario.given(
    opened(),
    hired('2005-01-01'),
    fact('retirement_notified', '2013-01-01', { retirement: '2013-08' }),
  );

  it('is known with its day; the person stays in service', () => {
    const s = base.and(record(postponed('2013-08-01', '2013-12-01')));
    expect(s.at('2013-09-01').postponement).to.deep.equal({
      by: eventId(4),
      since: '2013-08-01',
      until: '2013-12-01',
    });
    expect(s.at('2013-09-01').service?.status).to.equal('in_service');
    expect(s.rules()).to.deep.equal([]);
  });

  it('by more than six months from the retirement notified: recorded with its finding', () => {
    base.when(record(postponed('2013-08-01', '2014-03-01'))).withFindings();
    base.when(record(postponed('2013-08-01', '2014-03-02'))).withFindings('postponed_too_long');
  });

  it('without a notice: from the day of the decision', () => {
    const bare = Scenario.given(opened(), hired());
    bare.when(record(postponed('2013-08-01', '2014-02-01'))).withFindings();
    bare.when(record(postponed('2013-08-01', '2014-02-02'))).withFindings('postponed_too_long');
    bare.when(record(postponed('2013-08', '2014-02-28'))).withFindings();
  });

  it('the reason is of health: illness is among them', () => {
    const reason = fieldsOf(actionOf('postponed_retirement').fields).find((f) => f.name === 'reason');
    expect(reason?.secrecy).to.equal('health');
  });
});
