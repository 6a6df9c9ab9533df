import { expect } from 'chai';
import type { FactContent } from '../../src/record/action.js';
import { nextBeyondFrame } from '../../src/record/beyondFrame.js';
import { nextRegularStep } from '../../src/record/nextStep.js';
import {
  correct,
  disciplined,
  evaluated,
  eventId,
  fact,
  graded,
  hired,
  opened,
  raised,
  record,
  rescind,
  rewarded,
  Scenario,
  world,
} from '../support/record.js';

const start = [opened(), hired(), graded('2010-01-01')];
const given = (...facts: readonly FactContent[]) => Scenario.given(...start, ...facts);
const DAY = '2012-12-31';
const next = (s: Scenario, day = DAY) => nextRegularStep(s.at(day), day, world);
const due = (s: Scenario, day = DAY) => next(s, day).due;
const revoked = (effective: string, n = 4) =>
  record(fact('discipline_revoked', effective, { discipline: eventId(n) }));
const extended = (effective: string, months: number, data: object) =>
  fact('step_raise_extended', effective, { months, ...data });

describe('The next regular step of a person', () => {
  it('comes after the period of the grade; nothing lengthens it', () => {
    expect(next(given())).to.deep.equal({
      due: '2013-01-01',
      earliest: '2013-01-01',
      reasons: [],
      blocked: null,
    });
  });

  it('a discipline within the wait lengthens it, and is named as the reason', () => {
    const s = given(disciplined('2012-03-01'));
    expect(next(s)).to.deep.include({ due: '2013-07-01', earliest: '2013-01-01' });
    expect(next(s).reasons).to.deep.equal([
      { by: eventId(4), kind: 'discipline', months: 6, source: 'test' },
    ]);
    expect(due(s, '2012-02-29')).to.equal('2013-01-01');
  });

  it('revoked, it brings the old date back; the revocation rescinded, it lengthens again', () => {
    const s = given(disciplined('2012-03-01')).and(revoked('2012-10-01'));
    expect(due(s, '2012-09-30')).to.equal('2013-07-01');
    expect(next(s)).to.deep.include({ due: '2013-01-01', reasons: [] });
    expect(due(s.and(rescind(5)))).to.equal('2013-07-01');
  });

  it('a lapsed one lengthened it all the same', () => {
    const s = given(
      disciplined('2011-03-01'),
      fact('discipline_lapsed', '2012-03-01', { discipline: eventId(4) }),
    );
    expect(due(s)).to.equal('2013-07-01');
  });

  it('one before the wait, or by the Party or a union, does not count', () => {
    expect(due(given(disciplined('2009-12-31')))).to.equal('2013-01-01');
    expect(due(given(disciplined('2012-03-01', 'cc_khien_trach', 'party')))).to.equal('2013-01-01');
    expect(due(given(disciplined('2012-03-01', 'cc_khien_trach', 'union')))).to.equal('2013-01-01');
  });

  it('one of a wait that is over does not lengthen the next', () => {
    const s = given(disciplined('2012-03-01'), raised('2013-07-01', 2));
    expect(next(s, '2014-01-01')).to.deep.include({ due: '2016-07-01', reasons: [] });
  });

  it('a decision on it says by how much, instead of the law, and falls with it', () => {
    const s = given(
      disciplined('2012-03-01'),
      extended('2012-04-01', 3, { cause: 'discipline', causedBy: eventId(4) }),
    );
    expect(next(s).reasons.map((r) => [r.by, r.kind, r.months])).to.deep.equal([[eventId(5), 'decision', 3]]);
    expect(due(s)).to.equal('2013-04-01');
    expect(due(s.and(revoked('2012-10-01')))).to.equal('2013-01-01');
  });

  it('a decision that comes after the bare period still counts on its cause within it', () => {
    const s = given(
      disciplined('2012-12-01', 'cc_ha_bac_luong'),
      extended('2013-02-01', 6, { cause: 'discipline', causedBy: eventId(4) }),
    );
    expect(due(s, '2013-02-01')).to.equal('2013-07-01');
  });

  it('a decision without a cause in the record counts by itself', () => {
    expect(due(given(extended('2012-04-01', 6, { cause: 'other' })))).to.equal('2013-07-01');
  });

  it('each year not completed lengthens it; a paper of January counts in the year that it judges', () => {
    const bad = (effective: string, year: number) => evaluated(effective, year, 'cc_khong');
    expect(due(given(bad('2010-12-31', 2010), evaluated('2011-12-31', 2011)))).to.equal('2013-07-01');
    expect(due(given(bad('2010-12-31', 2010), bad('2012-12-31', 2012)))).to.equal('2014-01-01');
    expect(due(given(bad('2013-01-20', 2012)), '2013-01-31')).to.equal('2013-07-01');
    expect(due(given(bad('2010-01-20', 2009)))).to.equal('2013-01-01');
  });

  it('discipline and undone tasks add up; for the same act only one counts', () => {
    const undone = (data: object) =>
      fact('evaluated', '2012-12-31', { year: 2012, level: 'cc_khong', ...data });
    expect(due(given(disciplined('2012-03-01'), undone({})))).to.equal('2014-01-01');
    expect(due(given(disciplined('2012-03-01'), undone({ sameActAs: eventId(4) })))).to.equal('2013-07-01');
  });

  it('unpaid leave and suspension lengthen it by their months, and are named; maternity leave does not', () => {
    const unpaid = given(fact('leave_taken', '2011-03-01', { kind: 'unpaid', until: '2011-08-31' }));
    expect(due(unpaid)).to.equal('2013-07-01');
    expect(next(unpaid).reasons).to.deep.equal([
      { by: eventId(4), kind: 'pause', months: 6, source: 'test' },
    ]);
    expect(
      due(given(fact('leave_taken', '2011-03-01', { kind: 'maternity', until: '2011-08-31' }))),
    ).to.equal('2013-01-01');
    const suspended = given(
      fact('suspended', '2011-03-01', { kind: 'work' }),
      fact('suspension_ended', '2011-06-01', { suspension: eventId(4) }),
    );
    expect(due(suspended)).to.equal('2013-04-01');
  });

  it('leave that has not ended lengthens it up to the day asked for', () => {
    const open = given(fact('suspended', '2012-11-01', { kind: 'work' }));
    expect(due(open, '2012-11-30')).to.equal('2013-02-01');
    expect(due(open, '2012-12-31')).to.equal('2013-03-01');
  });

  it('is blocked without a grade, outside the tables, at the last step, and after leaving', () => {
    const only = (...facts: readonly FactContent[]) => Scenario.given(opened(), hired(), ...facts);
    const at = (s: Scenario) => [next(s).due, next(s).blocked];
    expect(at(only())).to.deep.equal([null, 'no_grade']);
    expect(at(only(fact('appointed_to_grade', '2010-01-01', { grade: '13.095', step: 1 })))).to.deep.equal([
      null,
      'step_unknown',
    ]);
    expect(at(only(graded('2010-01-01', 9)))).to.deep.equal([null, 'last_step']);
    expect(at(given(fact('left_service', '2012-06-01', { reason: 'nguyen_vong' })))).to.deep.equal([
      '2013-01-01',
      'not_in_service',
    ]);
  });
});

