import { expect } from 'chai';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Paid by amount', () => {
  const pay = (day: string, amount: string) => fact('paid_by_amount', day, { amount, per: 'month' });

  it('sets the pay from its day, as exact text, until the next or until leaving', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      pay('2013-01-01', '5000000'),
      pay('2014-01-01', '5500000.50'),
    );
    expect(s.at('2013-12-31').pay?.amount).to.equal('5000000');
    expect(s.at('2014-01-01').pay).to.include({ amount: '5500000.50', per: 'month' });
    expect(s.and(record(fact('left_service', '2015-01-01'))).at('2015-01-01').pay).to.equal(null);
  });

  it('outside service: recorded with its finding', () => {
    Scenario.given(opened(), hired())
      .when(record(pay('2009-01-01', '1')))
      .withFindings('before_hire');
  });
});
