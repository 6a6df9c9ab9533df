import { expect } from 'chai';
import {
  appointed,
  deceased,
  fact,
  graded,
  hired,
  opened,
  record,
  Scenario,
  UNIT,
} from '../../support/record.js';

describe('Retired', () => {
  const out = fact('retired', '2013-06-01');
  const base = Scenario.given(opened(), hired(), graded('2010-01-01'));

  it('ends service: nothing is held from that day, the last unit stays with the record', () => {
    const s = base.and(record(out));
    expect(s.at('2013-05-31').service?.status).to.equal('in_service');
    expect(s.at('2013-06-01')).to.deep.include({ unit: null, grade: null, pay: null });
    expect(s.at('2013-06-01').service?.status).to.equal('retired');
    expect(s.at('2013-06-01').lastUnit?.unit).to.equal(UNIT.homeAffairs);
    expect(s.rules()).to.deep.equal([]);
  });

  it('with a post still open: recorded with a finding that names the appointment', () => {
    const { findings } = base
      .and(record(appointed('2012-01-01')))
      .when(record(out))
      .then('retired');
    expect(findings[0]).to.deep.include({
      rule: 'post_open_after_leaving',
      others: ['00000000-0000-4000-9000-000000000004'],
    });
  });

  it('before any hire, or after another leaving: recorded with its finding', () => {
    Scenario.given(opened()).when(record(out)).withFindings('before_hire');
    Scenario.given(opened(), hired(), fact('left_service', '2013-01-01'))
      .when(record(out))
      .withFindings('after_leaving');
  });

  it('after death: refused', () => {
    Scenario.given(opened(), hired(), deceased('2013-05-31')).when(record(out)).refusedBy('after_death');
  });

  it('the pension is paid from the first of the month after, of who leaves on a first from that day', () => {
    const paid = (effective: string, pensionFrom: string) =>
      record(fact('retired', effective, { pensionFrom }));
    base.when(paid('2025-06-30', '2025-07-01')).withFindings();
    base.when(paid('2025-07-01', '2025-07-01')).withFindings();
    base.when(paid('2025-07-01', '2025-08-01')).withFindings('pension_day');
    base.when(paid('2025-06-30', '2025-07-02')).withFindings('pension_day');
    base.when(paid('2025-06-30', '2025-08-01')).withFindings('pension_day');
    // A paper that knows only the month may mean any day of it.
    base.when(paid('2025-06', '2025-06-01')).withFindings();
    base.when(paid('2025-06', '2025-07-01')).withFindings();
  });
});
