import { plusDays, type Day } from '../dates.js';
import type { UnitFact } from '../organisation/facts.js';
import { unitTerms, type UnitTerm } from '../rules/unitLimits.js';
import { LAST } from './life.js';
import type { PlacedFact, Places } from './places.js';
import { Random } from './random.js';

/** Districts came after the departments. */
const LIVE: Readonly<Record<string, Day>> = { department: '2012-10-03', district: '2013-01-01' };
const SEED = 1504;
/** So small that nobody of it may be raised early: one that was is over the limit. */
const SMALL = { agency: 'thanh_tra_tp', payroll: 9 };
/** What the city gives of the pooled remainders: one early raise of these years. */
const GIVEN = { by: 'ubnd_tp', to: 'so_tai_chinh', years: [2015, 2019] };

/**
 * What the agencies enter of themselves: the day from which they keep their records here, the payroll and the
 * establishment of each year, the reports of Điều 14 and the monthly checks of Điều 15.4; and what the city gives them of
 * the early raises that their remainders make. Some came late; a few of the last two years are missing.
 */
export function agencyFacts(places: Places, unitId: (code: string) => string): PlacedFact[] {
  return [...ownFacts(places), ...givenRaises(unitId)];
}

function givenRaises(unitId: (code: string) => string): PlacedFact[] {
  return GIVEN.years.map((year) => {
    const on = `${String(year + 1)}-02-01`;
    const data = { year, to: unitId(GIVEN.to), count: 1 };
    return {
      at: momentAfter(on),
      unit: GIVEN.by,
      fact: { type: 'early_raises_allotted', effective: on, document: { number: '12/QĐ-UBND' }, data },
    };
  });
}

function ownFacts(places: Places): PlacedFact[] {
  return places.agencies().flatMap(({ code, level, type, from, ended }, n) => {
    const random = new Random(SEED + n);
    const isStanding = (day: Day) => from <= day && (ended === null || day < ended) && day <= LAST;
    const enter = (on: Day, fact: UnitFact): PlacedFact[] =>
      isStanding(fact.effective ?? from) ? [{ at: momentAfter(on), unit: code, fact }] : [];
    const live = LIVE[/quan|huyen/.test(type) ? 'district' : 'department'] ?? from;
    const until = ended === null ? LAST : plusDays(ended, -1);
    const terms = (rule: UnitTerm['rule']) => unitTerms(rule, from, until);
    const base = code === SMALL.agency ? SMALL.payroll : random.between(30, 400);
    const done = (due: Day): Day | null => {
      const roll = random.below(100);
      if (roll < 3) return due > '2024-07-01' ? null : plusDays(due, random.between(31, 120));
      return plusDays(due, roll < 12 ? random.between(2, 30) : -random.between(0, 5));
    };
    return [
      ...enter(live, { type: 'unit_went_live', effective: live, data: {} }),
      ...yearsWithin(from, until).flatMap((year) =>
        enter(`${String(year + 1)}-01-10`, {
          type: 'payroll_counted',
          effective: `${String(year)}-12-31`,
          data: { year, count: base + (year % 5) },
        }),
      ),
      ...yearsWithin(from, until).flatMap((year) =>
        enter(`${String(year)}-01-05`, {
          type: 'quota_decided',
          effective: `${String(year)}-01-01`,
          document: { number: `${String(100 + n)}/QĐ-UBND` },
          // Fewer than are paid, now and then: over the establishment.
          data: { year, kind: 'civil_servants', count: base + (year % 4) },
        }),
      ),
      ...[...terms(level === 3 ? 'R-14.2' : 'R-14.1')].flatMap(({ due }) => {
        const on = done(due);
        return on === null ? [] : enter(on, { type: 'report_submitted', effective: on, data: { due } });
      }),
      ...terms('R-15.4').flatMap(({ due }) => {
        const on = done(due);
        const data = { month: due.slice(0, 7) };
        return on === null ? [] : enter(on, { type: 'month_checked', effective: on, data });
      }),
    ];
  });
}

function yearsWithin(from: Day, until: Day): number[] {
  const first = Math.max(2012, Number(from.slice(0, 4)));
  const years = Number(until.slice(0, 4)) - first + 1;
  return Array.from({ length: Math.max(0, years) }, (_, i) => first + i);
}

/** Twice a year, and on the last day, the agencies enter what they did since. */
function momentAfter(on: Day): string {
  const year = on.slice(0, 4);
  const days = [`${year}-01-15`, `${year}-06-20`, `${year}-12-28`, `${String(Number(year) + 1)}-01-15`];
  const day = days.find((d) => d >= on) ?? LAST;
  return `${day > LAST ? LAST : day}T00:00:00.000Z`;
}
