/**
 * Kills the service and its PostgreSQL, over and over, under callers that send commands with sealed data, and holds
 * what they were told against the log.
 *
 *   npm run test:crash -- [--service 20] [--postmaster 20] [--callers 32] [--acknowledged 10000]
 */
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readConfig } from '../../src/config.js';
import { openDatabase } from '../../src/postgres/database.js';
import { freePort } from '../support/freePort.js';
import { quietLogger } from '../support/logger.js';
import { Callers, SEALED_NAME, type Sent } from './callers.js';
import { ServiceProcess } from './serviceProcess.js';

export interface CrashPlan {
  /** kill -9 of the service. */
  readonly service: number;
  /** kill -9 of PostgreSQL’s postmaster. */
  readonly postmaster: number;
  readonly callers: number;
  /** Goes on until so many commands were acknowledged, however many kills that takes. */
  readonly acknowledged: number;
}

export interface CrashReport {
  readonly kills: { readonly service: number; readonly postmaster: number };
  readonly acknowledged: number;
  readonly unknown: number;
  /** Commands answered only after being sent more than once. */
  readonly retried: number;
  /** Acknowledged events that are not in the log exactly once. */
  readonly lost: readonly string[];
  /** Keys whose command stands in the log more than once. */
  readonly twice: readonly string[];
  /** Unacknowledged commands that stand in the log. */
  readonly unknownButThere: number;
  readonly log: { readonly head: number; readonly count: number; readonly max: number };
  /** Places where a sealed name was found in clear: rows of the log, lines of any log file. */
  readonly leaks: readonly string[];
}

/** Carries out the plan in a data directory of its own, which it removes when all is well. */
export async function crash(plan: CrashPlan, say: (line: string) => void): Promise<CrashReport> {
  const home = await mkdtemp(join(tmpdir(), 'hoso-crash-'));
  // As root, PostgreSQL runs under another user, who must be able to come here.
  await chmod(home, 0o755);
  const service = new ServiceProcess(join(home, 'data'), await freePort(), join(home, 'service.log'));
  await service.start();
  await service.signIn();
  const callers = new Callers(service.url, service.who, plan.callers);
  const kills = { service: 0, postmaster: 0 };
  const total = plan.service + plan.postmaster;
  const share = plan.acknowledged / (total + 1);
  for (let n = 0; n < total; n++) {
    await acknowledged(callers, Math.min(plan.acknowledged, share * (n + 1)));
    // Alternately, until one kind is used up.
    if ((n % 2 === 0 && kills.service < plan.service) || kills.postmaster === plan.postmaster) {
      kills.service++;
      await service.kill();
      await service.start();
    } else {
      kills.postmaster++;
      await service.killPostmaster();
    }
    say(`kill ${n + 1} of ${total}: ${callers.acknowledged} acknowledged`);
  }
  await acknowledged(callers, plan.acknowledged);
  await callers.stop();
  const exit = await service.stop();
  if (exit !== 0) throw new Error(`the service ended with ${exit} on SIGTERM; see ${home}`);
  const report = { kills, ...(await compare(service, callers.sent)), leaks: await leaks(service, home) };
  if (report.lost.length + report.twice.length + report.leaks.length === 0)
    await rm(home, { recursive: true, force: true });
  else say(`kept for inspection: ${home}`);
  return report;
}

async function acknowledged(callers: Callers, wanted: number): Promise<void> {
  let seen = callers.acknowledged;
  let since = Date.now();
  while (callers.acknowledged < wanted) {
    if (callers.acknowledged !== seen) [seen, since] = [callers.acknowledged, Date.now()];
    if (Date.now() - since > 180_000)
      throw new Error(`no command was acknowledged for three minutes, after ${seen}`);
    await callers.progress();
  }
}

/** What the callers were told against what is in the log. */
async function compare(
  service: ServiceProcess,
  sent: readonly Sent[],
): Promise<Omit<CrashReport, 'kills' | 'leaks'>> {
  return withLog(service, async (client) => {
    const head = await client.query<{ position: string }>('SELECT position FROM log.head');
    const all = await client.query<{ n: string; max: string }>(
      'SELECT count(*) AS n, max(position) AS max FROM log.events',
    );
    const rows = await client.query<{ id: string; idem: string }>(
      `SELECT id, meta::json ->> 'idem' AS idem FROM log.events WHERE stream_id LIKE 'person-%'`,
    );
    const copies = new Map<string, number>();
    const byCommand = new Map<string, number>();
    for (const { id, idem } of rows.rows) {
      copies.set(id, (copies.get(id) ?? 0) + 1);
      byCommand.set(idem, (byCommand.get(idem) ?? 0) + 1);
    }
    const acknowledgedOnes = sent.filter((s) => s.outcome === 'acknowledged');
    const acknowledgedEvents = acknowledgedOnes.flatMap((s) => s.events);
    return {
      acknowledged: acknowledgedOnes.length,
      unknown: sent.length - acknowledgedOnes.length,
      retried: acknowledgedOnes.filter((s) => s.tries > 1).length,
      lost: acknowledgedEvents.filter((id) => copies.get(id) !== 1),
      // Every command of the callers is one event.
      twice: [...byCommand].filter(([, n]) => n > 1).map(([idem]) => idem),
      unknownButThere: rows.rows.length - new Set(acknowledgedEvents).size,
      log: {
        head: Number(head.rows[0]?.position),
        count: Number(all.rows[0]?.n),
        max: Number(all.rows[0]?.max),
      },
    };
  });
}

/** Searches the log’s rows, the service’s log and PostgreSQL’s own logs for a name known to be sealed in there. */
async function leaks(service: ServiceProcess, home: string): Promise<string[]> {
  const found = await withLog(service, async (client) => {
    const { rows } = await client.query<{ position: string }>(
      `SELECT position FROM log.events e WHERE strpos(e::text, $1) > 0 LIMIT 5`,
      [SEALED_NAME],
    );
    return rows.map((r) => `event ${r.position}`);
  });
  const files = await readdir(home, { recursive: true, withFileTypes: true });
  for (const file of files.filter((f) => f.isFile() && /\.log|log\//.test(join(f.parentPath, f.name)))) {
    const path = join(file.parentPath, file.name);
    if ((await readFile(path, 'utf8')).includes(SEALED_NAME)) found.push(path);
  }
  return found;
}

/** Looks into the log of a running service as its own log role may. */
export async function withLog<T>(
  service: ServiceProcess,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(readConfig(service.environment), {
    mode: 'join-or-start',
    logger: quietLogger,
  });
  const client = new pg.Client({ ...database.log });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await database.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const number = (text: string) => Number(text);
  const { values } = parseArgs({
    options: {
      service: { type: 'string', default: '20' },
      postmaster: { type: 'string', default: '20' },
      callers: { type: 'string', default: '32' },
      acknowledged: { type: 'string', default: '10000' },
    },
  });
  const plan = {
    service: number(values.service),
    postmaster: number(values.postmaster),
    callers: number(values.callers),
    acknowledged: number(values.acknowledged),
  };
  const report = await crash(plan, console.log);
  console.log(JSON.stringify(report, null, 2));
  process.exitCode = report.lost.length + report.twice.length + report.leaks.length === 0 ? 0 : 1;
}
