import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const entered = (effective: string) =>
  fact('record_entered', effective, { form: '2C-BNV/2008' }, { number: null });

describe('Record entered in full', () => {
  const base = Scenario.given(opened(), hired('2013-01-01'));

  it('is known from its day on; no document decides it', () => {
    const s = base.and(record(entered('2013-02-15')));
    expect(s.at('2013-02-14').recordEntered).to.equal(null);
    expect(s.at('2013-02-15').recordEntered).to.deep.equal({ by: eventId(3), since: '2013-02-15' });
    expect(s.rules()).to.deep.equal([]);
  });

  it('stops the clock of the hire, and starts none', () => {
    expect(actionOf('recruited').deadline).to.equal('R-10.1b');
    expect(actionOf('record_entered').deadline).to.equal(null);
  });

  it('of somebody who has retired since: in order', () => {
    base
      .and(record(fact('retired', '2013-02-01')))
      .when(record(entered('2013-02-15')))
      .withFindings();
  });
});
