import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const ended = (effective: string, data: object = {}) => record(fact('allowance_ended', effective, data));

describe('Allowance ended', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    fact('allowance_granted', '2013-01-01', { type: 'chuc_vu', coefficient: '0.50' }),
    fact('allowance_granted', '2013-01-01', { type: 'khu_vuc', coefficient: '0.10' }),
  );

  it('ends the one granted by the fact named, or the one of the kind named', () => {
    for (const data of [{ allowance: eventId(3) }, { type: 'chuc_vu' }]) {
      const s = base.and(ended('2013-06-01', data));
      expect(s.at('2013-06-01').allowances.map((a) => a.type)).to.deep.equal(['khu_vuc']);
      expect(s.at('2013-05-31').allowances).to.have.length(2);
      expect(s.rules()).to.deep.equal([]);
    }
  });

  it('one that is not held, or none named: recorded with its finding, and nothing ends', () => {
    for (const data of [{ type: 'doc_hai' }, { allowance: eventId(2) }, {}]) {
      base.when(ended('2013-06-01', data)).withFindings('allowance_not_held');
      expect(base.and(ended('2013-06-01', data)).at('2013-06-01').allowances).to.have.length(2);
    }
  });

  it('twice: the second is recorded with its finding', () => {
    base
      .and(ended('2013-06-01', { type: 'chuc_vu' }))
      .when(ended('2013-07-01', { type: 'chuc_vu' }))
      .withFindings('allowance_not_held');
  });
});
