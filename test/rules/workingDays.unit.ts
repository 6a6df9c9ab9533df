import { expect } from 'chai';
import fc from 'fast-check';
import { loadShipped } from '../../src/catalogues/shipped.js';
import { plusDays, weekdayOf } from '../../src/dates.js';
import { dueDay, type LimitRule } from '../../src/rules/timeLimits.js';
import {
  CALENDAR_KINDS,
  CALENDAR_LIST,
  calendarOf,
  calendarTrouble,
  stoppingScopes,
} from '../../src/rules/workingDays.js';
import type { LawEntry } from '../../src/rules/law.js';

const entries: readonly LawEntry[] = loadShipped().lists.find((l) => l.list === CALENDAR_LIST)!.entries;
const calendar = calendarOf(entries);

/** Weekdays off and weekend days worked, year by year, as laws and notices have them: "d/m", "d-d/m". */
const YEARS: Readonly<Record<number, readonly [off: string, worked: string]>> = {
  2010: ['1/1 15-19/2 23/4 30/4 3/5 2/9 3/9', '27/2 11/9'],
  2011: ['3/1 31/1 1-4/2 7/2 11/4 12/4 2/5 3/5 2/9', '29/1 30/1 9/4'],
  2012: ['2/1 23-27/1 2/4 30/4 1/5 3/9 31/12', '4/2'],
  2013: ['1/1 11-15/2 19/4 29/4 30/4 1/5 2/9', '5/1 23/2 4/5'],
  2014: ['1/1 28-31/1 3-5/2 9/4 30/4 1/5 2/5 1/9 2/9', '25/1 8/2 26/4 6/9 27/12'],
  2015: ['1/1 2/1 16-20/2 23/2 28-30/4 1/5 2/9', '14/2 25/4'],
  2016: ['1/1 8-12/2 18/4 2/5 3/5 2/9', ''],
  2017: ['2/1 26-27/1 30-31/1 1/2 6/4 1/5 2/5 4/9', ''],
  2018: ['1/1 14-16/2 19-20/2 25/4 30/4 1/5 3/9 31/12', ''],
  2019: ['1/1 4-8/2 15/4 29/4 30/4 1/5 2/9', '5/1 4/5'],
  2020: ['1/1 23-24/1 27-29/1 2/4 30/4 1/5 2/9', ''],
  2021: ['1/1 10-12/2 15-16/2 21/4 30/4 3/5 2/9 3/9', ''],
  2022: ['3/1 31/1 1-4/2 11/4 2/5 3/5 1/9 2/9', ''],
  2023: ['2/1 20/1 23-26/1 1-3/5 1/9 4/9', ''],
  2024: ['1/1 8-9/2 12-14/2 18/4 29/4 30/4 1/5 2/9 3/9', '4/5'],
  2025: ['1/1 27-31/1 7/4 30/4 1/5 2/5 1/9 2/9', '26/4'],
  2026: ['1/1 2/1 16-20/2 27/4 30/4 1/5 31/8 1/9 2/9 24/11', '10/1 22/8'],
  2027: ['1/1 4-5/2 8-10/2 16/4 30/4 3/5 2/9 3/9 24/11', ''],
};

/** Mùng 1 Tết, the days of Chạp, and Giỗ Tổ (10/3 of the lunar year), by Hồ Ngọc Đức's algorithm at UTC+7. */
const LUNAR: Readonly<Record<number, readonly [tet: string, gioTo: string]>> = {
  2008: ['7/2', '15/4'],
  2009: ['26/1', '4/4'],
  2010: ['14/2', '23/4'],
  2011: ['3/2', '12/4'],
  2012: ['23/1', '31/3'],
  2013: ['10/2', '19/4'],
  2014: ['31/1', '9/4'],
  2015: ['19/2', '28/4'],
  2016: ['8/2', '16/4'],
  2017: ['28/1', '6/4'],
  2018: ['16/2', '25/4'],
  2019: ['5/2', '14/4'],
  2020: ['25/1', '2/4'],
  2021: ['12/2', '21/4'],
  2022: ['1/2', '10/4'],
  2023: ['22/1', '29/4'],
  2024: ['10/2', '18/4'],
  2025: ['29/1', '7/4'],
  2026: ['17/2', '26/4'],
  2027: ['6/2', '16/4'],
  2028: ['26/1', '4/4'],
  2029: ['13/2', '23/4'],
  2030: ['2/2', '12/4'],
};

