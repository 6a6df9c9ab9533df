import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StatementCounter } from './access/sqlLogins/counter.js';
import { found, FIRST_ADMINISTRATOR, type FirstCode } from './access/founding.js';
import { makeApp } from './api/app.js';
import { keepTidy } from './attachments/keepTidy.js';
import type { Hardening } from './api/server.js';
import type { RouteTable } from './api/routes.js';
import type { Config } from './config.js';
import { demoAccounts } from './demo/accounts.js';
import { ConsumerRunner } from './consuming/consumerRunner.js';
import { consumingMigrations } from './consuming/migrations.js';
import { Publisher } from './evidence/publisher.js';
import { loadDemo, type DemoReport } from './demo/loadDemo.js';
import { deskReferences, openCore, type Core } from './core.js';
import { DestructionDesk } from './destruction/destructionDesk.js';
import { forgetRejects, rejectsIn } from './importing/rejects.js';
import { Health } from './observability/health.js';
import { projectingMigrations } from './projecting/migrations.js';
import { ModelThread } from './projecting/modelThread.js';
import type { Projections } from './projecting/projections.js';
import { threadOrder } from './projecting/threadOrder.js';
import { openReadModels } from './projecting/readModels.js';
import { makeLogger, RequestLogger } from './observability/logging.js';
import { Metrics } from './observability/metrics.js';
import { openProposals } from './proposals/openProposals.js';
import { openProjections } from './openProjections.js';
import { destroyedSinceRotation } from './sealing/rotateMasterKey.js';
import { OperatorError } from './operatorError.js';
import { checkPort, portTrouble } from './postgres/ports.js';

export interface ServiceOptions {
  /** Loads the invented sample first, on an empty log. */
  readonly demo?: { readonly onProgress: (done: number, of: number) => void };
}

export interface Service {
  readonly core: Core;
  readonly url: string;
  /** What became of the sample; null: none was asked for. */
  readonly demo: DemoReport | null;
  /** One-time codes of accounts that have no password yet. */
  readonly codes: readonly FirstCode[];
  readonly app: NestFastifyApplication;
  readonly routes: RouteTable;
  readonly projections: Projections;
  /** Resolves when the database is gone for good and the service must end. */
  readonly lost: Promise<Error>;
  /** Takes no more requests, finishes those in flight, then stops everything. */
  stop(): Promise<void>;
}

/** Readers of read models must not be further behind than this for the service to be ready. */
const MOST_LAG_SECONDS = 60;

