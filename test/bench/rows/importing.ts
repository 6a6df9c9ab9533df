/** Import of histories beside COPY of the same rows, and rebuild of all read models beside reading and COPY. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type pg from 'pg';
import { PROJECTIONS } from '../../../projections/all.js';
import { readConfig } from '../../../src/config.js';
import { openCore } from '../../../src/core.js';
import { BEGINNING } from '../../../src/event-log/port.js';
import { importFile } from '../../../src/importing/importFile.js';
import { quietLogger } from '../../support/logger.js';
import { testService, type TestService } from '../../support/service.js';
import { newHome, settingsIn } from '../commands.js';
import { timed, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { FACTS_A_PERSON, FIRST_DAY, unitCode, unitCount, writeCity } from '../workload.js';
import { isGapless } from './append.js';
import { superuserOf } from './command.js';
import { peerRebuildRow } from './peerRebuild.js';
import { rebuild } from './rebuilding.js';

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
  /** Milliseconds of the import, and of the Merkle tree’s reading of what came. */
  readonly ms: number;
  readonly evidenceMs: number;
  /** Megabytes of this process, resident, at the most until the import had ended. */
  readonly peak: number;
  readonly superuser: Awaited<ReturnType<typeof superuserOf>>;
  close(): Promise<void>;
}

/**
 * Imports a city of some `events` facts as `hoso import` does on a machine of its own: no service runs beside it. Then
 * the service starts, and its read models catch up.
 */
export async function city({ events, say }: Plan): Promise<City> {
  const home = await newHome('bench');
  const settings = settingsIn(home, 'data');
  const persons = Math.ceil(events / FACTS_A_PERSON);
  await openUnits(settings, persons);
  const file = join(home, 'city.jsonl');
  await writeCity(file, persons);
  const { facts, ms, evidenceMs, peak } = await imported(settings, file, say);
  await rm(file);
  const service = await testService(settings);
  const superuser = await superuserOf(service);
  say('waiting for the read models');
  await caughtUp(service);
  return {
    service,
    persons,
    facts,
    ms,
    evidenceMs,
    peak,
    superuser,
    close: async () => {
      await superuser.close();
      await service.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The invented units of a city of so many persons, by a service that stops again. */
export async function openUnits(settings: NodeJS.ProcessEnv, persons: number): Promise<void> {
  const service = await testService(settings);
  for (let n = 0; n < unitCount(persons); n++) await service.client.openUnit(unitCode(n), {}, FIRST_DAY);
  await service.stop();
}

/** The import alone, then its events in the Merkle tree. */
async function imported(
  settings: NodeJS.ProcessEnv,
  file: string,
  say: Plan['say'],
): Promise<Pick<City, 'facts' | 'ms' | 'evidenceMs' | 'peak'>> {
  const config = readConfig({ ...settings, HOSO_LOG_LEVEL: 'silent' });
  const core = await openCore(config, {
    mode: 'join-or-start',
    logger: quietLogger,
  });
  try {
    let shown = 0;
    const { ms, value } = await timed(() =>
      importFile(
        { log: core.log, sealer: core.sealer, codec: core.codec, reference: core.references.at() },
        {
          file,
          actor: ACTOR,
          correlation: '33333333-3333-4333-8333-333333333333',
          rejects: dirname(file),
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
    const evidence = await timed(() => core.evidence.publish());
    const peak = process.resourceUsage().maxRSS / 1_024;
    return { facts: value.loaded, ms, evidenceMs: evidence.ms, peak };
  } finally {
    await core.close();
  }
}

export async function importRows(plan: Plan): Promise<BenchRow[]> {
  const built = await city(plan);
  const { superuser, facts, ms, evidenceMs, peak, service } = built;
  const { client } = superuser;
  plan.say('COPY of the same rows');
  const copied = await copyOfLog(client);
  const rate = (facts / (ms + evidenceMs)) * 1000;
  const copy = (copied.rows / copied.ms) * 1000;
  const before = await hashes(client);
  plan.say('reading, unsealing and COPY of the rows of the read models');
  const limit = await limitOfRebuild(service, client);
  const rebuilt = await timed(() => rebuildAll(service, plan.say));
  const after = await hashes(client);
  const all = copied.rows;
  const beside = await peerRebuildRow(built, plan);
  const rows: BenchRow[] = [
    {
      what: `import of ${facts} facts`,
      figures: {
        'hoso facts/s': rate,
        'COPY rows/s': copy,
        'import s': ms / 1000,
        'evidence s': evidenceMs / 1000,
      },
      ratios: [
        { of: 'import : COPY', value: rate / copy, reach: { atLeast: 0.3 } },
        { of: 'import MB', value: peak, reach: { atMost: 1_000 } },
      ],
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
    ...(beside === null ? [] : [beside]),
  ];
  await built.close();
  return rows;
}

function rebuildAll(service: Pick<TestService, 'core' | 'config'>, say: Plan['say']): Promise<void> {
  return rebuild(
    service,
    PROJECTIONS.map((p) => p.name),
    say,
  );
}

async function caughtUp(service: TestService): Promise<void> {
  const { position } = await service.core.log.head();
  await Promise.all(PROJECTIONS.map(({ name }) => service.projections.until(name, position, 3_600_000)));
}

/** COPY of all rows of the log into a table of the same shape with the same indexes. */
async function copyOfLog(client: pg.Client): Promise<{ readonly rows: number; readonly ms: number }> {
  await client.query('CREATE TABLE public.copied (LIKE log.events INCLUDING ALL)');
  const ms = await copyAgain(client, 'COPY (SELECT * FROM log.events ORDER BY position) TO STDOUT');
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
    await client.query(`CREATE TABLE public.copied (LIKE ${table} INCLUDING ALL)`);
    copying += await copyAgain(client, `COPY ${table} TO STDOUT`);
    await client.query('DROP TABLE public.copied');
  }
  return read.ms + copying;
}

/** Milliseconds of COPY into public.copied of what a COPY gave before: from a file, for it may be larger than memory. */
async function copyAgain(client: pg.Client, from: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hoso-copy-'));
  const file = join(folder, 'rows');
  try {
    await pipeline(client.query(copyTo(from)), createWriteStream(file, { mode: 0o600 }));
    const rows = createReadStream(file, { highWaterMark: 1_000_000 });
    const { ms } = await timed(() => pipeline(rows, client.query(copyFrom('COPY public.copied FROM STDIN'))));
    return ms;
  } finally {
    await rm(folder, { recursive: true });
  }
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
