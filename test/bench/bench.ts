/**
 * The speed of Hoso beside the limit and beside peers, measured in turns in one run on one embedded PostgreSQL.
 *
 *   npm run bench -- [--quick] [--runs 3] [--only append,command] [--json FILE] [--events 1000000]
 *
 * `--runs` measures everything so many times and ends with the medians, each with its lowest and highest value.
 * With EVENTSTOREDB_URL appends are measured there too. `--quick` finishes in two minutes and is run for its correctness
 * oracle: a wrong count, a gap or a read model that differs from its rebuild ends with exit code 1. Times never do.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { keepWhatIsAcknowledged, stopTestPostgres, testDatabase } from '../support/postgres.js';
import { hardware, type Plan } from './harness.js';
import { rowText, tableText, type BenchRow } from './report.js';
import { accessRows } from './rows/access.js';
import { appendRows, EVENT_BYTES } from './rows/append.js';
import { archiveRows } from './rows/archive.js';
import { commandRows } from './rows/command.js';
import { eventStoreDbRows } from './rows/eventStoreDb.js';
import { growthRows } from './rows/growth.js';
import { importRows } from './rows/importing.js';
import { readRows } from './rows/reads.js';
import { listRows } from './rows/lists.js';
import { memoryRows } from './rows/memory.js';

const SETS: Readonly<Record<string, (plan: Plan) => Promise<BenchRow[]>>> = {
  append: appendRows,
  eventstoredb: eventStoreDbRows,
  command: commandRows,
  import: importRows,
  archive: archiveRows,
  reads: readRows,
  lists: listRows,
  access: accessRows,
  growth: growthRows,
  memory: memoryRows,
};

/** Nothing for the oracle: no counts, or those that others of the sets check in less time. */
const NOT_QUICK = ['archive', 'growth', 'memory'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string' },
    events: { type: 'string' },
    plans: { type: 'string' },
  },
});
const started = Date.now();
const plan: Plan = {
  seconds: values.quick ? 1 : 1.5,
  rounds: values.quick ? 1 : 7,
  events: Number(values.events ?? (values.quick ? 2_000 : 200_000)),
  quick: values.quick,
  plans: values.plans,
  say: (what) => process.stderr.write(`  ${Math.round((Date.now() - started) / 1000)} s  ${what}\n`),
};
const only =
  values.only?.split(',') ?? Object.keys(SETS).filter((name) => !values.quick || !NOT_QUICK.includes(name));
keepWhatIsAcknowledged();
const line = hardware(await postgres());
console.log(`${line}; events of ${EVENT_BYTES} B`);
const runs: BenchRow[][] = [];
for (let run = 1; run <= Number(values.runs); run++) {
  if (values.runs !== '1') console.log(`\nrun ${run} of ${values.runs}`);
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(SETS)) {
    if (!only.includes(name)) continue;
    for (const row of await measure(plan)) {
      rows.push(row);
      console.log(rowText(row));
    }
  }
  runs.push(rows);
}
if (runs.length > 1) console.log(`\nmedians of ${runs.length} runs (lowest–highest)\n${tableText(runs)}`);
await stopTestPostgres();
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify({ hardware: line, plan, runs }, null, 2));
process.exitCode = runs.flat().every((r) => Object.values(r.correct).every(Boolean)) ? 0 : 1;

async function postgres(): Promise<string> {
  const database = await testDatabase();
  const client = new pg.Client({ ...database.superuser });
  await client.connect();
  const { rows: found } = await client.query<{ told: string }>(
    `SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s', current_setting('server_version'),
                   current_setting('fsync'), current_setting('synchronous_commit')) AS told`,
  );
  await client.end();
  await database.close();
  return found[0]?.told ?? '?';
}