/** Starts everything: database, migrations, log, shipped law, HTTP. Rejects with an OperatorError. */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<Service> {
  await checkPort(config.host, config.port);
  const logger = makeLogger(config.logLevel);
  const metrics = new Metrics();
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  const modelThread = new ModelThread({ logger });
  modelThread.load();
  const core = await openCore(config, {
    mode: 'service',
    logger,
    onLost: lose,
    migrations: { consuming: consumingMigrations, projecting: projectingMigrations },
    onBatch: ({ appends }) => {
      metrics.groupCommit.observe(appends);
    },
    onConflict: () => {
      metrics.conflicts.inc();
    },
  }).catch(async (error: unknown) => {
    await modelThread.stop();
    throw error;
  });
  const started: (() => Promise<void>)[] = [() => core.close(), () => modelThread.stop()];
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one();
  };
  try {
    // The sample brings the law with it, at the start of its scripted clock.
    const demo = options.demo === undefined ? null : await loadDemo(core, options.demo);
    if (demo?.outcome !== 'loaded') await core.shipLaw();
    const codes = await firstCodes(core, demo);
    const projections = openProjections(core, {
      logger,
      elsewhere: modelThread.on(threadOrder(config, core.database)),
    });
    projections.start();
    started.push(() => projections.stop());
    const publisher = new Publisher([core.readEvidence, core.evidence], config.checkpointSeconds, logger);
    publisher.start();
    started.push(() => publisher.stop());
    const counter = new StatementCounter(core.access.sqlLogins, logger);
    counter.start();
    started.push(() => counter.stop());
    const models = openReadModels(core.database.projector, projections);
    started.push(() => models.close());
    const { reconciledWithinMonths, mostOverdue, refuseOverEstablishment } = config;
    const proposals = openProposals(core, models, {
      reconciledWithinMonths,
      mostOverdue,
      refuseOverEstablishment,
    });
    const follower = new ConsumerRunner({
      log: core.log,
      consumer: proposals.consumer,
      connection: core.database.projector,
      logger,
    });
    follower.start();
    started.push(() => follower.stop());
    const destructions = new DestructionDesk({
      log: core.log,
      sealer: core.sealer,
      desk: core.desk,
      references: deskReferences(core.references),
      forgotten: async (record, position) => {
        await models.forgotten(record, position);
        await forgetRejects(rejectsIn(config), new Set([record]));
      },
    });
    await forgetRejects(rejectsIn(config), new Set(await destructions.destroyAgain()));
    void completeDestructions(destructions, logger);
    started.push(keepTidy(core.attachments, logger));
    const keysDestroyed = await destroyedSinceRotation(core.database.keysOwner);
    if (keysDestroyed > 0)
      logger.warn(
        { keysDestroyed },
        'older backups still open what was destroyed: run hoso rotate-master-key, then hoso scrub',
      );
    const health = new Health(
      [
        { name: 'log', check: () => core.log.head().then(() => true) },
        { name: 'proposals', check: () => follower.trouble === null },
        { name: 'evidence', check: () => publisher.broken === null },
        { name: 'reference', check: () => core.references.failure === null },
        {
          name: 'projections',
          check: () =>
            projections
              .health()
              .then(
                (all) =>
                  !modelThread.keepsEnding && all.every((p) => p.healthy && p.lagSeconds < MOST_LAG_SECONDS),
              ),
        },
      ],
      async () => {
        for (const { name, lagEvents, lagSeconds } of await projections.health()) {
          metrics.lagEvents.set({ projection: name }, lagEvents);
          metrics.lagSeconds.set({ projection: name }, lagSeconds);
        }
      },
    );
    const requests = new RequestLogger(logger);
    const { bodyLimit, port, host, rateLimit, trustedProxies } = config;
    const { app, routes } = await makeApp({
      core: { ...core, proposals: proposals.desk, earlyRaises: proposals.earlyRaises },
      models,
      destructions,
      metrics,
      health,
      requests,
      bodyLimit,
      hardening: { ...tlsOf(config), rateLimit, trustedProxies },
    });
    started.push(() => app.close());
    await app.listen(port, host).catch((error: unknown) => {
      throw portTrouble(error, host, port);
    });
    return { core, app, routes, demo, codes, projections, url: await app.getUrl(), lost, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Rejects with an OperatorError when the certificate or its key cannot be read. */
function tlsOf({ tls }: Config): Pick<Hardening, 'tls' | 'proxy'> {
  if (tls === null) return {};
  if (tls === 'proxy') return { proxy: true };
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (cause) {
      throw new OperatorError(
        `${file} cannot be read.`,
        'HOSO_TLS_CERT_FILE and HOSO_TLS_KEY_FILE name files (PEM) that the service may read.',
        { cause },
      );
    }
  };
  return { tls: { cert: read(tls.certFile), key: read(tls.keyFile) } };
}

/** The first administrator, and on a demonstration's log one account for each role. */
async function firstCodes({ access }: Core, demo: DemoReport | null): Promise<FirstCode[]> {
  const foundings = [
    FIRST_ADMINISTRATOR,
    ...(demo?.outcome === 'loaded'
      ? demoAccounts(access.gate.units, demo.tour.corrected, access.logins.today)
      : []),
  ];
  const codes: FirstCode[] = [];
  for (const founding of foundings) {
    const code = await found(access, founding, access.logins.today);
    if (code !== null) codes.push(code);
  }
  return codes;
}

/** What a crash left between keys and read models is completed beside the service's work. */
async function completeDestructions(
  destructions: DestructionDesk,
  logger: ReturnType<typeof makeLogger>,
): Promise<void> {
  try {
    const open = await destructions.completeAll();
    if (open.length > 0) logger.warn({ destructions: open }, 'approved destructions are not carried out yet');
  } catch (error) {
    logger.warn(
      { trouble: (error as Error).name },
      'destructions could not be completed; the next start tries again',
    );
  }
}
