/**
 * Sends many generated requests to the service over PostgreSQL with all its read models, and looks afterwards whether
 * log and read models are unharmed: every model reads on to the log's end, one folded anew is the same, and every
 * record that the requests were about can be read.
 *
 *   npm run test:fuzz -- [--requests 20000] [--seed N]
 */
import { parseArgs } from 'node:util';
import { PROJECTIONS } from '../../projections/all.js';
import { servedWorld } from '../support/servedWorld.js';
import { stopTestPostgres } from '../support/postgres.js';
import { fuzz, fuzzLine } from './fuzzing.js';

/** What the run is held to, in parts of a hundred. */
const LEAST = 30;

async function main(requests: number, seed?: number): Promise<void> {
  const service = await servedWorld({ hardening: { trustedProxies: ['127.0.0.1'] } });
  try {
    const began = Date.now();
    const report = await fuzz({ ...service, hasModels: true }, requests, seed);
    console.log(fuzzLine(report));
    console.log(`never accepted: ${report.neverAccepted.join(', ') || 'none'}`);
    for (const [what, { sent, accepted }] of Object.entries({
      commands: report.commands,
      reads: report.reads,
    }))
      if (accepted * 100 < sent * LEAST) throw new Error(`less than ${LEAST} % of the ${what} were accepted`);
    await service.caughtUp();
    const { world, client, projections } = service;
    const served = await world.hashes();
    await projections.rebuild(PROJECTIONS.map((p) => p.name));
    const again = await world.hashes();
    const differing = Object.keys(served).filter((table) => served[table] !== again[table]);
    if (differing.length > 0) throw new Error(`folded anew, these differ: ${differing.join(', ')}`);
    for (const person of report.persons) await client.must(200, client.get(`/v1/persons/${person}`));
    const { sequence } = await world.log.head();
    console.log(
      `unharmed: ${report.persons.length} records can be read, ${Object.keys(served).length} tables are the same when folded anew from ${sequence} events; ${Math.round((Date.now() - began) / 1000)} s`,
    );
  } finally {
    await service.stop();
    await stopTestPostgres();
  }
}

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
await main(Number(values.requests ?? 20_000), values.seed === undefined ? undefined : Number(values.seed));
