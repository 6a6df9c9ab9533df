/** Whether an item costs more in a log of millions than in a small one: cities of three sizes, one after the other. */
import type pg from 'pg';
import { Pool } from 'undici';
import { WHO } from '../../support/api.js';
import { race, timed, type Plan } from '../harness.js';
import { hashLog } from '../hashing.js';
import type { BenchRow } from '../report.js';
import { isGapless, oneEvent } from './append.js';
import { city, type City } from './importing.js';

/** Of the events asked for; 4 million make 0.1, 1 and 4 million. */
const SIZES = [1 / 40, 1 / 4, 1];
const CALLERS = 32;
/** Persons and units that are read in turn, so that no cache holds them all. */
const READ = 2_000;

export async function growthRows(plan: Plan): Promise<BenchRow[]> {
  const measured: Record<string, number>[] = [];
  const correct: Record<string, boolean> = {};
  const sizes = SIZES.map((share) => Math.round(share * plan.events));
  for (const events of sizes) {
    plan.say(`a city of ${events} facts`);
    const built = await city({ ...plan, events }, true);
    const costs = await costsOf(built, plan);
    measured.push(costs);
    // A run of hours may be cut short: what it found so far is told.
    for (const [name, cost] of Object.entries(costs))
      plan.say(`at ${events}: ${name} ${cost.toPrecision(3)}`);
    const sound = Object.values(await isGapless(built.superuser.client)).every(Boolean);
    correct[`${events} facts: count = max = head`] = sound;
    await built.close();
  }
  const names = Object.keys(measured[0] ?? {});
  return names.map((name) => {
    const costs = measured.map((m) => m[name] ?? NaN);
    return {
      what: `growth, ${name}`,
      figures: Object.fromEntries(sizes.map((events, i) => [`at ${events}`, costs[i] ?? NaN])),
      ratios: [
        {
          of: `${sizes.at(-1)} : ${sizes[0]}`,
          value: (costs.at(-1) ?? NaN) / (costs[0] ?? NaN),
          reach: { atMost: 1.25 },
        },
      ],
      correct: name === names[0] ? correct : {},
    };
  });
}

/** What one item costs in this city, by what it is. */
async function costsOf(built: City, { seconds, rounds, say }: Plan): Promise<Record<string, number>> {
  const { service, superuser, facts, ms, evidenceMs, buildMs } = built;
  const { log } = service.core;
  say('reading, appending and asking in it');
  const { sequence } = await log.head();
  const read = await timed(() => hashLog(log));
  const persons = await ids(superuser.client, 'SELECT person AS id FROM reporting.person_current');
  const units = await ids(superuser.client, 'SELECT unit AS id FROM reporting.unit_spells GROUP BY unit');
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
  const asked = await race(
    {
      profile: () => get(persons, (id) => `/v1/persons/${id}`),
      known: () => get(persons, (id) => `/v1/persons/${id}?asOf=2013-02-01&knownAt=${sequence}`),
      members: () => get(units, (id) => `/v1/units/${id}/members?asOf=2015-01-01&knownAt=${sequence}`),
    },
    { callers: 1, seconds, rounds },
  );
  await pool.close();
  const { append } = await race(
    { append: () => log.append(oneEvent()) },
    { callers: CALLERS, seconds, rounds },
  );
  return {
    'import and evidence, µs a fact': (1_000 * (ms + evidenceMs)) / facts,
    'rebuild of all read models, µs an event': (1_000 * buildMs) / read.value.count,
    'reading and hashing, µs an event': (1_000 * read.ms) / read.value.count,
    [`append, ${CALLERS} callers, µs`]: 1e6 / append.perSecond,
    'profile, p50 ms': asked.profile.p50,
    'profile at (E, K), p50 ms': asked.known.p50,
    'people of a unit on (E, K), p50 ms': asked.members.p50,
  };
}

/** Some ids, in an order that has nothing to do with the log’s. */
async function ids(client: pg.Client, all: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM (${all}) a ORDER BY md5(id::text) LIMIT ${READ}`,
  );
  return rows.map((row) => row.id);
}