const dayOf = (year: number, text: string) => {
  const [d = '', m = ''] = text.split('/');
  return `${year}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
};
const days = (year: number, text: string) =>
  text
    .split(' ')
    .filter((t) => t !== '')
    .flatMap((part) => {
      const [range = '', month = ''] = part.split('/');
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => dayOf(year, `${from + i}/${month}`));
    });
const every = (year: number) =>
  Array.from({ length: 366 }, (_, i) => plusDays(`${year}-01-01`, i)).filter((d) =>
    d.startsWith(String(year)),
  );

describe('the working-day calendar', () => {
  for (const [year, [off, worked]] of Object.entries(YEARS))
    it(`of ${year}: the weekdays off and the weekend days worked, day for day`, () => {
      const all = every(Number(year));
      expect(all.filter((d) => weekdayOf(d) <= 5 && !calendar.isWorkingDay(d))).to.deep.equal(
        days(Number(year), off).sort(),
      );
      expect(all.filter((d) => weekdayOf(d) > 5 && calendar.isWorkingDay(d))).to.deep.equal(
        days(Number(year), worked).sort(),
      );
    });

  /** Years of which no notice was seen: what the law alone gives. */
  const BY_LAW: Readonly<Record<number, string>> = {
    2008: '1/1 6-8/2 11/2 15/4 30/4 1/5 2/9',
    2009: '1/1 26-29/1 6/4 30/4 1/5 2/9',
    2028: '3/1 25-28/1 31/1 4/4 1-2/5 1/9 4/9 24/11',
    2029: '1/1 12-16/2 23/4 30/4 1/5 3-4/9',
    2030: '1/1 1/2 4-7/2 12/4 30/4 1/5 2-3/9',
  };
  for (const [year, off] of Object.entries(BY_LAW))
    it(`of ${year}: the weekdays off by law alone`, () => {
      const all = every(Number(year));
      expect(all.filter((d) => weekdayOf(d) <= 5 && !calendar.isWorkingDay(d))).to.deep.equal(
        days(Number(year), off).sort(),
      );
      expect(all.filter((d) => weekdayOf(d) > 5 && calendar.isWorkingDay(d))).to.deep.equal([]);
    });

  it('knows Tết and Giỗ Tổ of every year from 2008 to 2030', () => {
    for (const [year, [tet, gioTo]] of Object.entries(LUNAR)) {
      const first = dayOf(Number(year), tet);
      for (const day of [plusDays(first, -1), first, plusDays(first, 1), plusDays(first, 2)])
        expect(entries.find((e) => e.code === day)?.name, day).to.equal('Tết Nguyên đán');
      const commemoration = entries.find((e) => e.code === dayOf(Number(year), gioTo));
      expect(commemoration?.name, year).to.equal('Giỗ Tổ Hùng Vương');
    }
  });

  it('has as many holidays a year as the law of that year', () => {
    const count = (year: number) =>
      entries.filter((e) => e.code.startsWith(String(year)) && e.attributes?.['kind'] === 'holiday').length;
    for (let year = 2008; year <= 2030; year++)
      expect(count(year), String(year)).to.equal(year < 2014 ? 9 : year < 2021 ? 10 : year < 2026 ? 11 : 12);
  });

  it('has one kind for each entry, and is unconfirmed where no notice was seen', () => {
    for (const { code, attributes } of entries) expect(CALENDAR_KINDS, code).to.include(attributes?.['kind']);
    expect(calendar.isConfirmed('2011-01-01', '2026-12-31')).to.equal(true);
    expect(calendar.isConfirmed('2027-12-01', '2028-01-31')).to.equal(false);
    expect(calendar.isConfirmed('2007-12-31', '2007-12-31')).to.equal(false);
  });

  it('closes Đà Nẵng alone only for whom its scope counts', () => {
    expect(calendar.isWorkingDay('2020-10-28')).to.equal(true);
    expect(calendarOf(entries, { closedScopes: ['da_nang'] }).isWorkingDay('2020-10-28')).to.equal(false);
    expect(calendarOf(entries, { closedScopes: ['da_nang'] }).isWorkingDay('2017-11-09')).to.equal(true);
  });

  it('a local closure stops the clocks of its scope only, and only where its notice says so', () => {
    const flood = (stops: object) => ({
      code: '2020-10-29.snv',
      name: 'Lụt',
      source: 'thông báo',
      confirmed: true,
      attributes: { kind: 'local_closure', scope: 'snv', ...stops },
    });
    const stopping = [...entries, flood({ stops_clocks: 'true' })];
    expect(stoppingScopes(entries)).to.deep.equal([]);
    expect(stoppingScopes(stopping)).to.deep.equal(['snv']);
    const isWorked = (all: readonly LawEntry[], scopes: readonly string[]) =>
      calendarOf(all, { stoppedScopes: scopes }).isWorkingDay('2020-10-29');
    expect(isWorked(stopping, ['snv'])).to.equal(false);
    expect(isWorked(stopping, ['stc'])).to.equal(true);
    expect(isWorked([...entries, flood({})], ['snv'])).to.equal(true);
  });

  it('an entry is its day, its kind, and of a local closure its scope', () => {
    const trouble = (code: string, attributes: Readonly<Record<string, string>>) =>
      calendarTrouble({ code, attributes });
    for (const { code, attributes = {} } of entries) expect(trouble(code, attributes), code).to.equal(null);
    expect(trouble('2027-02-29', { kind: 'holiday' })).to.equal('code');
    expect(trouble('2027-02-28.x', { kind: 'holiday' })).to.equal('code');
    expect(trouble('2027-02-28', {})).to.equal('kind');
    expect(trouble('2027-02-28', { kind: 'holiday', scope: 'x' })).to.equal('scope');
    expect(trouble('2027-02-28', { kind: 'local_closure' })).to.equal('scope');
    expect(trouble('2027-02-28', { kind: 'local_closure', scope: 'x' })).to.equal('code');
    expect(trouble('2027-02-28.x', { kind: 'local_closure', scope: 'x' })).to.equal(null);
    expect(trouble('2027-02-28.x', { kind: 'local_closure', scope: 'x', stops_clocks: 'yes' })).to.equal(
      'stops_clocks',
    );
    expect(trouble('2027-02-28', { kind: 'holiday', stops_clocks: 'true' })).to.equal('stops_clocks');
  });

  it('a notice that comes late moves a due date', () => {
    const before = calendarOf(entries.filter((e) => e.code !== '2024-04-29' && e.code !== '2024-05-04'));
    expect(before.addWorkingDays('2024-04-17', 10)).to.equal('2024-05-06');
    expect(calendar.addWorkingDays('2024-04-17', 10)).to.equal('2024-05-06');
    expect(before.addWorkingDays('2024-04-17', 7)).to.equal('2024-04-29');
    expect(calendar.addWorkingDays('2024-04-17', 7)).to.equal('2024-05-02');
  });
});

describe('time limits of the decision', () => {
  const VECTORS: readonly [LimitRule, string, string][] = [
    ['R-10.1b', '2012-10-03', '2012-12-05'],
    ['R-10.1b', '2012-12-03', '2013-02-05'],
    ['R-10.1b', '2012-12-20', '2013-02-28'],
    ['R-10.2b', '2012-10-03', '2012-10-17'],
    ['R-10.2b', '2012-12-24', '2013-01-08'],
    ['R-10.2b', '2013-01-31', '2013-02-21'],
    ['R-10.2b', '2025-04-21', '2025-05-07'],
    ['R-10.2b', '2026-08-20', '2026-09-07'],
    ['R-10.2b', '2026-11-16', '2026-12-01'],
    ['R-11.1', '2012-12-20', '2013-01-04'],
    ['R-11.2b', '2012-12-20', '2013-01-21'],
    ['R-11.2a', '2013-01-25', '2013-02-18'],
    ['R-11.3a', '2012-10-03', '2012-10-15'],
  ];
  for (const [rule, trigger, due] of VECTORS)
    it(`${rule} from ${trigger} is due on ${due}`, () => {
      expect(dueDay(rule, trigger, calendar)).to.equal(due);
    });

  /** Ten working days from 24 December of each year, counted by hand on the calendars above. */
  const ACROSS_NEW_YEAR: readonly [number, string][] = [
    [2008, '2009-01-08'],
    [2009, '2010-01-08'],
    [2010, '2011-01-10'],
    [2011, '2012-01-09'],
    [2012, '2013-01-08'],
    [2013, '2014-01-08'],
    [2014, '2015-01-08'],
    [2015, '2016-01-08'],
    [2016, '2017-01-09'],
    [2017, '2018-01-08'],
    [2018, '2019-01-08'],
    [2019, '2020-01-08'],
    [2020, '2021-01-08'],
    [2021, '2022-01-10'],
    [2022, '2023-01-09'],
    [2023, '2024-01-08'],
    [2024, '2025-01-08'],
    [2025, '2026-01-09'],
    [2026, '2027-01-08'],
    [2027, '2028-01-10'],
    [2028, '2029-01-08'],
    [2029, '2030-01-08'],
  ];
  for (const [year, due] of ACROSS_NEW_YEAR)
    it(`ten working days across the new year ${year + 1}`, () => {
      expect(calendar.addWorkingDays(`${year}-12-24`, 10)).to.equal(due);
    });

  /** Forty-five working days from 10 December of each year (the new recruit's record), across New Year and Tết. */
  const ACROSS_TET: readonly [number, string][] = [
    [2008, '2009-02-18'],
    [2009, '2010-02-12'],
    [2010, '2011-02-18'],
    [2011, '2012-02-17'],
    [2012, '2013-02-19'],
    [2013, '2014-02-19'],
    [2014, '2015-02-12'],
    [2015, '2016-02-19'],
    [2016, '2017-02-20'],
    [2017, '2018-02-12'],
    [2018, '2019-02-19'],
    [2019, '2020-02-19'],
    [2020, '2021-02-19'],
    [2021, '2022-02-21'],
    [2022, '2023-02-20'],
    [2023, '2024-02-19'],
    [2024, '2025-02-19'],
    [2025, '2026-02-12'],
    [2026, '2027-02-19'],
    [2027, '2028-02-21'],
    [2028, '2029-02-19'],
    [2029, '2030-02-19'],
  ];
  for (const [year, due] of ACROSS_TET)
    it(`forty-five working days across Tết ${year + 1}`, () => {
      expect(calendar.addWorkingDays(`${year}-12-10`, 45)).to.equal(due);
    });

  it('none runs before 2012-10-03', () => {
    expect(dueDay('R-10.2b', '2012-10-02', calendar)).to.equal(null);
  });

  const aDay = fc.integer({ min: 0, max: 6000 }).map((n) => plusDays('2009-01-01', n));
  it('a later trigger, or more days, is never due earlier; due days are working days', () => {
    fc.assert(
      fc.property(aDay, fc.nat(40), fc.nat(60), (trigger, more, count) => {
        const due = calendar.addWorkingDays(trigger, count + 1);
        expect(calendar.isWorkingDay(due)).to.equal(true);
        expect(calendar.workingDaysBetween(trigger, due)).to.equal(count + 1);
        expect(calendar.addWorkingDays(plusDays(trigger, more), count + 1) >= due).to.equal(true);
        expect(calendar.addDays(trigger, count) >= plusDays(trigger, count)).to.equal(true);
        expect(calendar.isWorkingDay(calendar.addDays(trigger, count))).to.equal(true);
      }),
    );
  });
  it('counts the same as day by day, also beyond the days that are indexed', () => {
    const anyDay = fc.integer({ min: -16_000, max: 20_000 }).map((n) => plusDays('2012-10-03', n));
    fc.assert(
      fc.property(anyDay, fc.nat(60), (trigger, count) => {
        let day = trigger;
        for (let left = count; left > 0;) {
          day = plusDays(day, 1);
          if (calendar.isWorkingDay(day)) left -= 1;
        }
        expect(calendar.addWorkingDays(trigger, count)).to.equal(day);
        expect(calendar.workingDaysBetween(trigger, day)).to.equal(count);
        expect(calendar.workingDaysBetween(day, trigger) + count).to.equal(0);
      }),
    );
  });
});
