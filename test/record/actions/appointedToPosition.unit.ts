import { expect } from 'chai';
import { appointed, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

describe('Appointed to a position', () => {
  const base = Scenario.given(opened(), hired());

  it('several positions at once are ordinary', () => {
    const s = base
      .and(record(appointed('2013-01-01', 'truong_phong', { unit: UNIT.finance })))
      .and(record(appointed('2013-02-01', 'bi_thu')));
    expect(s.at('2013-02-01').posts.map((p) => [p.position, p.unit])).to.deep.equal([
      ['truong_phong', UNIT.finance],
      ['bi_thu', null],
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('the same position in the same unit twice: recorded with a finding, and held twice', () => {
    const s = base.and(record(appointed('2013-01-01'))).and(record(appointed('2013-02-01')));
    expect(s.rules()).to.deep.equal(['post_held']);
    expect(s.at('2013-02-01').posts).to.have.length(2);
  });

  it('before the recorded hire: recorded with a finding, and held', () => {
    const s = base.and(record(appointed('2009-01-01')));
    expect(s.rules()).to.deep.equal(['before_hire']);
    expect(s.at('2009-06-01').posts).to.have.length(1);
  });

  it('for a term: kept with the post; one that is over already is recorded with its finding', () => {
    const s = base.and(record(appointed('2013-01-01', 'truong_phong', { termEnds: '2017-12-31' })));
    expect(s.at('2013-01-01').posts[0]?.termEnds).to.equal('2017-12-31');
    base
      .when(record(appointed('2013-01-01', 'truong_phong', { termEnds: '2012-12-31' })))
      .withFindings('ends_before_start');
  });

  it('to a position that the incomplete list lacks: recorded as unverified', () => {
    base.when(record(appointed('2013-01-01', 'unlisted'))).withFindings('code_unverified');
  });
});
