/**
 * HTTP load from a thread of its own, so that the client's work is not the service's: commands about careers, each
 * connection one command at a time. As a worker it gets a `LoadOrder` and posts a `LoadReport`.
 */
import { randomUUID } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { career } from './workload.js';

export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Whose session the commands act with. */
  readonly authorization: string;
  /** Ids of the units that careers name, in the order of their codes. */
  readonly units: readonly string[];
}

export interface LoadReport {
  /** Milliseconds of each command that was answered. */
  readonly times: readonly number[];
  /** Milliseconds from the first command to the last answer. */
  readonly spent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  /** The first answer that was no success. */
  readonly refused: string | null;
}

/** Facts of one person before the connection goes on with another. */
const FACTS = 8;

/** Runs the load in a thread. */
export function load(order: LoadOrder): Promise<LoadReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function run({ url, connections, seconds, units, authorization }: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let acknowledged = 0;
  let refused: string | null = null;
  const who = { authorization, 'content-type': 'application/json' };
  const started = performance.now();
  const end = started + seconds * 1000;
  const send = async (path: string, precondition: object, body: object) => {
    const at = performance.now();
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { ...who, ...precondition, 'idempotency-key': randomUUID() },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    times.push(performance.now() - at);
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    if (answer.statusCode < 300) acknowledged++;
    else refused ??= text;
    return JSON.parse(text) as { readonly id: string; readonly revision: number };
  };
  const named = (data: object) =>
    JSON.parse(
      JSON.stringify(data).replaceAll(/"bench_(\d+)"/g, (_, n) => JSON.stringify(units[Number(n)] ?? '')),
    ) as object;
  const connection = async (n: number): Promise<void> => {
    for (let round = 0; performance.now() < end; round++) {
      const [opening, ...facts] = career(n * 100_000 + round, units.length);
      const { effective = '', document = {}, data = {} } = opening ?? {};
      const opened = await send(
        '/v1/persons',
        { 'if-none-match': '*' },
        { effective, document, data: named(data) },
      );
      let { revision } = opened;
      for (const fact of facts.slice(0, FACTS)) {
        if (performance.now() >= end) return;
        const body = { effective: fact.effective, document: fact.document, data: named(fact.data) };
        ({ revision } = await send(
          `/v1/persons/${opened.id}/actions/${fact.action}`,
          { 'if-match': `"${revision}"` },
          body,
        ));
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, n) => connection(n)));
  const spent = performance.now() - started;
  await pool.close();
  return { times, spent, statuses, acknowledged, refused };
}

if (!isMainThread && workerData !== null) parentPort?.postMessage(await run(workerData as LoadOrder));
