import { expect } from 'chai';
import { deceased, fact, hired, opened, record, Scenario } from '../../support/record.js';

describe('Died', () => {
  it('ends everything from its day', () => {
    const s = Scenario.given(opened(), hired()).and(record(deceased('2013-05-01')));
    expect(s.at('2013-04-30').service?.status).to.equal('in_service');
    expect(s.at('2013-05-01').service?.status).to.equal('died');
    expect(s.rules()).to.deep.equal([]);
  });

  it('also in retirement', () => {
    const s = Scenario.given(opened(), hired(), fact('retired', '2012-01-01')).and(
      record(deceased('2013-05-01')),
    );
    expect(s.at('2013-04-30').service?.status).to.equal('retired');
    expect(s.at('2013-05-01').service?.status).to.equal('died');
    expect(s.rules()).to.deep.equal([]);
  });

  it('twice: refused, naming the death recorded', () => {
    const refusal = Scenario.given(opened(), hired(), deceased('2013-05-01'))
      .when(record(deceased('2013-06-01')))
      .refusedBy('died_twice');
    expect(refusal.facts).to.deep.equal([
      '00000000-0000-4000-9000-000000000004',
      '00000000-0000-4000-9000-000000000003',
    ]);
  });
});
