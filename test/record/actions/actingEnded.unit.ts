import { expect } from 'chai';
import { appointed, fact, hired, opened, record, Scenario } from '../../support/record.js';

const ended = (effective: string, data: object = {}) =>
  fact('acting_ended', effective, { position: 'truong_phong', ...data });

describe('Acting in a position ended', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    fact('acting_assigned', '2013-01-01', { position: 'truong_phong', kind: 'in_charge' }),
  );

  it('the post is held no more', () => {
    const s = base.and(record(ended('2013-06-01')));
    expect(s.at('2013-05-31').posts).to.have.length(1);
    expect(s.at('2013-06-01').posts).to.deep.equal([]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('never ends a post held in full', () => {
    const s = Scenario.given(opened(), hired(), appointed('2013-01-01'));
    const after = s.and(record(ended('2013-06-01')));
    expect(after.rules()).to.deep.equal(['post_not_held']);
    expect(after.at('2013-06-01').posts).to.have.length(1);
  });
});
