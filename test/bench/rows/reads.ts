/** Reads over HTTP beside the same rows by SELECT, and lists of a whole city. */
import type pg from 'pg';
import { Pool } from 'undici';
import { WHO } from '../../support/api.js';
import { race, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { personStream } from '../../../src/recording/codec.js';
import { city } from './importing.js';

const SHORT_FACTS = 60;
const LONG_FACTS = 500;
/** For the oracle alone: every fact of a long history is a command. */
const QUICK_FACTS = 100;

export async function readRows(plan: Plan): Promise<BenchRow[]> {
  const built = await city(plan);
  const { service, superuser, persons } = built;
  const { client } = superuser;
  const pool = new Pool(service.url, { connections: 1, pipelining: 1 });
  const get = async (path: string): Promise<string> => {
    const answer = await pool.request({ method: 'GET', path, headers: WHO });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return text;
  };
  const { seconds, rounds, say } = plan;
  const facts = plan.quick ? QUICK_FACTS : LONG_FACTS;
  const [short, long] = [
    await personWith(service.client, SHORT_FACTS),
    await personWith(service.client, facts),
  ];
  const { sequence } = await service.core.log.head();
  const rows: BenchRow[] = [];
  const asked = [
    ['profile by id', short, `/v1/persons/${short}`],
    [
      `profile at (E, K) from ${SHORT_FACTS} facts`,
      short,
      `/v1/persons/${short}?asOf=2013-02-01&knownAt=${sequence}`,
    ],
    [`history of ${facts} facts`, long, `/v1/persons/${long}/history`],
  ] as const;
  for (const [what, person, path] of asked) {
    say(what);
    const result = await race(
      {
        hoso: () => get(path),
        select: () => selectStream(client, person),
        empty: () => get('/livez'),
      },
      { callers: 1, seconds, rounds },
    );
    const limit = 3 * result.select.p99 + result.empty.p99;
    rows.push({
      what: `${what}, over HTTP`,
      figures: {
        'p50 ms': result.hoso.p50,
        'p99 ms': result.hoso.p99,
        'SELECT p99 ms': result.select.p99,
        'empty route p99 ms': result.empty.p99,
      },
      ratios: [
        { of: 'p99 : (3 × SELECT + empty route)', value: result.hoso.p99 / limit, reach: { atMost: 1 } },
      ],
      correct: {},
    });
  }
  const unit = await anyUnit(client);
  const lists = [
    ['people of a unit on (E, K)', `/v1/units/${unit}/members?asOf=2015-01-01&knownAt=${sequence}`],
    ['first page of all persons', '/v1/persons'],
  ] as const;
  for (const [what, path] of lists) {
    say(what);
    const { hoso } = await race({ hoso: () => get(path) }, { callers: 1, seconds, rounds });
    rows.push({
      what: `${what}, of ${persons} persons`,
      figures: { 'p50 ms': hoso.p50, 'p99 ms': hoso.p99 },
      ratios: [{ of: 'p99 ms', value: hoso.p99, reach: { atMost: 200 } }],
      correct: {},
    });
  }
  await pool.close();
  await built.close();
  return rows;
}

/** A person of so many facts, made by commands. */
async function personWith(client: { open(data: object): Promise<string>; fact: Fact }, facts: number) {
  const id = await client.open({ familyName: 'Nguyễn Văn', givenName: 'Đo' });
  await client.fact(id, 'recruited', '2013-01-01', {});
  for (let n = 2; n < facts; n++)
    await client.fact(id, 'remarked', '2013-02-01', { remark: `Nhận xét hư cấu số ${n}` });
  return id;
}

type Fact = (id: string, action: string, effective: string, data: object) => Promise<unknown>;

function selectStream(client: pg.Client, person: string): Promise<unknown> {
  return client.query({
    name: 'stream',
    text: 'SELECT * FROM log.events WHERE stream_id = $1 ORDER BY revision',
    values: [personStream(person)],
  });
}

async function anyUnit(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT unit AS id FROM reporting.unit_spells GROUP BY unit ORDER BY count(*) DESC LIMIT 1`,
  );
  return rows[0]?.id ?? '';
}
