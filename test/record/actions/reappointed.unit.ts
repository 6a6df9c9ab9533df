import { expect } from 'chai';
import { spellsOf } from '../../../src/record/spells.js';
import { appointed, eventId, fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

const again = (effective: string, data: object = {}) =>
  fact('reappointed', effective, { position: 'truong_phong', ...data });

describe('Reappointed', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    appointed('2011-01-01', 'truong_phong', { unit: UNIT.finance, termEnds: '2015-12-31' }),
  );

  it('the post held goes on, with a new term that names its decision', () => {
    const s = base.and(record(again('2016-01-01', { termEnds: '2020-12-31' })));
    expect(s.at('2016-01-01').posts).to.deep.equal([
      {
        by: eventId(3),
        since: '2011-01-01',
        position: 'truong_phong',
        unit: UNIT.finance,
        termEnds: '2020-12-31',
        termBy: eventId(4),
      },
    ]);
    const posts = spellsOf(s.timeline().lines).filter((spell) => spell.kind === 'post');
    expect(posts.map((p) => [p.from, p.to])).to.deep.equal([['2011-01-01', null]]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('until retirement: no term is left', () => {
    const s = base.and(record(again('2016-01-01')));
    expect(s.at('2015-12-31').posts[0]?.termEnds).to.equal('2015-12-31');
    expect(s.at('2016-01-01').posts[0]).to.not.have.property('termEnds');
  });

  it('to a post not held, or only acted in: recorded with its finding, and held', () => {
    const s = base.and(record(again('2016-01-01', { position: 'chanh_van_phong_so' })));
    expect(s.rules()).to.deep.equal(['post_not_held']);
    expect(s.at('2016-01-01').posts).to.have.length(2);
    base.when(record(again('2016-01-01', { unit: UNIT.homeAffairs }))).withFindings('post_not_held');
    Scenario.given(
      opened(),
      hired(),
      fact('acting_assigned', '2011-01-01', { position: 'truong_phong', kind: 'acting' }),
    )
      .when(record(again('2016-01-01')))
      .withFindings('post_not_held');
  });

  it('a new term that is over already: recorded with its finding', () => {
    base.when(record(again('2016-01-01', { termEnds: '2015-12-31' }))).withFindings('ends_before_start');
  });
});
