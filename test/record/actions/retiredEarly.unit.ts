import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { appointed, deceased, fact, graded, hired, opened, record, Scenario } from '../../support/record.js';

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

  it('after death: refused', () => {
    base
      .and(record(deceased('2025-05-31')))
      .when(record(out))
      .refusedBy('after_death');
  });
});
