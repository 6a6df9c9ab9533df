/**
 * Whether an item costs more in a log of millions than in a small one: cities of three sizes, one after the other; and
 * the memory of the commands that go through all of it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { Pool } from 'undici';
import { WHO } from '../../support/api.js';
import { testService, type TestService } from '../../support/service.js';
import { hoso, newHome, settingsIn } from '../commands.js';
import { race, timed, type Plan } from '../harness.js';
import { hashLog } from '../hashing.js';
import { load } from '../load.js';
import type { BenchRow } from '../report.js';
import { FACTS_A_PERSON, writeCity } from '../workload.js';
import { isGapless, oneEvent } from './append.js';
import { ofNoReadModel, superuserOf } from './command.js';
import { openUnits } from './importing.js';

/** Of the events asked for; 4 million make 0.1, 1 and 4 million. */
const SIZES = [1 / 40, 1 / 4, 1];
const CALLERS = 32;
/** How much longer appends are measured: after each checkpoint of PostgreSQL the first in a page cost more than others. */
const MANY = 4;
const CONNECTIONS = 64;
const FEWEST_UNITS = 10;
/** Persons and units that are read in turn, so that no cache holds them all. */
const READ = 2_000;

/** By what it is; in the order in which it was measured. */
type Figures = Readonly<Record<string, number>>;

interface Grown {
  readonly facts: number;
  /** What one item costs. */
  readonly costs: Figures;
  /** Megabytes that a command needed at its peak. */
  readonly memory: Figures;
  readonly gapless: boolean;
}

export async function growthRows(plan: Plan): Promise<BenchRow[]> {
  const grown: Grown[] = [];
  for (const share of SIZES) grown.push(await cityOf(Math.round(share * plan.events), plan));
  const largest = grown.at(-1);
  const rows: BenchRow[] = Object.keys(largest?.costs ?? {}).map((name) => {
    const costs = grown.map((g) => g.costs[name] ?? NaN);
    return {
      what: `growth, ${name}`,
      figures: Object.fromEntries(grown.map(({ facts }, i) => [`at ${facts}`, costs[i] ?? NaN])),
      ratios: [
        {
          of: `${largest?.facts} : ${grown[0]?.facts}`,
          value: (costs.at(-1) ?? NaN) / (costs[0] ?? NaN),
          reach: { atMost: 1.25 },
        },
      ],
      correct: {},
    };
  });
  return [
    ...rows,
    {
      what: 'growth, memory of the commands, MB',
      figures: Object.fromEntries(
        grown.flatMap(({ facts, memory }) =>
          Object.entries(memory).map(([name, mb]) => [`${name} at ${facts}`, mb] as const),
        ),
      ),
      ratios: Object.entries(largest?.memory ?? {}).map(([name, value]) => ({
        of: `${name} MB`,
        value,
        reach: { atMost: 1_000 },
      })),
      correct: Object.fromEntries(
        grown.map(({ facts, gapless }) => [`${facts} facts: count = max = head`, gapless]),
      ),
    },
  ];
}

