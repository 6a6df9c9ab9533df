import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import {
  appointed,
  deceased,
  eventId,
  fact,
  graded,
  hired,
  lawfulWorld,
  opened,
  raisedEarly,
  record,
  Scenario,
} from '../../support/record.js';

describe('Retired early', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01'));
  const out = fact('retired_early', '2025-06-01', { basis: 'sap_xep_nd178', monthsEarly: 30 });

  it('ends service as retired', () => {
    const s = base.and(record(out));
    expect(s.at('2025-05-31').service?.status).to.equal('in_service');
    expect(s.at('2025-06-01').service?.status).to.equal('retired');
    expect(s.at('2025-06-01')).to.deep.include({ unit: null, grade: null });
    expect(s.rules()).to.deep.equal([]);
  });

  it('starting it is barred while the record is incomplete, as with every retirement', () => {
    expect(actionOf('retired_early')).to.include({ gate: true, deadline: 'R-11.3b' });
  });

  it('with a post still open, or a second leaving: recorded with its finding', () => {
    base
      .and(record(appointed('2012-01-01')))
      .when(record(out))
      .withFindings('post_open_after_leaving');
    base
      .and(record(fact('left_service', '2024-01-01')))
      .when(record(out))
      .withFindings('after_leaving');
  });

  it('under NĐ 178/2024 after a raise on a retirement notice: recorded with a finding that names the raise', () => {
    const s = Scenario.under(
      lawfulWorld,
      opened(),
      hired(),
      graded('2023-03-01'),
      fact('retirement_notified', '2025-01-10', { retirement: '2025-08' }),
      raisedEarly('2025-03-01', 2, { reason: 'retirement_notice' }),
    );
    const { findings } = s.when(record(out)).then('retired_early');
    expect(findings[0]).to.deep.include({
      rule: 'early_notice_of_early_leaver',
      field: 'basis',
      others: [eventId(5)],
    });
    s.when(record({ ...out, data: { basis: 'tinh_gian_nd29' } })).withFindings();
  });

  it('at most so many months younger as the list says of the basis', () => {
    // Born in October 1968, of normal age in June 2025.
    const s = Scenario.under(lawfulWorld, opened('2012-10-03', { dateOfBirth: '1968-10-20' }), hired());
    const lower = (day: string) => record(fact('retired_early', day, { basis: 'tuoi_thap_hon' }));
    s.when(lower('2020-06-30')).withFindings();
    s.when(lower('2020-06-29')).withFindings('retired_before_age');
  });

  it('after death: refused', () => {
    base
      .and(record(deceased('2025-05-31')))
      .when(record(out))
      .refusedBy('after_death');
  });
});
