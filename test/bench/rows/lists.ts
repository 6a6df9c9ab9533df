/**
 * What lists by unit cost in a city of so many persons: rows are made by SQL in the tables of the read models. With
 * `--plans FILE` it writes PostgreSQL’s plans for the whole city; those of the last run kept are in lists.plans.txt.
 */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { plusDays, plusMonths, type Day } from '../../../src/dates.js';
import { countCompleteness, findIncomplete } from '../../../src/projecting/queries/completeness.js';
import { countDues, findDues, forecastRetirements } from '../../../src/projecting/queries/dues.js';
import { countDuties, countOverdue, findDuties } from '../../../src/projecting/queries/duties.js';
import { countMovements, findMovements } from '../../../src/projecting/queries/movements.js';
import { membersOf, type Reader, type RowScope } from '../../../src/projecting/queries/persons.js';
import { countPlaces } from '../../../src/projecting/queries/establishment.js';
import { World } from '../../projecting/support.js';
import { median, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';

const PERSONS = 60_000;
const PERSONS_QUICK = 2_000;
const UNITS = 500;
const UNITS_OF_AN_AGENCY = 50;
const ROUNDS = 7;
const TODAY: Day = '2026-07-01';

/** The id of the n-th unit, or person. */
const idSql = (prefix: string, n: string) =>
  `('${prefix}-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const unitId = (n: number) => `00000001-0000-4000-8000-${String(n).padStart(12, '0')}`;
const person = idSql('00000002', 'p');
const unit = idSql('00000001', `1 + p % ${UNITS}`);
const fact = idSql('00000003', 'p * 100 + k');

/** Columns that the measured statements do not look at, and that may not be null. */
const ANY: Readonly<Record<string, string>> = {
  text: `''`,
  uuid: `'00000000-0000-0000-0000-000000000000'`,
  integer: '0',
  bigint: '0',
  boolean: 'false',
  date: `'2012-10-03'`,
  jsonb: `'[]'`,
  ARRAY: `'{}'`,
  'timestamp with time zone': `'2012-10-03'`,
};

/** So many rows for each person, `k` from 0; columns left out are filled. */
async function fill(
  db: pg.Client,
  model: string,
  table: string,
  persons: number,
  each: number,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows: models } = await db.query<{ schema_name: string }>(
    `SELECT schema_name FROM projecting.model WHERE projection = $1 AND state = 'serving'`,
    [model],
  );
  const schema = models[0]!.schema_name;
  const { rows } = await db.query<{ column_name: string; data_type: string }>(
    `SELECT column_name, data_type FROM information_schema.columns
      WHERE table_schema = $1 AND table_name = $2 AND is_nullable = 'NO'`,
    [schema, table],
  );
  const all = new Map(rows.map((c) => [c.column_name, ANY[c.data_type] ?? 'NULL']));
  for (const [name, value] of Object.entries({ person, n: 'k', ...columns })) all.set(name, value);
  await db.query(
    `INSERT INTO "${schema}"."${table}" (${[...all.keys()].join(', ')})
     SELECT ${[...all.values()].join(', ')}
       FROM generate_series(1, ${persons}) p, generate_series(0, ${each - 1}) k`,
  );
  await db.query(`VACUUM ANALYZE "${schema}"."${table}"`);
}

/** A city: everybody in service, with what fourteen years leave behind. */
async function populate(db: pg.Client, persons: number): Promise<void> {
  const today = `'${TODAY}'::date`;
  const stretch = {
    unit,
    effective_from: `CASE k / 4 WHEN 0 THEN ${today} - (p % 300) WHEN 1 THEN ${today} + 60 ELSE ${today} + 360 END`,
    effective_to: `CASE k / 4 WHEN 0 THEN ${today} + 60 WHEN 1 THEN ${today} + 360 END`,
  };
  const code = `'item_' || (p + k % 4) % 22`;
  await fill(db, 'completeness', 'lack', persons, 12, { ...stretch, code });
  const whole = Object.fromEntries(
    Object.entries(stretch).map(([c, sql]) => [c, sql.replaceAll('k / 4', 'k')]),
  );
  await fill(db, 'completeness', 'standing', persons, 3, {
    ...whole,
    lacks: '4',
    codes: `ARRAY(SELECT 'item_' || (p % 997 * 31 + i * (1 + p % 7)) % 22 FROM generate_series(0, 3) i)`,
  });
  await fill(db, 'deadlines', 'due', persons, 5, {
    unit,
    fact,
    kind: `(ARRAY['regular_step', 'retirement', 'regular_step', 'discipline_lapse', 'contract_end'])[1 + k]`,
    effective_from: `CASE k WHEN 2 THEN ${today} + 100 ELSE ${today} - 400 END`,
    effective_to: `CASE k WHEN 0 THEN ${today} + 100 END`,
    due: `CASE k WHEN 1 THEN ${today} + (p % 9000) - 30 ELSE ${today} + (p * 7 + k) % 1080 - 30 END`,
    stage: `CASE WHEN k <> 1 THEN NULL WHEN p % 9000 < 180 THEN 'notified' ELSE 'eligible' END`,
    subject: `CASE k WHEN 1 THEN to_char(${today} + (p % 9000) - 30, 'YYYY-MM') ELSE '01.003 3' END`,
    blocked: `CASE WHEN p % 97 = 0 THEN 'disputed' END`,
    reasons: `CASE WHEN p % 31 = 0 THEN '[{"by":"x","kind":"discipline","months":6}]'::jsonb ELSE '[]'::jsonb END`,
  });
  // One in five hundred is open.
  const trigger = `${today} - ((20 - k) * 250 + p % 200)`;
  await fill(db, 'deadlines', 'duty', persons, 20, {
    owes: unit,
    fact,
    rule: `CASE WHEN k = 0 THEN 'R-10.1b' ELSE 'R-10.2b' END`,
    action: `'evaluated'`,
    trigger,
    due: `${trigger} + 14`,
    done_on: `CASE WHEN (p * 20 + k) % 500 <> 0 THEN ${trigger} + (p % 20) END`,
    done_by: `CASE WHEN (p * 20 + k) % 500 <> 0 THEN ${fact} END`,
    done_account: `CASE WHEN (p * 20 + k) % 500 <> 0 THEN ${unit} END`,
    days_late: `greatest(0, p % 20 - 14)`,
  });
  await fill(db, 'movements', 'step', persons, 1, {
    step: `(ARRAY['sent', 'accepted', 'refused'])[1 + p % 3]`,
    from_unit: unit,
    to_unit: idSql('00000001', `1 + (p + 60) % ${UNITS}`),
    fact,
    effective_from: `${today} - p % 2000`,
    effective_to: `CASE WHEN p % 300 <> 0 THEN ${today} - p % 2000 + 12 END`,
  });
  const day = `CASE k WHEN 0 THEN DATE '2000-01-01' WHEN 1 THEN DATE '2012-01-01' ELSE DATE '2020-01-01' END`;
  await fill(db, 'profile', 'segment', persons, 3, {
    unit,
    record_unit: unit,
    effective_from: day,
    effective_to: `CASE k WHEN 0 THEN DATE '2012-01-01' WHEN 1 THEN DATE '2020-01-01' END`,
  });
  // In service, in a unit and in a place there, the last of three of each.
  await fill(db, 'status', 'spell', persons, 9, {
    unit: idSql('00000001', `1 + (p + CASE k / 3 WHEN 2 THEN 0 ELSE 7 * (k / 3) + 1 END) % ${UNITS}`),
    fact,
    kind: `(ARRAY['service', 'unit', 'seat'])[1 + k % 3]`,
    category: `CASE WHEN k % 3 = 2 THEN (ARRAY['cong_chuc', 'vien_chuc', 'can_bo'])[1 + p % 3] END`,
    effective_from: `CASE k / 3 WHEN 0 THEN DATE '2000-01-01' WHEN 1 THEN DATE '2012-01-01' ELSE DATE '2020-01-01' END`,
    from_last: `CASE k / 3 WHEN 0 THEN DATE '2000-01-01' WHEN 1 THEN DATE '2012-01-01' ELSE DATE '2020-01-01' END`,
    effective_to: `CASE k / 3 WHEN 0 THEN DATE '2012-01-01' WHEN 1 THEN DATE '2020-01-01' END`,
    known_from: 'p * 9 + k + 1',
  });
  await db.query('CHECKPOINT');
}

const WHOSE = [
  ['city', UNITS],
  ['agency', UNITS_OF_AN_AGENCY],
  ['school', 1],
] as const;

type Asked = (db: Reader, units: readonly string[], scope: { scope?: RowScope }) => Promise<unknown>;
const day = TODAY;
const to = plusMonths(TODAY, 12);
/** A sequence by which nearly all of it was known. */
const KNOWN = 9 * PERSONS;
const doneFrom = plusMonths(TODAY, -12);

const QUESTIONS: Readonly<Record<string, Asked>> = {
  'incomplete records, a page': (db, units, s) => findIncomplete(db, { units, ...s }, { day }),
  'completeness, counts': (db, units, s) => countCompleteness(db, { units, ...s }, day),
  'incomplete, half a year ahead': (db, units, s) =>
    countCompleteness(db, { units, ...s }, plusDays(TODAY, 180)),
  'dues of a year, a page': (db, units, s) => findDues(db, { units, to, ...s }, { day }),
  'dues of a year, counts': (db, units, s) => countDues(db, { units, to, ...s }, day),
  'one list of steps, a page': (db, units, s) =>
    findDues(db, { units, to, kinds: ['regular_step'], lists: ['needs_decision'], ...s }, { day }),
  'retirements of five years': (db, units, s) =>
    forecastRetirements(db, { units, to: plusMonths(TODAY, 60), ...s }, { day, limit: 200 }),
  'duties, a page': (db, units) => findDuties(db, { units, doneFrom }, { day }),
  'duties, counts': (db, units) => countDuties(db, { units, doneFrom }, day),
  'overdue duties, a page': (db, units) => findDuties(db, { units, standings: ['overdue'] }, { day }),
  'overdue duties, the gate': (db, units) => countOverdue(db, units, day),
  'people on (E, K), a page': (db, units, s) => membersOf(db, units, { day, k: KNOWN, ...s }),
  'headcount by category': (db, units) => countPlaces(db, { units, day }),
  'headcount on (E, K)': (db, units) => countPlaces(db, { units, day: '2016-07-01', k: KNOWN }),
  'records on their way, a page': (db, units) => findMovements(db, { units }, { day }),
  'records on their way, counts': (db, units) => countMovements(db, { units }, day),
};

export async function listRows({ quick, plans, say }: Plan): Promise<BenchRow[]> {
  const persons = quick ? PERSONS_QUICK : PERSONS;
  say(`lists by unit of ${persons} persons`);
  const w = await World.open();
  try {
    const projections = w.projections();
    projections.start();
    await w.caughtUp(projections);
    await w.stop(projections);
    const superuser = new pg.Client(w.db.superuser);
    await superuser.connect();
    await populate(superuser, persons).finally(() => superuser.end());
    const db = new pg.Client(w.db.projector);
    await db.connect();
    const rows: BenchRow[] = [];
    const written: string[] = [];
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      const figures: Record<string, number> = {};
      for (const [who, units] of WHOSE) {
        const asked = Array.from({ length: units }, (_, i) => unitId(i + 1));
        // Home Affairs sees everything; an agency what it and those below keep.
        const own = Array.from({ length: UNITS_OF_AN_AGENCY }, (_, i) => unitId(i + 1));
        const scope = who === 'city' ? {} : { scope: { today: TODAY, units: own, persons: [] } };
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const began = performance.now();
          await ask(db, asked, scope);
          times.push(performance.now() - began);
        }
        figures[`${who} ms`] = median(times);
        figures[`${who}, slowest`] = Math.max(...times);
        if (who === 'city' && plans !== undefined)
          written.push(...(await plansOf(db, name, (d) => ask(d, asked, scope))));
      }
      rows.push({
        what: `${name}, of ${persons} persons in ${UNITS} units`,
        figures,
        ratios: [{ of: 'the whole city, ms', value: figures['city ms'] ?? NaN, reach: { atMost: 200 } }],
        correct: {},
      });
    }
    if (plans !== undefined) writeFileSync(plans, written.join('\n'));
    await db.end();
    return rows;
  } finally {
    await w.close();
  }
}

/** How PostgreSQL carries a question out, with the ids of its parameters left out. */
async function plansOf(
  db: pg.Client,
  name: string,
  ask: (db: Reader) => Promise<unknown>,
): Promise<string[]> {
  const statements: { text: string; values: unknown[] }[] = [];
  const recorder = {
    query: (text: string, values: unknown[]) => {
      statements.push({ text, values });
      return db.query(text, values);
    },
  };
  await ask(recorder as unknown as Reader);
  const lines = [`== ${name}`];
  for (const { text, values } of statements) {
    const { rows } = await db.query<Record<string, string>>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${text}`,
      values,
    );
    lines.push(...rows.map((r) => r['QUERY PLAN']!.replaceAll(/'\{[^}]*\}'/g, `'{…}'`)), '');
  }
  return lines;
}
