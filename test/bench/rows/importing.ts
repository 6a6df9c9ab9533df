/** Import of histories beside COPY of the same rows, and rebuild of all read models beside reading and COPY. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type pg from 'pg';
import { PROJECTIONS } from '../../../projections/all.js';
import { BEGINNING } from '../../../src/event-log/port.js';
import { importFile } from '../../../src/importing/importFile.js';
import { testService, type TestService } from '../../support/service.js';
import { timed, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { FACTS_A_PERSON, FIRST_DAY, unitCode, unitCount, writeCity } from '../workload.js';
import { isGapless } from './append.js';
import { superuserOf } from './command.js';

const ACTOR = {
  account: '11111111-1111-4111-8111-111111111111',
  unit: '22222222-2222-4222-8222-222222222222',
  client: 'bench',
};

/** A service with a city in its log. */
export interface City {
  readonly service: TestService;
  readonly persons: number;
  readonly facts: number;
  /** Milliseconds of the import. */
  readonly ms: number;
  readonly superuser: Awaited<ReturnType<typeof superuserOf>>;
  close(): Promise<void>;
}

/** Imports a city of some `events` facts, as `hoso import` does; read models have caught up. */
export async function city({ events, say }: Plan): Promise<City> {
  const service = await testService();
  const superuser = await superuserOf(service);
  const persons = Math.ceil(events / FACTS_A_PERSON);
  for (let n = 0; n < unitCount(persons); n++) await service.client.openUnit(unitCode(n), {}, FIRST_DAY);
  const folder = await mkdtemp(join(tmpdir(), 'hoso-bench-'));
  const file = join(folder, 'city.jsonl');
  await writeCity(file, persons);
  const { core } = service;
  await core.references.sync();
  let shown = 0;
  const { ms, value } = await timed(() =>
    importFile(
      { log: core.log, sealer: core.sealer, codec: core.codec, reference: core.references.at() },
      {
        file,
        actor: ACTOR,
        correlation: '33333333-3333-4333-8333-333333333333',
        rejects: folder,
        onProgress: ({ phase, done, of }) => {
          if (Date.now() - shown < 5_000) return;
          shown = Date.now();
          say(`import, ${phase}: ${done} of ${of}`);
        },
      },
    ),
  );
  if (value.bad > 0)
    throw new Error(`the city has ${value.bad} bad lines: ${JSON.stringify(value.faults[0])}`);
  say('waiting for the read models');
  await caughtUp(service);
  await rm(folder, { recursive: true });
  return {
    service,
    persons,
    facts: value.loaded,
    ms,
    superuser,
    close: async () => {
      await superuser.close();
      await service.stop();
    },
  };
}

export async function importRows(plan: Plan): Promise<BenchRow[]> {
  const built = await city(plan);
  const { superuser, facts, ms, service } = built;
  const { client } = superuser;
  plan.say('COPY of the same rows');
  const copied = await copyOfLog(client);
  const imported = (facts / ms) * 1000;
  const copy = (copied.rows / copied.ms) * 1000;
  const before = await hashes(client);
  plan.say('reading, unsealing and COPY of the rows of the read models');
  const limit = await limitOfRebuild(service, client);
  const rebuilt = await timed(async () => {
    for (const { name } of PROJECTIONS) {
      plan.say(`rebuild of ${name}`);
      await service.projections.rebuild(name);
    }
  });
  const after = await hashes(client);
  const all = copied.rows;
  const rows: BenchRow[] = [
    {
      what: `import of ${facts} facts`,
      figures: { 'hoso facts/s': imported, 'COPY rows/s': copy, seconds: ms / 1000 },
      ratios: [{ of: 'import : COPY', value: imported / copy, reach: { atLeast: 0.3 } }],
      correct: await isGapless(client),
    },
    {
      what: `rebuild of all ${PROJECTIONS.length} read models, ${all} events`,
      figures: {
        'hoso events/s': (all / rebuilt.ms) * 1000,
        'limit events/s': (all / limit) * 1000,
        seconds: rebuilt.ms / 1000,
      },
      ratios: [{ of: 'rebuild : limit', value: limit / rebuilt.ms, reach: { atLeast: 0.6 } }],
      correct: { 'rebuilt rows = live rows': JSON.stringify(before) === JSON.stringify(after) },
    },
  ];
  await built.close();
  return rows;
}

async function caughtUp(service: TestService): Promise<void> {
  const { position } = await service.core.log.head();
  await Promise.all(PROJECTIONS.map(({ name }) => service.projections.until(name, position, 3_600_000)));
}

/** COPY of all rows of the log into a table of the same shape with the same indexes. */
async function copyOfLog(client: pg.Client): Promise<{ readonly rows: number; readonly ms: number }> {
  await client.query('CREATE TABLE public.copied (LIKE log.events INCLUDING ALL)');
  const text = await readCopy(client, 'COPY (SELECT * FROM log.events ORDER BY position) TO STDOUT');
  const { ms } = await timed(() =>
    pipeline(Readable.from(text), client.query(copyFrom('COPY public.copied FROM STDIN'))),
  );
  const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM public.copied');
  await client.query('DROP TABLE public.copied');
  return { rows: Number(rows[0]?.n), ms };
}

/** Reading, unsealing and parsing every event once, plus COPY of every row that the read models hold, with its indexes. */
async function limitOfRebuild(service: TestService, client: pg.Client): Promise<number> {
  const { log, codec } = service.core;
  const read = await timed(async () => {
    let after = BEGINNING;
    for (;;) {
      const page = await log.readAll(after, 5_000);
      const last = page.at(-1);
      if (last === undefined) return;
      await codec.decode(page.filter((e) => e.stream.startsWith('person-')));
      after = last.position;
    }
  });
  let copying = 0;
  for (const table of await tables(client)) {
    const text = await readCopy(client, `COPY ${table} TO STDOUT`);
    await client.query(`CREATE TABLE public.copied (LIKE ${table} INCLUDING ALL)`);
    const { ms } = await timed(() =>
      pipeline(Readable.from(text), client.query(copyFrom('COPY public.copied FROM STDIN'))),
    );
    copying += ms;
    await client.query('DROP TABLE public.copied');
  }
  return read.ms + copying;
}

async function readCopy(client: pg.Client, statement: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(statement))) chunks.push(chunk as Buffer);
  return chunks;
}

/** The tables of the read models that serve. */
async function tables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', t.schemaname, t.tablename) AS name
       FROM pg_tables t JOIN projecting.model m ON m.schema_name = t.schemaname
      WHERE m.state = 'serving' ORDER BY m.projection, t.tablename`,
  );
  return rows.map((r) => r.name);
}

/** A hash of all rows of each read model’s tables, whatever the schema they stand in. */
async function hashes(client: pg.Client): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const serving = await client.query<{ projection: string; schema_name: string }>(
    `SELECT projection, schema_name FROM projecting.model WHERE state = 'serving' ORDER BY projection`,
  );
  for (const table of await tables(client)) {
    const [schema = '', name = ''] = table.replaceAll('"', '').split('.');
    const projection = serving.rows.find((m) => m.schema_name === schema)?.projection ?? '';
    const { rows } = await client.query<{ hash: string; n: string }>(
      `SELECT count(*) AS n, md5(coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0)::text) AS hash FROM ${table} t`,
    );
    found[`${projection}.${name}`] = `${rows[0]?.n ?? ''} ${rows[0]?.hash ?? ''}`;
  }
  return found;
}
