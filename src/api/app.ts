import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiCore } from './apiCore.js';
import type { DestructionDesk } from '../destruction/destructionDesk.js';
import { Health } from '../observability/health.js';
import { RequestLogger } from '../observability/logging.js';
import { Metrics } from '../observability/metrics.js';
import type { ReadModels } from '../projecting/readModels.js';
import { accountsController } from './accountRoutes.js';
import { Attachments } from './attachments.js';
import { auditReads } from './audit.js';
import { AskProposalHandler, AskRecordHandler, CarryOutHandler, CORE, READ_MODELS } from './bus.js';
import { EstablishmentQueries } from './establishment.js';
import { EvaluationQueries } from './evaluations.js';
import { EvidenceQueries, Proofs } from './evidence.js';
import { DESTRUCTIONS, destructionsController } from './destructions.js';
import { Feed, OpenStreams } from './feed.js';
import { HealthController } from './health.js';
import { setUpOpenApi } from './openApi.js';
import { PolicyGuard, requirePolicies } from './policy.js';
import { batchesController } from './batches.js';
import { personCommandsController } from './personCommands.js';
import { PersonLists } from './personLists.js';
import { UnitLists } from './unitLists.js';
import { PersonQueries } from './personQueries.js';
import { proposalsController } from './proposals.js';
import { ProblemFilter } from './problemFilter.js';
import { referenceCommandsController } from './referenceCommands.js';
import { ReferenceQueries } from './referenceQueries.js';
import { RouteTable } from './routes.js';
import { Sessions } from './sessions.js';
import { limitRates, makeAdapter, setUpServer, type Hardening } from './server.js';

/** What the HTTP side needs of the rest. */
export interface AppParts {
  readonly core: ApiCore;
  readonly models: ReadModels;
  readonly destructions: DestructionDesk;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly requests: RequestLogger;
  /** Largest body in bytes. */
  readonly bodyLimit: number;
  readonly hardening?: Hardening;
}

@Module({})
class AppModule {
  static with({ core, models, destructions, metrics, health }: AppParts): DynamicModule {
    const controllers = [
      HealthController,
      Sessions,
      accountsController(),
      personCommandsController(),
      batchesController(),
      proposalsController(),
      destructionsController(),
      PersonLists,
      UnitLists,
      PersonQueries,
      Attachments,
      Feed,
      EstablishmentQueries,
      EvaluationQueries,
      EvidenceQueries,
      Proofs,
      referenceCommandsController(),
      ReferenceQueries,
    ];
    requirePolicies(controllers);
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers,
      providers: [
        { provide: CORE, useValue: core },
        { provide: READ_MODELS, useValue: models },
        { provide: DESTRUCTIONS, useValue: destructions },
        { provide: Metrics, useValue: metrics },
        { provide: Health, useValue: health },
        OpenStreams,
        CarryOutHandler,
        AskRecordHandler,
        AskProposalHandler,
      ],
    };
  }
}

/** The HTTP application, not listening yet, and its routes once it does. */
export async function makeApp(
  parts: AppParts,
): Promise<{ readonly app: NestFastifyApplication; readonly routes: RouteTable }> {
  const { core, requests, bodyLimit, hardening = {} } = parts;
  const routes = new RouteTable();
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(parts),
    makeAdapter(bodyLimit, hardening),
    { logger: false, bodyParser: false, abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter(requests, routes));
  app.useGlobalGuards(new PolicyGuard(core));
  const fastify = app.getHttpAdapter().getInstance();
  await limitRates(fastify, hardening.rateLimit ?? 0);
  setUpServer(fastify, routes, requests, hardening.tls !== undefined || hardening.proxy === true);
  auditReads(fastify, core);
  setUpOpenApi(app, bodyLimit);
  return { app, routes };
}
