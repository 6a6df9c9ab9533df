/**
 * One decision about many persons, over HTTP, on a service with its own PostgreSQL:
 *
 *   npm run build && node dist/test/bench/batch.js [persons, default 1000]
 *
 * Prints the persons, the milliseconds of the batch (and those of this process's processor in it), and the milliseconds of
 * the same request sent again.
 */
import { randomUUID } from 'node:crypto';
import { raiseOf, personsOnStepOne } from '../support/batch.js';
import { testService } from '../support/service.js';

const count = Number(process.argv[2] ?? 1000);
const service = await testService();
const { client } = service;
const ids = await personsOnStepOne(client, count);
const body = { document: { number: '7/QĐ-SNV' }, persons: ids.map(raiseOf) };
const headers = { 'idempotency-key': randomUUID() };
// The read models have the processor while they catch up.
while ((await client.get('/v1/persons?limit=1')).body.sequence < (await service.core.log.head()).sequence)
  await new Promise((resolve) => setTimeout(resolve, 200));
const took: number[] = [];
for (let run = 0; run < 2; run++) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const { body: answer } = await client.must(200, client.post('/v1/decisions', body, headers));
  took.push(Math.round(performance.now() - started), Math.round(process.cpuUsage(used).user / 1000));
  if ((answer as unknown as { done: number }).done !== count) throw new Error('not all of them are done');
}
console.log(JSON.stringify({ persons: count, milliseconds: took[0], cpu: took[1], again: took[2] }));
await service.stop();
