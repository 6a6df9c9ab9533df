import { expect } from 'chai';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Travelled abroad', () => {
  const base = Scenario.given(opened(), hired());
  const travelled = (until: string) =>
    record(fact('foreign_travel', '2013-05-02', { country: 'Nhật Bản', purpose: 'học tập', until }));

  it('from a day until another, the same at the least', () => {
    base.when(travelled('2013-05-02')).withFindings();
    base.when(travelled('2013-05-01')).withFindings('period_reversed');
  });

  it('adds to the record, and changes nothing of who the person is', () => {
    expect(base.and(travelled('2013-06')).at('2013-05-10')).to.deep.equal(base.at('2013-05-10'));
  });
});