/** A city of so many facts, by the commands an operator gives one after the other; then a service is asked in it. */
async function cityOf(facts: number, plan: Plan): Promise<Grown> {
  const { say } = plan;
  const home = await newHome('growth');
  const settings = settingsIn(home, 'data');
  try {
    say(`a city of ${facts} facts`);
    const persons = Math.ceil(facts / FACTS_A_PERSON);
    await openUnits(settings, persons);
    const file = join(home, 'city.jsonl');
    await writeCity(file, persons);
    // What each command takes before it begins.
    const start = await hoso(['checkpoint'], settings, say);
    const imported = await hoso(['import', file], settings, say);
    const published = await hoso(['checkpoint'], settings, say);
    await rm(file);
    const verified = await hoso(['verify', '--json'], settings, say);
    const rebuilt = await hoso(['rebuild'], settings, say);
    // As the service runs, but for how many requests one address may send: all come from one.
    const service = await testService({ ...settings, HOSO_RATE_LIMIT: '10000000' });
    const superuser = await superuserOf(service);
    const { sequence } = await service.core.log.head();
    const { rows } = await superuser.client.query<{ n: number }>(
      `SELECT count(*)::float8 AS n FROM log.events WHERE stream_id LIKE 'person-%'`,
    );
    const loaded = rows[0]?.n ?? NaN;
    const each = (items: number, ...ran: { readonly seconds: number }[]) =>
      (1e6 * ran.reduce((sum, { seconds }) => sum + seconds - start.seconds, 0)) / items;
    const costs = {
      'import and evidence, µs a fact': each(loaded, imported, published),
      'verify, µs an event': each(sequence, verified),
      'rebuild of all read models, µs an event': each(sequence, rebuilt),
      ...(await asked(service, superuser.client, plan)),
    };
    // A run of hours may be cut short: what it found so far is told.
    for (const [name, cost] of Object.entries(costs)) say(`at ${facts}: ${name} ${cost.toPrecision(3)}`);
    const gapless = Object.values(await isGapless(superuser.client)).every(Boolean);
    await superuser.close();
    await service.stop();
    return {
      facts,
      costs,
      memory: { import: imported.peak, verify: verified.peak, rebuild: rebuilt.peak },
      gapless,
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** What is read, asked and appended in a city, an item each. */
async function asked(
  service: TestService,
  superuser: pg.Client,
  { seconds, rounds, say }: Plan,
): Promise<Figures> {
  const { log } = service.core;
  say('reading, appending and asking in it');
  const { sequence } = await log.head();
  const read = await timed(() => hashLog(log));
  const persons = await ids(superuser, 'SELECT person AS id FROM reporting.person_current');
  const units = await ids(superuser, 'SELECT unit AS id FROM reporting.unit_spells GROUP BY unit');
  const pool = new Pool(service.url, { connections: 1, pipelining: 1 });
  let n = 0;
  const get = async (list: readonly string[], pathOf: (id: string) => string): Promise<void> => {
    const answer = await pool.request({
      method: 'GET',
      path: pathOf(list[n++ % list.length] ?? ''),
      headers: WHO,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
  };
  const answered = await race(
    {
      profile: () => get(persons, (id) => `/v1/persons/${id}`),
      known: () => get(persons, (id) => `/v1/persons/${id}?asOf=2013-02-01&knownAt=${sequence}`),
      members: () => get(units, (id) => `/v1/units/${id}/members?asOf=2015-01-01&knownAt=${sequence}`),
    },
    { callers: 1, seconds, rounds },
  );
  await pool.close();
  say('commands over HTTP');
  const order = {
    url: service.url,
    connections: CONNECTIONS,
    // Careers name units by their number, and no more than there are in the smallest city.
    units: units.slice(0, FEWEST_UNITS),
    ...WHO,
  };
  await load({ ...order, seconds: seconds * rounds });
  const commands = await load({ ...order, seconds: seconds * rounds });
  if (commands.refused !== null) throw new Error(`a command was refused: ${commands.refused}`);
  const { append } = await race(
    { append: () => log.append(ofNoReadModel(oneEvent())) },
    { callers: CALLERS, seconds: MANY * seconds, rounds },
  );
  return {
    'reading and hashing, µs an event': (1_000 * read.ms) / read.value.count,
    [`command over HTTP, ${CONNECTIONS} connections, µs`]: (1_000 * commands.spent) / commands.times.length,
    [`append, ${CALLERS} callers, µs`]: 1e6 / append.perSecond,
    'profile, p50 ms': answered.profile.p50,
    'profile at (E, K), p50 ms': answered.known.p50,
    'people of a unit on (E, K), p50 ms': answered.members.p50,
  };
}

/** Some ids, in an order that has nothing to do with the log’s. */
async function ids(client: pg.Client, all: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM (${all}) a ORDER BY md5(id::text) LIMIT ${READ}`,
  );
  return rows.map((row) => row.id);
}
