/** The whole service on its embedded PostgreSQL, in this process, as `npm start` runs it. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '../../src/api/app.js';
import { readConfig, type Config } from '../../src/config.js';
import { openCore } from '../../src/core.js';
import { Health } from '../../src/observability/health.js';
import { makeLogger, RequestLogger } from '../../src/observability/logging.js';
import { Metrics } from '../../src/observability/metrics.js';
import { GATE_DEFAULTS } from '../../src/proposals/gates.js';
import { openProposals } from '../../src/proposals/openProposals.js';
import { PROJECTIONS } from '../../projections/all.js';
import { startService, type Service } from '../../src/service.js';
import { Client, destructionsOf, NO_MODELS, signIn } from './api.js';

export interface TestService extends Service {
  readonly client: Client;
  readonly config: Config;
  /** Another process on the same log, as far as HTTP goes: a core, connections and writer of its own. */
  another(): Promise<{ readonly client: Client; readonly url: string; stop(): Promise<void> }>;
}

/** Starts a service on data of its own, which go when it stops; with its log there where the settings say. */
export async function testService(settings: NodeJS.ProcessEnv = {}): Promise<TestService> {
  const directory = mkdtempSync(join(tmpdir(), 'hoso-api-'));
  // As root, PostgreSQL runs under another account, which must come through.
  chmodSync(directory, 0o755);
  const config = readConfig({
    HOSO_DATA_DIR: join(directory, 'data'),
    HOSO_MASTER_KEY_FILE: join(directory, 'keys', 'master.key'),
    HOSO_LOG_LEVEL: 'silent',
    PORT: '0',
    ...settings,
  });
  const service = await startService(config);
  await signIn(service.core.access);
  // As whoever asks /readyz first: lists are answered from read models, which are being built.
  const { position } = await service.core.log.head();
  await Promise.all(PROJECTIONS.map(({ name }) => service.projections.until(name, position, 60_000)));
  const client = new Client(service.url);
  return {
    ...service,
    client,
    config,
    another: () => anotherProcess(config),
    stop: async () => {
      await client.close();
      await service.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function anotherProcess(config: Config) {
  const logger = makeLogger('silent');
  const core = await openCore(config, { mode: 'join-or-start', logger });
  const { desk: proposals, earlyRaises } = openProposals(core, NO_MODELS, GATE_DEFAULTS);
  const { app } = await makeApp({
    core: { ...core, proposals, earlyRaises },
    models: NO_MODELS,
    destructions: destructionsOf(core),
    metrics: new Metrics(),
    health: new Health([]),
    requests: new RequestLogger(logger),
    bodyLimit: config.bodyLimit,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const client = new Client(url);
  return {
    url,
    client,
    stop: async () => {
      await client.close();
      await app.close();
      await core.close();
    },
  };
}
