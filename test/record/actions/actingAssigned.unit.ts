import { expect } from 'chai';
import {
  appointed,
  dismissed,
  eventId,
  fact,
  hired,
  opened,
  record,
  Scenario,
  UNIT,
} from '../../support/record.js';

const acting = (effective: string, data: object = {}) =>
  fact('acting_assigned', effective, {
    position: 'truong_phong',
    unit: UNIT.finance,
    kind: 'acting',
    ...data,
  });

describe('Acting in a position', () => {
  const base = Scenario.given(opened(), hired());
  const here = { unit: UNIT.finance };

  it('is held as acting or in charge, to its last day', () => {
    const s = base
      .and(record(acting('2013-01-01', { until: '2013-06-30' })))
      .and(record(acting('2013-02-01', { position: 'pho_truong_phong', kind: 'in_charge' })));
    expect(s.at('2013-02-01').posts.map((p) => [p.position, p.kind, p.termEnds])).to.deep.equal([
      ['truong_phong', 'acting', '2013-06-30'],
      ['pho_truong_phong', 'in_charge', undefined],
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('ends when the person is appointed to the post, and only to that one', () => {
    const s = base.and(record(acting('2013-01-01')), record(appointed('2013-07-01', 'truong_phong', here)));
    expect(s.at('2013-07-01').posts.map((p) => [p.by, p.kind])).to.deep.equal([[eventId(4), undefined]]);
    expect(s.rules()).to.deep.equal([]);
    const other = base.and(record(acting('2013-01-01')), record(appointed('2013-07-01', 'truong_phong')));
    expect(other.at('2013-07-01').posts).to.have.length(2);
  });

  it('a dismissal means the post held in full before the one acted in', () => {
    const s = base.and(record(acting('2013-01-01')), record(appointed('2013-02-01', 'truong_phong')));
    const after = s.and(record(dismissed('2013-03-01'))).at('2013-03-01');
    expect(after.posts.map((p) => p.kind)).to.deep.equal(['acting']);
  });

  it('in a post held in full: recorded with its finding', () => {
    base
      .and(record(appointed('2013-01-01', 'truong_phong', here)))
      .when(record(acting('2013-02-01')))
      .withFindings('post_held');
  });

  it('anew for another while: in order, and one post', () => {
    const s = base
      .and(record(acting('2013-01-01', { until: '2013-06-30' })))
      .and(record(acting('2013-07-01', { until: '2013-12-31' })));
    expect(s.at('2013-07-01').posts.map((p) => p.termEnds)).to.deep.equal(['2013-12-31']);
    expect(s.rules()).to.deep.equal([]);
  });
});
