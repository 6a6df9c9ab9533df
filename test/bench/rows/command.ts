/** Commands over HTTP with all rules, and how far read models fall behind under them. */
import pg from 'pg';
import { PROJECTIONS } from '../../../projections/all.js';
import type { AppendRequest } from '../../../src/event-log/port.js';
import { openDatabase } from '../../../src/postgres/database.js';
import { WHO } from '../../support/api.js';
import { quietLogger } from '../../support/logger.js';
import { testService, type TestService } from '../../support/service.js';
import { measured, median, race, type Call, type Plan, type Turn } from '../harness.js';
import { load } from '../load.js';
import { openEmmett } from '../peers.js';
import type { BenchRow, Ratio } from '../report.js';
import { appendEmmett, isGapless, oneEvent } from './append.js';
import { FIRST_DAY, unitCode } from '../workload.js';

const CONNECTIONS = 64;
const UNITS = 40;

export async function commandRows({ seconds, rounds, quick, say }: Plan): Promise<BenchRow[]> {
  // As the service runs, but for how many requests one address may send: all come from one.
  const service = await testService({ HOSO_RATE_LIMIT: '10000000' });
  const superuser = await superuserOf(service);
  const units: string[] = [];
  for (let n = 0; n < UNITS; n++) units.push(await service.client.openUnit(unitCode(n), {}, FIRST_DAY));
  const { core, url } = service;
  const emmett = await openEmmett(superuser.settings);
  const turns: Turn[] = [];
  let acknowledged = 0;
  const statuses: Record<string, number> = {};
  const rates: Record<string, number[]> = { port: [], emmett: [] };
  const lags: number[] = [];
  let recovered = 0;
  // A service that has been at work for a while: the first commands run code that is not compiled yet.
  await load({ url, connections: CONNECTIONS, seconds: (quick ? 2 : 10) * seconds, units, ...WHO });
  for (let round = 0; round < rounds; round++) {
    say(`commands over HTTP, round ${round + 1} of ${rounds}`);
    const watch = watchLag(superuser.client);
    const report = await load({ url, connections: CONNECTIONS, seconds, units, ...WHO });
    lags.push(...(await watch.stop()));
    recovered = Math.max(recovered, await backToZero(service));
    turns.push(report);
    acknowledged += report.acknowledged;
    for (const [status, n] of Object.entries(report.statuses)) statuses[status] = (statuses[status] ?? 0) + n;
    const contestants: Record<string, Call> = {
      port: () => core.log.append(ofNoReadModel(oneEvent())),
      ...(emmett === null ? {} : { emmett: () => appendEmmett(emmett) }),
    };
    const others = await race(contestants, {
      callers: CONNECTIONS,
      seconds: seconds / 2,
      rounds: 1,
    });
    for (const [name, { perSecond }] of Object.entries(others)) rates[name]?.push(perSecond);
  }
  const http = measured(turns);
  const port = median(rates['port'] ?? []);
  const peer = median(rates['emmett'] ?? []);
  const ratios: Ratio[] = [
    { of: 'HTTP : port', value: http.perSecond / port, reach: null },
    ...(emmett === null
      ? []
      : [{ of: 'HTTP : emmett', value: http.perSecond / peer, reach: { atLeast: 1 } }]),
    { of: 'p99 ms', value: http.p99, reach: { atMost: 50 } },
  ];
  lags.sort((a, b) => a - b);
  const lag99 = lags[Math.floor(lags.length * 0.99)] ?? NaN;
  const rows: BenchRow[] = [
    {
      what: `command over HTTP, ${CONNECTIONS} connections`,
      figures: {
        'HTTP /s': http.perSecond,
        'port /s': port,
        ...(emmett === null ? {} : { 'emmett /s': peer }),
        'p50 ms': http.p50,
        'p99.9 ms': http.p999,
      },
      ratios,
      correct: {
        'every command was accepted': Object.keys(statuses).every((s) => s.startsWith('2')),
        'acknowledged = answered': acknowledged === http.calls,
        ...(await isGapless(superuser.client)),
      },
    },
    {
      what: 'projection lag under that load',
      figures: { 'p50 ms': lags[Math.floor(lags.length / 2)] ?? NaN, 'back to zero ms': recovered },
      ratios: [
        { of: 'lag p99 ms', value: lag99, reach: { atMost: 250 } },
        { of: 'back to zero ms', value: recovered, reach: { atMost: 1_000 } },
      ],
      correct: {},
    },
  ];
  await emmett?.close();
  await superuser.close();
  await service.stop();
  return rows;
}

/** In a stream of another category: of a person’s, its content could not be read, and read models would stop before it. */
export function ofNoReadModel(request: AppendRequest): AppendRequest {
  return { ...request, stream: request.stream.replace('person-', 'bench-') };
}

/** A superuser's connection to the service's own database. */
export async function superuserOf(service: TestService) {
  const database = await openDatabase(service.config, { mode: 'join-or-start', logger: quietLogger });
  const client = new pg.Client({ ...database.admin });
  await client.connect();
  return {
    client,
    settings: database.admin,
    close: async () => {
      await client.end();
      await database.close();
    },
  };
}

/** Milliseconds from an event's recording to its being served by the slowest read model, sampled until stopped. */
function watchLag(client: pg.Client): { stop: () => Promise<number[]> } {
  const lags: number[] = [];
  const ending = new AbortController();
  const watching = (async () => {
    while (!ending.signal.aborted) {
      const { rows } = await client.query<{ lag: number }>(
        `SELECT coalesce(max(1000 * extract(epoch FROM clock_timestamp() - (
                 SELECT e.recorded_at FROM log.events e WHERE e.position > m.position ORDER BY e.position LIMIT 1))), 0)::float8 AS lag
           FROM projecting.model m WHERE m.state = 'serving'`,
      );
      lags.push(Math.max(0, rows[0]?.lag ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await watching;
      return lags;
    },
  };
}

/** Milliseconds until every read model has reached the head as it is now. */
async function backToZero(service: TestService): Promise<number> {
  const started = performance.now();
  const { position } = await service.core.log.head();
  await Promise.all(PROJECTIONS.map(({ name }) => service.projections.until(name, position, 60_000)));
  return performance.now() - started;
}
