import { expect } from 'chai';
import type { FactContent } from '../../../src/record/action.js';
import { raiseGround } from '../../../src/record/raiseGround.js';
import {
  eventId,
  fact,
  graded,
  hired,
  opened,
  raised,
  raisedEarly,
  record,
  rewarded,
  Scenario,
  world,
} from '../../support/record.js';

describe('Step raised early', () => {
  const base = Scenario.given(opened(), hired(), graded('2010-01-01', 1), rewarded());
  const promoted = fact('grade_promoted', '2013-05-01', { grade: '01.002', step: 1 });
  const inNewGrade = (effective: string) => raisedEarly(effective, 2, { grade: '01.002' });

  it('twelve months early for achievement it is in order', () => {
    const s = base.and(record(raisedEarly('2012-01-01', 2, { monthsEarly: 12 })));
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2012-01-01')).to.nested.include({ 'grade.step': 2, 'lastRaise.kind': 'excellent' });
  });

  it('the wait for the next step counts from it', () => {
    const s = base.and(record(raisedEarly('2012-01-01', 2)));
    s.when(record(raised('2014-12-31', 3))).withFindings('step_too_early');
    s.when(record(raised('2015-01-01', 3))).withFindings();
  });

  it('more than twelve months early, by the dates or by what the paper says: recorded with its finding', () => {
    base.when(record(raisedEarly('2011-12-01', 2))).withFindings('early_over_limit');
    base.when(record(raisedEarly('2012-06-01', 2, { monthsEarly: 13 }))).withFindings('early_over_limit');
  });

  it('not from the last step', () => {
    Scenario.given(opened(), hired(), graded('2010-01-01', 9), rewarded())
      .when(record(raisedEarly('2012-06-01', 9)))
      .withFindings('early_at_last_step');
  });

  it('achievement twice in a row: recorded with a finding that names the first', () => {
    const once = base.and(record(raisedEarly('2012-01-01', 2)));
    const { findings } = once.when(record(raisedEarly('2014-01-01', 3))).then('step_raised_early');
    expect(findings[0]).to.include({ rule: 'early_twice' });
    expect(findings[0]?.others).to.deep.equal([once.events[4]?.id]);
  });

  it('twice with a regular raise between, or the second on a retirement notice: in order', () => {
    const once = base.and(record(raisedEarly('2012-01-01', 2)));
    once.when(record(raised('2015-01-01', 3)), record(raisedEarly('2017-01-01', 4))).withFindings();
    const notice = record(fact('retirement_notified', '2013-10-01', { retirement: '2014-06' }));
    once.when(notice, record(raisedEarly('2014-01-01', 3, { reason: 'retirement_notice' }))).withFindings();
  });

  it('the reward lies within the six years before, for steps of 24 months within four; on a notice none is asked', () => {
    const since = (day: string) => Scenario.given(opened(), hired(), rewarded(day), graded('2015-01-01', 1));
    since('2011-01-01')
      .when(record(raisedEarly('2017-01-01', 2)))
      .withFindings();
    since('2010-12-31')
      .when(record(raisedEarly('2017-01-01', 2)))
      .withFindings('early_without_achievement');
    // Of an old paper that knows only the year, its last day is taken.
    since('2011')
      .when(record(raisedEarly('2017-12-31', 2)))
      .withFindings();
    const notified = record(fact('retirement_notified', '2016-10-01', { retirement: '2017-06' }));
    const notice = record(raisedEarly('2017-01-01', 2, { reason: 'retirement_notice' }));
    since('2010-12-31').when(notified, notice).withFindings();
  });

  it('on a notice from the day of the law, which a finding names, or the first of the month after', () => {
    // Sở Nội vụ Đà Nẵng: step of 2015-02-01, retires on 2017-03-01.
    const notified = Scenario.given(
      opened(),
      hired(),
      graded('2015-02-01', 1),
      fact('retirement_notified', '2016-08-15', { retirement: '2017-02' }),
    );
    const on = (day: string) => record(raisedEarly(day, 2, { reason: 'retirement_notice' }));
    notified.when(on('2017-02-01')).withFindings();
    notified.when(on('2017-01-31')).withFindings('early_over_limit');
    const { findings } = notified.when(on('2017-02-02')).then('step_raised_early');
    expect(findings[0]).to.deep.include({
      rule: 'early_notice_day',
      params: { due: '2018-02-01', lawful: '2017-02-01' },
    });
    const inMonth = Scenario.given(
      opened(),
      hired(),
      graded('2015-02-10', 1),
      fact('retirement_notified', '2016-08-15', { retirement: '2017-03' }),
    );
    inMonth.when(on('2017-02-10')).withFindings();
    inMonth.when(on('2017-03-01')).withFindings();
    inMonth.when(on('2017-03-02')).withFindings('early_notice_day');
  });

  it('are ranked by the highest reward or title of the years that count', () => {
    const cstd = fact('emulation_title_awarded', '2012-06-01', { title: 'cstd_co_so' });
    const medal = fact('rewarded', '2009-06-01', { form: 'hc_lao_dong_3' });
    const hero = fact('honorary_title_awarded', '2013-06-01', { title: 'ah_lao_dong' });
    const ground = (...facts: FactContent[]) =>
      raiseGround(
        Scenario.given(opened(), hired(), graded('2010-01-01', 1), ...facts).timeline(),
        '2015-06-01',
        world,
      );
    expect(ground()).to.equal(null);
    expect(ground(rewarded('2012-01-01'), cstd)).to.include({ by: eventId(5), code: 'cstd_co_so' });
    // A medal of six years before still counts, a day later no more.
    expect(ground(medal, cstd)?.code).to.equal('hc_lao_dong_3');
    expect(ground({ ...medal, effective: '2009-05-31' }, cstd)?.code).to.equal('cstd_co_so');
    expect(ground(medal, hero)?.code).to.equal('ah_lao_dong');
    const ranks = [ground(hero), ground(medal), ground(cstd), ground(rewarded('2012-01-01'))].map(
      (g) => g!.rank,
    );
    expect(ranks).to.deep.equal([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).to.equal(4);
  });

  it('twice in different grades: in order until 2021-08-14, by the law of the date', () => {
    Scenario.given(
      opened(),
      hired(),
      graded('2010-01-01', 1),
      rewarded(),
      raisedEarly('2012-06-01', 2),
      promoted,
    )
      .when(record(inNewGrade('2015-05-01')))
      .withFindings();
    const late = { ...promoted, effective: '2019-05-01' };
    const before = [
      opened(),
      hired(),
      graded('2010-01-01', 1),
      raisedEarly('2012-06-01', 2),
      rewarded('2016-06-01'),
      late,
    ];
    Scenario.given(...before)
      .when(record(inNewGrade('2021-08-14')))
      .withFindings();
    Scenario.given(...before)
      .when(record(inNewGrade('2021-08-15')))
      .withFindings('early_twice');
  });
});