describe('Raised before the lengthened wait is served', () => {
  it('recorded with a finding that names what lengthened it; after it, in order', () => {
    const s = given(disciplined('2012-03-01'));
    const { findings } = s.when(record(raised('2013-06-30', 2))).then('step_raised_regular');
    expect(findings[0]).to.deep.include({
      rule: 'step_too_early',
      others: [eventId(3), eventId(4)],
      params: { due: '2013-07-01' },
    });
    s.when(record(raised('2013-07-01', 2))).withFindings();
  });

  it('the finding goes when the discipline is found wrong, also afterwards', () => {
    const s = given(disciplined('2012-03-01')).and(record(raised('2013-01-01', 2)));
    expect(s.rules()).to.deep.equal(['step_too_early']);
    expect(s.and(revoked('2012-12-01')).rules()).to.deep.equal([]);
  });

  it('a raise that came late is put right when the discipline is found wrong years after: no finding', () => {
    const s = given(disciplined('2012-03-01'), raised('2013-07-01', 2)).and(revoked('2015-01-01'));
    expect(s.rules()).to.deep.equal([]);
    const right = s.and(correct(5, raised('2013-01-01', 2)));
    expect(right.rules()).to.deep.equal([]);
    expect(due(right, '2015-12-31')).to.equal('2016-01-01');
    // As long as nobody has found it wrong, the same correction leaves a finding.
    const wrong = given(disciplined('2012-03-01'), raised('2013-07-01', 2)).and(
      correct(5, raised('2013-01-01', 2)),
    );
    expect(wrong.rules()).to.deep.equal(['step_too_early']);
  });

  it('twelve months early are counted from the lengthened day', () => {
    const early = (effective: string) =>
      record(fact('step_raised_early', effective, { grade: '01.003', step: 2, reason: 'excellent' }));
    const s = given(disciplined('2011-03-01'), rewarded());
    s.when(early('2012-06-30')).withFindings('early_over_limit');
    s.when(early('2012-07-01')).withFindings();
  });
});

describe('The next beyond-frame percentage', () => {
  const last = Scenario.given(opened(), hired(), graded('2010-01-01', 9));
  const granted = last.and(record(fact('beyond_frame_granted', '2013-01-01', { percent: '5' })));

  it('5 % after the period of the grade on the last step, then one more each year', () => {
    expect(nextBeyondFrame(last.at(DAY), DAY, world)).to.include({ due: '2013-01-01', percent: '5' });
    expect(nextBeyondFrame(granted.at('2013-01-01'), '2013-01-01', world)).to.include({
      due: '2014-01-01',
      percent: '6',
      after: eventId(4),
    });
  });

  it('a discipline lengthens both waits', () => {
    const before = last.and(record(disciplined('2012-03-01')));
    expect(nextBeyondFrame(before.at(DAY), DAY, world)?.due).to.equal('2013-07-01');
    const after = granted.and(record(disciplined('2013-03-01')));
    expect(nextBeyondFrame(after.at('2013-03-01'), '2013-03-01', world)?.due).to.equal('2014-07-01');
  });

  it('there is none below the last step', () => {
    expect(nextBeyondFrame(given().at(DAY), DAY, world)).to.equal(null);
  });
});
