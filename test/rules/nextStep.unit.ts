import { expect } from 'chai';
import fc from 'fast-check';
import { plusDays, plusMonths } from '../../src/dates.js';
import { nextStep, type Lengthening, type Pause, type StepWait } from '../../src/rules/nextStep.js';
import type { LawLists } from '../../src/rules/law.js';
import { CALENDAR, LAW } from './support.js';

const TODAY = '2026-06-30';
const wait = (from: string, more: Partial<StepWait> = {}): StepWait => ({
  from,
  months: 36,
  pauses: [],
  lengthenings: [],
  ...more,
});
const due = (w: StepWait, today = TODAY) => nextStep(w, LAW, CALENDAR, today);
const away = (kind: string, from: string, to: string | null, by = kind): Pause => ({ by, kind, from, to });
const disciplined = (code: string, day: string, more: Partial<Lengthening> = {}): Lengthening => ({
  by: code,
  code,
  day,
  ...more,
});

describe('the next regular step', () => {
  it('is due after the period alone, where nothing lengthened it', () => {
    expect(due(wait('2015-03-01'))).to.deep.equal({ due: '2018-03-01', earliest: '2018-03-01', reasons: [] });
    expect(due(wait('2015-03-01', { months: 24 })).due).to.equal('2017-03-01');
  });

  const CASES: readonly [string, string, string, number][] = [
    ['a reprimand of a civil servant', 'cc_khien_trach', '2015-06-01', 6],
    ['a warning of a civil servant', 'cc_canh_cao', '2015-06-01', 6],
    ['a demotion of a civil servant', 'cc_giang_chuc', '2015-06-01', 12],
    ['a removal of a civil servant', 'cc_cach_chuc', '2015-06-01', 12],
    ['a reprimand of a cadre', 'cb_khien_trach', '2015-06-01', 6],
    ['a removal of a cadre', 'cb_cach_chuc', '2015-06-01', 12],
    ['a reprimand of a public employee', 'vc_khien_trach', '2015-06-01', 3],
    ['a warning of a public employee', 'vc_canh_cao', '2015-06-01', 6],
    ['a removal of a public employee', 'vc_cach_chuc', '2015-06-01', 12],
    ['a reprimand of a worker', 'ld_khien_trach', '2015-06-01', 3],
    ['a year not completed by a civil servant', 'cc_khong', '2016-01-15', 6],
    ['a year not completed by a public employee', 'vc_khong', '2016-01-15', 6],
    ['a reprimand of a civil servant in 2012', 'cc_khien_trach', '2012-11-01', 6],
    ['a reprimand of a public employee in 2011', 'vc_khien_trach', '2011-11-01', 6],
    ['a removal of a public employee in 2011', 'vc_cach_chuc', '2011-11-01', 6],
    ['a reprimand of a civil servant in 2006', 'cc_khien_trach', '2006-06-01', 12],
    ['a reprimand of a civil servant in 2009', 'cc_khien_trach', '2009-06-01', 6],
    ['a year judged poor in 2006', 'cbcc_1998_kem', '2006-12-31', 12],
    ['a removal of a public employee in 2012', 'vc_cach_chuc', '2012-11-01', 12],
  ];
  for (const [name, code, day, months] of CASES)
    it(`${name} lengthens it by ${months} months`, () => {
      const from = plusMonths(`${day.slice(0, 4)}-01-01`, -6);
      const found = due(wait(from, { lengthenings: [disciplined(code, day)] }));
      expect(found.due).to.equal(plusMonths(from, 36 + months));
      expect(found.reasons.map((r) => [r.by, r.months])).to.deep.equal([[code, months]]);
      expect(found.reasons[0]?.source).to.not.equal('');
    });

  it('an undone year and a discipline add up, also two undone years', () => {
    const lengthenings = [
      disciplined('vc_khien_trach', '2015-06-01'),
      disciplined('vc_khong', '2016-01-15', { by: 'year 2015' }),
      disciplined('vc_khong', '2018-01-15', { by: 'year 2017' }),
    ];
    expect(due(wait('2015-03-01', { lengthenings })).due).to.equal('2019-06-01');
  });

  it('two disciplines add up, or the highest counts alone, as the parameter of the day says', () => {
    const lengthenings = [
      disciplined('cc_khien_trach', '2015-06-01'),
      disciplined('cc_cach_chuc', '2016-06-01'),
      disciplined('cc_khong', '2016-12-31'),
    ];
    const asked = wait('2015-03-01', { lengthenings });
    expect(due(asked).due).to.equal('2020-03-01');
    const highest: LawLists = {
      ...LAW,
      entry: (list, code, day) =>
        list === 'law_parameter' && code === 'several_disciplines'
          ? { code, name: code, source: 'test', confirmed: true, attributes: { value: 'highest' } }
          : LAW.entry(list, code, day),
    };
    const found = nextStep(asked, highest, CALENDAR, TODAY);
    expect(found.reasons.map((r) => r.by)).to.deep.equal(['cc_cach_chuc', 'cc_khong']);
    expect(found.due).to.equal('2019-09-01');
    const parameter = LAW.entry('law_parameter', 'several_disciplines', '2016-06-01');
    expect(parameter).to.deep.include({ confirmed: false, attributes: { value: 'sum' } });
  });

  it('beyond the frame each bad year adds twelve months until 2021-08-14, then it is as for a step', () => {
    const beyond = (...lengthenings: Lengthening[]) =>
      due(wait('2019-01-01', { isBeyondFrame: true, lengthenings }));
    const reprimand = (day: string) => disciplined('vc_khien_trach', day, { by: day });
    expect(beyond(reprimand('2021-08-14')).due).to.equal('2023-01-01');
    expect(beyond(reprimand('2021-08-14')).reasons[0]?.source).to.contain('TT 04/2005/TT-BNV III.1.3');
    expect(beyond(reprimand('2021-08-15')).due).to.equal('2022-04-01');
    // A year is bad once, whatever made it so.
    const twice = beyond(reprimand('2020-03-01'), disciplined('vc_khong', '2020-12-31', { by: 'e' }));
    expect(twice.due).to.equal('2023-01-01');
    expect(beyond(reprimand('2019-03-01'), reprimand('2020-03-01')).due).to.equal('2024-01-01');
    // What a decision names counts as it says.
    expect(beyond(disciplined('vc_khien_trach', '2020-03-01', { months: 3 })).due).to.equal('2022-04-01');
    expect(beyond(disciplined('unknown', '2020-03-01')).due).to.equal('2022-01-01');
  });

  it('of a discipline and the undone year for the same act only the longer counts', () => {
    const lengthenings = [
      disciplined('vc_khien_trach', '2015-06-01', { by: 'd' }),
      disciplined('vc_khong', '2016-01-15', { by: 'e', sameActAs: 'd' }),
    ];
    const found = due(wait('2015-03-01', { lengthenings }));
    expect(found.reasons.map((r) => r.by)).to.deep.equal(['e']);
    expect(found.due).to.equal('2018-09-01');
    const equal = due(
      wait('2015-03-01', {
        lengthenings: [
          disciplined('cc_khien_trach', '2015-06-01', { by: 'd' }),
          disciplined('cc_khong', '2016-01-15', { by: 'e', sameActAs: 'd' }),
        ],
      }),
    );
    expect(equal.reasons.map((r) => [r.by, r.months])).to.deep.equal([['d', 6]]);
  });

  it('what lies outside the period does not count; a lengthened period reaches further', () => {
    const before = disciplined('cc_khien_trach', '2015-02-28');
    const after = disciplined('cc_khien_trach', '2018-03-01');
    expect(due(wait('2015-03-01', { lengthenings: [before, after] })).due).to.equal('2018-03-01');
    const first = disciplined('cc_canh_cao', '2017-01-01');
    expect(due(wait('2015-03-01', { lengthenings: [first, after] })).due).to.equal('2019-03-01');
  });

  it('a decision that names its months counts as it says', () => {
    const found = due(
      wait('2015-03-01', { lengthenings: [{ by: 'x', code: '', day: '2016-01-01', months: 9 }] }),
    );
    expect(found).to.deep.include({ due: '2018-12-01' });
    expect(found.reasons[0]?.kind).to.equal('decision');
  });

  describe('time away', () => {
    const after = (...pauses: Pause[]) => due(wait('2015-03-01', { pauses })).due;
    it('unpaid leave and suspension do not count', () => {
      expect(after(away('unpaid', '2016-01-01', '2016-03-31'))).to.equal('2018-06-01');
      expect(after(away('suspension', '2016-01-01', '2016-02-29'))).to.equal('2018-05-01');
    });
    it('maternity, and study within its term, count', () => {
      expect(after(away('maternity', '2016-01-01', '2016-06-30'))).to.equal('2018-03-01');
      expect(after(away('study', '2016-01-01', '2017-12-31'))).to.equal('2018-03-01');
      expect(after(away('study_beyond_term', '2016-01-01', '2016-02-29'))).to.equal('2018-05-01');
    });
    it('sick leave counts up to six months, cumulated', () => {
      expect(after(away('sick', '2016-01-01', '2016-06-30'))).to.equal('2018-03-01');
      expect(after(away('sick', '2016-01-01', '2016-08-31'))).to.equal('2018-05-01');
      expect(
        after(away('sick', '2015-06-01', '2015-09-30', 'a'), away('sick', '2016-06-01', '2016-09-30', 'b')),
      ).to.equal('2018-05-01');
    });
    it('fewer than eleven working days of a remainder are dropped, eleven are a month', () => {
      expect(after(away('unpaid', '2016-03-01', '2016-03-14'))).to.equal('2018-03-01');
      expect(after(away('unpaid', '2016-03-01', '2016-03-15'))).to.equal('2018-04-01');
      expect(after(away('unpaid', '2016-03-01', '2016-04-14'))).to.equal('2018-04-01');
    });
    it('the remainders of all of it are added before they are rounded', () => {
      const tenDays = away('unpaid', '2016-03-01', '2016-03-14', 'a');
      const tenMore = away('suspension', '2016-05-04', '2016-05-17', 'b');
      const lastTen = away('unpaid', '2016-08-01', '2016-08-12', 'c');
      const reasons = (...pauses: Pause[]) =>
        due(wait('2015-03-01', { pauses })).reasons.map((r) => [r.by, r.months]);
      expect(reasons(tenDays)).to.deep.equal([]);
      expect(reasons(tenDays, tenMore)).to.deep.equal([['b', 1]]);
      // Thirty working days: a month of twenty-two, and eight that are dropped.
      expect(reasons(tenDays, tenMore, lastTen)).to.deep.equal([['b', 1]]);
      expect(after(tenDays, tenMore, lastTen)).to.equal('2018-04-01');
    });
    it('a day away for two reasons counts once', () => {
      const leave = away('unpaid', '2016-01-01', '2016-03-31');
      const suspended = away('suspension', '2016-03-01', '2016-04-30');
      expect(after(leave, suspended)).to.equal('2018-07-01');
      expect(after(suspended, leave)).to.equal('2018-07-01');
      expect(after(leave, away('suspension', '2016-02-01', '2016-02-29'))).to.equal('2018-06-01');
    });
    it('time under way when the law changes is judged by the law of each day', () => {
      const spell = (kind: string) =>
        due(wait('2021-01-01', { pauses: [away(kind, '2021-07-15', '2021-11-14')] })).due;
      expect(spell('probation')).to.equal('2024-04-01');
      expect(spell('military')).to.equal('2024-02-01');
    });
    it('military service counts from 2021-08-15, probation no longer', () => {
      expect(after(away('military', '2016-01-01', '2016-12-31'))).to.equal('2019-03-01');
      const late = (kind: string) =>
        due(wait('2021-09-01', { pauses: [away(kind, '2022-01-01', '2022-12-31')] })).due;
      expect(late('military')).to.equal('2024-09-01');
      expect(late('probation')).to.equal('2025-09-01');
      expect(late('awaiting_retirement')).to.equal('2025-09-01');
    });
    it('what has not ended counts up to today', () => {
      const open = wait('2024-01-01', { pauses: [away('unpaid', '2026-01-01', null)] });
      expect(due(open, '2026-03-31').due).to.equal('2027-04-01');
    });
  });

  it('one more day away never makes it earlier', () => {
    const spells = fc.array(fc.tuple(fc.nat(900), fc.nat(60)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(spells, (all) => {
        const pauses = all.map(([start, length]) => {
          const first = plusDays('2015-03-01', start);
          return away('unpaid', first, plusDays(first, length), `${start}`);
        });
        const [first, ...rest] = pauses as [Pause, ...Pause[]];
        const longer = { ...first, to: plusDays(first.to ?? first.from, 1) };
        expect(after(wait36(longer, ...rest)) >= after(wait36(first, ...rest))).to.equal(true);
      }),
      { numRuns: 500 },
    );
    function wait36(...pauses: Pause[]): StepWait {
      return wait('2015-03-01', { pauses });
    }
    function after(w: StepWait): string {
      return due(w).due;
    }
  });

  it('never precedes the legal minimum, and more never makes it earlier', () => {
    const aPause = fc
      .tuple(fc.constantFrom('unpaid', 'sick', 'maternity', 'suspension', 'study'), fc.nat(1500), fc.nat(400))
      .map(([kind, start, length]) => {
        const from = plusDays('2013-01-01', start);
        return away(kind, from, plusDays(from, length), `${kind} ${start}`);
      });
    const aCause = fc
      .tuple(fc.constantFrom('cc_khien_trach', 'cc_cach_chuc', 'cc_khong'), fc.nat(1500))
      .map(([code, start]) => disciplined(code, plusDays('2013-08-01', start), { by: `${code} ${start}` }));
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(aPause, { maxLength: 3 }),
        fc.array(aCause, { maxLength: 3 }),
        aCause,
        (start, pauses, lengthenings, more) => {
          const from = plusDays('2013-01-01', start);
          const found = due(wait(from, { pauses, lengthenings }));
          expect(found.due >= plusMonths(from, 36)).to.equal(true);
          const worse = due(wait(from, { pauses, lengthenings: [...lengthenings, more] }));
          expect(worse.due >= found.due).to.equal(true);
          const added = found.reasons.reduce((sum, r) => sum + r.months, 0);
          expect(found.due).to.equal(plusMonths(from, 36 + added));
        },
      ),
      { numRuns: 300 },
    );
  });
});
