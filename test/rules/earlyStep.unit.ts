import { expect } from 'chai';
import {
  earlyQuota,
  earlyTroubles,
  mayBeRaisedIn,
  stepOnNotice,
  type EarlyRaiseAsked,
} from '../../src/rules/earlyStep.js';
import { LAW } from './support.js';

const asked: EarlyRaiseAsked = {
  reason: 'excellent',
  grade: '01.003',
  lastStep: false,
  from: '2014-01-01',
  due: '2015-01-01',
  before: { reason: 'regular', grade: '01.003' },
};
const troubles = (more: Partial<EarlyRaiseAsked>) => earlyTroubles({ ...asked, ...more }, LAW);
const again = { before: { reason: 'excellent', grade: '01.003' } } as const;
const noticed = { reason: 'retirement_notice', retiresOn: '2014-06-01' } as const;
const inOtherGrade = { ...again, grade: '01.002' };

const rewarded = (monthsPerStep: number, ...achievements: string[]) => ({ monthsPerStep, achievements });

describe('a step raised early', () => {
  const CASES: readonly [string, Partial<EarlyRaiseAsked>, string[]][] = [
    ['twelve months before the regular day is in order', {}, []],
    ['a day more is not', { from: '2013-12-31' }, ['over_limit']],
    ['the limit is not asked where the regular day is not known', { from: '2010-01-01', due: null }, []],
    ['the last step is not raised', { lastStep: true }, ['last_step']],
    ['not twice in a row for achievement', again, ['twice']],
    ['on a notice after achievement it is', { ...again, reason: 'retirement_notice' }, []],
    ['the first one needs no raise before it', { before: null }, []],
    [
      'in another grade twice until 2021-08-14',
      { ...inOtherGrade, from: '2021-08-14', due: '2022-01-01' },
      [],
    ],
    ['no more from 2021-08-15', { ...inOtherGrade, from: '2021-08-15', due: '2022-01-01' }, ['twice']],
    [
      'on a notice not before 2012-05-01',
      { reason: 'retirement_notice', from: '2012-04-30', due: '2012-12-01' },
      ['not_law'],
    ],
    [
      'on a notice from 2012-05-01, the first day of the law',
      { reason: 'retirement_notice', from: '2012-05-01', due: '2012-12-01' },
      [],
    ],
    ['on a notice not later than the day of the law', { ...noticed, from: '2014-01-02' }, ['wrong_day']],
    [
      'the first of the month after does',
      { ...noticed, due: '2015-01-15', retiresOn: '2014-06-01', from: '2014-02-01' },
      [],
    ],
    [
      'on a notice, of somebody who leaves early under NĐ 178/2024',
      {
        ...noticed,
        from: '2025-03-01',
        due: '2026-03-01',
        retiresOn: '2025-09-01',
        leavesBy: 'sap_xep_nd178',
      },
      ['early_leaver'],
    ],
    [
      'for achievement, by what lacks at the end of the year in which it is decided',
      { year: 2013 },
      ['lacks_too_much'],
    ],
    [
      'on a notice, twelve months may lack',
      { reason: 'retirement_notice', retiresOn: '2014-01-01', due: '2015-01-01' },
      [],
    ],
    [
      'on a notice, more may not',
      { reason: 'retirement_notice', retiresOn: '2013-12-31', due: '2015-01-01' },
      ['lacks_too_much'],
    ],
    ['steps of 36 months: an achievement of six years before counts', rewarded(36, '2008-01-01'), []],
    ['a day older does not', rewarded(36, '2007-12-31'), ['no_achievement']],
    ['steps of 24 months: four years', rewarded(24, '2010-01-01'), []],
    ['and no more', rewarded(24, '2009-12-31'), ['no_achievement']],
    ['before the law began nothing is held against it', { from: '2004-01-01', due: '2006-01-01' }, []],
  ];
  for (const [name, more, expected] of CASES)
    it(name, () => {
      expect(troubles(more)).to.deep.equal(expected);
    });

  it('on a notice it is paid twelve months before the regular day', () => {
    // Sở Nội vụ Đà Nẵng: step of 2015-02-01 (36 months), retires 2017-03-01.
    expect(stepOnNotice(LAW, '2018-02-01', '2017-03-01')).to.equal('2017-02-01');
    expect(stepOnNotice(LAW, '2018-03-02', '2017-03-01')).to.equal(null);
    expect(stepOnNotice(LAW, '2013-01-01', '2012-05-01')).to.equal(null);
    expect(stepOnNotice(LAW, '2013-06-01', '2012-06-01')).to.equal('2012-06-01');
    // Never from before the law.
    expect(stepOnNotice(LAW, '2013-01-01', '2012-05-02')).to.equal('2012-05-01');
  });

  it('for achievement, at most twelve months may lack at the end of the year', () => {
    expect(mayBeRaisedIn(LAW, 2014, '2015-12-31')).to.equal(true);
    expect(mayBeRaisedIn(LAW, 2014, '2016-01-01')).to.equal(false);
  });

  it('an agency may raise one of each full ten, before 2013 one of each full twenty; the rest is pooled', () => {
    expect(earlyQuota(LAW, 2014, 9)).to.deep.equal({ own: 0, pooled: 9 });
    expect(earlyQuota(LAW, 2014, 47)).to.deep.equal({ own: 4, pooled: 7 });
    expect(earlyQuota(LAW, 2013, 50)).to.deep.equal({ own: 5, pooled: 0 });
    expect(earlyQuota(LAW, 2012, 47)).to.deep.equal({ own: 2, pooled: 7 });
    expect(earlyQuota(LAW, 2003, 47)).to.equal(null);
  });
});
