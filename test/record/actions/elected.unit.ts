import { expect } from 'chai';
import { appointed, eventId, fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

const elected = (effective: string, data: object = {}) =>
  fact('elected', effective, { position: 'chu_tich_ubnd_xa', unit: UNIT.homeAffairs, ...data });

describe('Elected', () => {
  const base = Scenario.given(opened(), hired());

  it('holds the post for the term, by election', () => {
    const s = base.and(record(elected('2011-06-30', { term: '2011–2016', termEnds: '2016-06-30' })));
    expect(s.at('2011-06-30').posts).to.deep.equal([
      {
        by: eventId(3),
        since: '2011-06-30',
        position: 'chu_tich_ubnd_xa',
        unit: UNIT.homeAffairs,
        kind: 'elected',
        termEnds: '2016-06-30',
      },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('again for the next term: one post, of the new term', () => {
    const s = base
      .and(record(elected('2011-06-30', { termEnds: '2016-06-30' })))
      .and(record(elected('2016-06-28', { termEnds: '2021-06-30' })));
    expect(s.at('2016-06-28').posts.map((p) => [p.by, p.termEnds])).to.deep.equal([
      [eventId(4), '2021-06-30'],
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('leaves other posts as they are', () => {
    const s = base.and(record(appointed('2010-06-01')), record(elected('2011-06-30')));
    expect(s.at('2011-06-30').posts).to.have.length(2);
  });

  it('a term that ends before the election: recorded with its finding', () => {
    base.when(record(elected('2011-06-30', { termEnds: '2011-06-29' }))).withFindings('ends_before_start');
  });
});
