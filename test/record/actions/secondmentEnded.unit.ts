import { expect } from 'chai';
import { fact, hired, opened, record, Scenario, transfer, UNIT } from '../../support/record.js';

const ended = (effective: string) => fact('secondment_ended', effective);

describe('Secondment ended', () => {
  const base = Scenario.given(opened(), hired(), fact('seconded', '2013-03-01', { hostUnit: UNIT.finance }));

  it('from its day the person is with the own unit only', () => {
    const s = base.and(record(ended('2014-03-01')));
    expect(s.at('2014-02-28').secondment?.hostUnit).to.equal(UNIT.finance);
    expect(s.at('2014-03-01').secondment).to.equal(null);
    expect(s.rules()).to.deep.equal([]);
  });

  it('comes before a transfer to the host on the same day', () => {
    const s = base.and(record(transfer('2014-03-01')), record(ended('2014-03-01')));
    expect(
      s
        .timeline()
        .lines.map((l) => l.fact.action)
        .slice(-2),
    ).to.deep.equal(['secondment_ended', 'transferred']);
    expect(s.rules()).to.deep.equal([]);
  });

  it('none runs: recorded with its finding', () => {
    base
      .and(record(ended('2014-03-01')))
      .when(record(ended('2014-04-01')))
      .withFindings('secondment_not_open');
  });

  it('after more than three years: recorded with a finding', () => {
    base.when(record(ended('2016-03-01'))).withFindings();
    base.when(record(ended('2016-03-02'))).withFindings('secondment_too_long');
  });
});
