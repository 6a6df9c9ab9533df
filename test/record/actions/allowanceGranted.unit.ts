import { expect } from 'chai';
import { allowancesOn } from '../../../src/record/state.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const granted = (effective: string, type: string, data: object = {}) =>
  record(fact('allowance_granted', effective, { type, ...data }));

describe('Allowance granted', () => {
  const base = Scenario.given(opened(), hired());

  it('several of different kinds are paid at once', () => {
    const s = base.and(
      granted('2013-01-01', 'chuc_vu', { coefficient: '0.50' }),
      granted('2013-02-01', 'cong_vu', { percent: '25' }),
      granted('2013-03-01', 'khac', { amount: '300000' }),
    );
    expect(s.at('2013-03-01').allowances.map((a) => a.type)).to.deep.equal(['chuc_vu', 'cong_vu', 'khac']);
    expect(s.rules()).to.deep.equal([]);
  });

  it('a new level of the same kind takes the place of the old', () => {
    const s = base.and(
      granted('2013-01-01', 'chuc_vu', { coefficient: '0.30' }),
      granted('2014-01-01', 'chuc_vu', { coefficient: '0.50' }),
    );
    expect(s.at('2014-01-01').allowances).to.deep.equal([
      { by: eventId(4), since: '2014-01-01', type: 'chuc_vu', coefficient: '0.50' },
    ]);
    expect(s.at('2013-12-31').allowances[0]?.coefficient).to.equal('0.30');
  });

  it('with a last day it is paid up to that day', () => {
    const s = base.and(granted('2013-01-01', 'thu_hut', { percent: '70', until: '2013-12-31' }));
    const on = (day: string) => allowancesOn(s.at(day), day).length;
    expect([on('2013-12-31'), on('2014-01-01')]).to.deep.equal([1, 0]);
  });

  it('with no measure, or with two: recorded with its finding', () => {
    base.when(granted('2013-01-01', 'chuc_vu')).withFindings('allowance_measure');
    base
      .when(granted('2013-01-01', 'chuc_vu', { coefficient: '0.5', percent: '5' }))
      .withFindings('allowance_measure');
  });
});
