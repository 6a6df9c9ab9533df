import { expect } from 'chai';
import { lastDayOfNotice } from '../../../src/record/retirement.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const notified = (effective: string, retirement: string) =>
  fact('retirement_notified', effective, { retirement });

describe('Notified of retirement', () => {
  const base = Scenario.given(opened(), hired('2005-01-01'));

  it('is known with the month, until the person retires', () => {
    const s = base.and(record(notified('2013-01-01', '2013-08')), record(fact('retired', '2013-09-01')));
    expect(s.at('2013-08-31').retirementNotice).to.deep.equal({
      by: eventId(3),
      since: '2013-01-01',
      retirement: '2013-08',
    });
    expect(s.at('2013-09-01').retirementNotice).to.equal(null);
    expect(s.rules()).to.deep.equal([]);
  });

  it('names the basis on which the person leaves, where the paper does', () => {
    const s = base.and(
      record(fact('retirement_notified', '2025-02-01', { retirement: '2025-08', basis: 'sap_xep_nd178' })),
    );
    expect(s.at('2025-02-01').retirementNotice?.basis).to.equal('sap_xep_nd178');
  });

  it('six months before: of a month from the first of the next, of a day from that day', () => {
    expect(lastDayOfNotice('2013-08', '2013-01-01')).to.equal('2013-03-01');
    expect(lastDayOfNotice('2013-09-01', '2013-01-01')).to.equal('2013-03-01');
    base.when(record(notified('2013-03-01', '2013-09-01'))).withFindings();
    base.when(record(notified('2013-03-02', '2013-09-01'))).withFindings('retirement_notice_late');
  });

  it('before the decree that says so: no finding', () => {
    base.when(record(notified('2010-06-14', '2010-06'))).withFindings();
    base.when(record(notified('2010-06-15', '2010-06'))).withFindings('retirement_notice_late');
  });

  it('a month alone tells no day: late only where every day of it is', () => {
    base.when(record(notified('2013-03', '2013-08'))).withFindings();
    base.when(record(notified('2013-04', '2013-08'))).withFindings('retirement_notice_late');
  });
});
