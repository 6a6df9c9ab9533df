/**
 * Appends per second on a real EventStoreDB, through the port and through the bare client, in turn in one run.
 *
 *   EVENTSTOREDB_URL=esdb://… node dist/test/bench/eventStoreDb.js [seconds]
 */
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { event, newStream, request } from '../contract/eventLogContract.js';
import { esdbLog } from '../support/esdb/engines.js';
import { stopTestPostgres } from '../support/postgres.js';

const url = process.env['EVENTSTOREDB_URL'] ?? '';
const seconds = Number(process.argv[2] ?? 3);
const DATA = JSON.stringify({ open: { effective: '2013-01-01' }, sealed: { history: 'x'.repeat(260) } });

async function rate(callers: number, append: () => Promise<unknown>): Promise<number> {
  const end = Date.now() + seconds * 1000;
  let done = 0;
  const started = Date.now();
  const caller = async (): Promise<void> => {
    while (Date.now() < end) {
      await append();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done * 1000) / (Date.now() - started);
}

const { log, close, prefix } = await esdbLog(url);
const client = EventStoreDBClient.connectionString(url);
const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    'bare client',
    () =>
      client.appendToStream(
        `bare${prefix}-${randomUUID()}`,
        binaryEvent({ type: 'happened', data: Buffer.from(DATA), metadata: Buffer.from('{"actor":"a"}') }),
        { expectedRevision: NO_STREAM },
      ),
  ],
  ['port', () => log.append(request(newStream(), 'none', event(DATA)), { numbered: false })],
  ['port, sequence awaited', () => log.append(request(newStream(), 'none', event(DATA)))],
];
for (const [, append] of ways) await rate(32, append);
for (const callers of [1, 32, 128]) {
  const rates = new Map<string, number[]>();
  for (let round = 0; round < 3; round += 1)
    for (const [name, append] of ways)
      rates.set(name, [...(rates.get(name) ?? []), await rate(callers, append)]);
  const mean = (list: number[] = []): number => list.reduce((a, b) => a + b, 0) / list.length;
  const bare = mean(rates.get('bare client'));
  for (const [name, list] of rates)
    console.log(
      `${callers} callers, ${name}: ${mean(list).toFixed(0)}/s (${(mean(list) / bare).toFixed(2)} of bare)`,
    );
}
await log.head();
await close();
await client.dispose();
await stopTestPostgres();
process.exit(0);
