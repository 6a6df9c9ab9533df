/**
 * What lists by unit cost in a city of so many persons, with their plans: rows are made by SQL in the tables of the read
 * models. `node dist/test/bench/unitLists.js [persons] [file for the plans of the whole city]`; what it printed and
 * wrote is kept in unitLists.plans.txt.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import pg from 'pg';
import { plusDays, plusMonths, type Day } from '../../src/dates.js';
import { countCompleteness, findIncomplete } from '../../src/projecting/queries/completeness.js';
import { countDues, findDues, forecastRetirements } from '../../src/projecting/queries/dues.js';
import { countDuties, countOverdue, findDuties } from '../../src/projecting/queries/duties.js';
import { countMovements, findMovements } from '../../src/projecting/queries/movements.js';
import type { Reader, RowScope } from '../../src/projecting/queries/persons.js';
import { World } from '../projecting/support.js';
import { stopTestPostgres } from '../support/postgres.js';

const PERSONS = Number(process.argv[2] ?? 60_000);
const PLANS = process.argv[3];
const UNITS = 500;
const UNITS_OF_AN_AGENCY = 50;
const ROUNDS = 7;
const LIMIT_MS = 200;
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
};

/** So many rows for each person, `k` from 0; columns left out are filled. */
async function fill(
  db: pg.Client,
  model: string,
  table: string,
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
       FROM generate_series(1, ${PERSONS}) p, generate_series(0, ${each - 1}) k`,
  );
  await db.query(`VACUUM ANALYZE "${schema}"."${table}"`);
}

/** A city: everybody in service, with what fourteen years leave behind. */
async function populate(db: pg.Client): Promise<void> {
  const today = `'${TODAY}'::date`;
  const stretch = {
    unit,
    effective_from: `CASE k / 4 WHEN 0 THEN ${today} - (p % 300) WHEN 1 THEN ${today} + 60 ELSE ${today} + 360 END`,
    effective_to: `CASE k / 4 WHEN 0 THEN ${today} + 60 WHEN 1 THEN ${today} + 360 END`,
  };
  const code = `'item_' || (p + k % 4) % 22`;
  await fill(db, 'completeness', 'lack', 12, { ...stretch, code });
  const whole = Object.fromEntries(
    Object.entries(stretch).map(([c, sql]) => [c, sql.replaceAll('k / 4', 'k')]),
  );
  await fill(db, 'completeness', 'standing', 3, {
    ...whole,
    lacks: '4',
    codes: `ARRAY(SELECT 'item_' || (p % 997 * 31 + i * (1 + p % 7)) % 22 FROM generate_series(0, 3) i)`,
  });
  await fill(db, 'deadlines', 'due', 5, {
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
  await fill(db, 'deadlines', 'duty', 20, {
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
  await fill(db, 'movements', 'step', 1, {
    step: `(ARRAY['sent', 'accepted', 'refused'])[1 + p % 3]`,
    from_unit: unit,
    to_unit: idSql('00000001', `1 + (p + 60) % ${UNITS}`),
    fact,
    effective_from: `${today} - p % 2000`,
    effective_to: `CASE WHEN p % 300 <> 0 THEN ${today} - p % 2000 + 12 END`,
  });
  const day = `CASE k WHEN 0 THEN DATE '2000-01-01' WHEN 1 THEN DATE '2012-01-01' ELSE DATE '2020-01-01' END`;
  await fill(db, 'profile', 'segment', 3, {
    unit,
    record_unit: unit,
    effective_from: day,
    effective_to: `CASE k WHEN 0 THEN DATE '2012-01-01' WHEN 1 THEN DATE '2020-01-01' END`,
  });
  await db.query('CHECKPOINT');
}

type Asked = (db: Reader, units: readonly string[], scope: { scope?: RowScope }) => Promise<unknown>;
const day = TODAY;
const to = plusMonths(TODAY, 12);
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
  'records on their way, a page': (db, units) => findMovements(db, { units }, { day }),
  'records on their way, counts': (db, units) => countMovements(db, { units }, day),
};

async function main(): Promise<void> {
  const w = await World.open();
  try {
    const projections = w.projections();
    projections.start();
    await w.caughtUp(projections);
    await w.stop(projections);
    const super_ = new pg.Client(w.db.superuser);
    await super_.connect();
    await populate(super_);
    await super_.end();
    const db = new pg.Client(w.db.projector);
    await db.connect();
    const plans: string[] = [];
    console.log(
      `${PERSONS} persons in ${UNITS} units, ${cpus().length} cores; milliseconds, median and worst of ${ROUNDS}\n`,
    );
    console.log(
      ['', 'city', '', 'agency', '', 'school', ''].map((c, i) => c.padEnd(i === 0 ? 34 : 9)).join(''),
    );
    let worst = 0;
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      const cells: string[] = [];
      for (const [who, units] of [
        ['city', UNITS],
        ['agency', UNITS_OF_AN_AGENCY],
        ['school', 1],
      ] as const) {
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
        times.sort((a, b) => a - b);
        worst = Math.max(worst, times[ROUNDS >> 1]!);
        cells.push(times[ROUNDS >> 1]!.toFixed(1), times.at(-1)!.toFixed(1));
        if (who === 'city')
          plans.push(...(await plansOf(db, `${name}: the ${who}`, (d) => ask(d, asked, scope))));
      }
      console.log(name.padEnd(34) + cells.map((c) => c.padEnd(9)).join(''));
    }
    console.log(`\nworst median ${worst.toFixed(1)} ms, to stay under ${LIMIT_MS}`);
    if (PLANS !== undefined) writeFileSync(PLANS, plans.join('\n'));
    await db.end();
  } finally {
    await w.close();
    await stopTestPostgres();
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

await main();
