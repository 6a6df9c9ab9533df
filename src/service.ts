import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { makeApp } from './api/app.js';
import type { Config } from './config.js';
import { openCore, type Core } from './core.js';
import { Health } from './observability/health.js';
import { makeLogger, RequestLogger } from './observability/logging.js';
import { Metrics } from './observability/metrics.js';
import { portTrouble } from './postgres/ports.js';

export interface Service {
  readonly core: Core;
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Resolves when the database is gone for good and the service must end. */
  readonly lost: Promise<Error>;
  /** Takes no more requests, finishes those in flight, then stops everything. */
  stop(): Promise<void>;
}

/** Starts everything: database, migrations, log, shipped law, HTTP. Rejects with an OperatorError. */
export async function startService(config: Config): Promise<Service> {
  const logger = makeLogger(config.logLevel);
  const metrics = new Metrics();
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  const core = await openCore(config, {
    mode: 'service',
    logger,
    onLost: lose,
    onBatch: ({ appends }) => {
      metrics.groupCommit.observe(appends);
    },
  });
  try {
    await core.shipLaw();
    const health = new Health([
      { name: 'log', check: () => core.log.head().then(() => true) },
      { name: 'reference', check: () => core.references.failure === null },
    ]);
    const requests = new RequestLogger(logger);
    const app = await makeApp({ core, metrics, health, requests, bodyLimit: config.bodyLimit });
    await app.listen(config.port, config.host).catch((error: unknown) => {
      throw portTrouble(error, config.host, config.port);
    });
    return {
      core,
      app,
      url: await app.getUrl(),
      lost,
      stop: async () => {
        await app.close();
        await core.close();
      },
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}
