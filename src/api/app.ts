import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiCore } from './apiCore.js';
import { Health } from '../observability/health.js';
import { RequestLogger } from '../observability/logging.js';
import { Metrics } from '../observability/metrics.js';
import type { ReadModels } from '../projecting/readModels.js';
import { AskRecordHandler, CarryOutHandler, CORE } from './bus.js';
import { Feed, OpenStreams } from './feed.js';
import { HealthController } from './health.js';
import { setUpOpenApi } from './openApi.js';
import { batchesController } from './batches.js';
import { personCommandsController } from './personCommands.js';
import { PersonLists, READ_MODELS } from './personLists.js';
import { PersonQueries } from './personQueries.js';
import { ProblemFilter } from './problemFilter.js';
import { referenceCommandsController } from './referenceCommands.js';
import { ReferenceQueries } from './referenceQueries.js';
import { RouteTable } from './routes.js';
import { makeAdapter, setUpServer } from './server.js';

/** What the HTTP side needs of the rest. */
export interface AppParts {
  readonly core: ApiCore;
  readonly models: ReadModels;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly requests: RequestLogger;
  /** Largest body in bytes. */
  readonly bodyLimit: number;
}

@Module({})
class AppModule {
  static with({ core, models, metrics, health }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        HealthController,
        personCommandsController(),
        batchesController(),
        PersonLists,
        PersonQueries,
        Feed,
        referenceCommandsController(),
        ReferenceQueries,
      ],
      providers: [
        { provide: CORE, useValue: core },
        { provide: READ_MODELS, useValue: models },
        { provide: Metrics, useValue: metrics },
        { provide: Health, useValue: health },
        OpenStreams,
        CarryOutHandler,
        AskRecordHandler,
      ],
    };
  }
}

/** The HTTP application, not listening yet, and its routes once it does. */
export async function makeApp(
  parts: AppParts,
): Promise<{ readonly app: NestFastifyApplication; readonly routes: RouteTable }> {
  const { requests, bodyLimit } = parts;
  const routes = new RouteTable();
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(parts),
    makeAdapter(bodyLimit),
    { logger: false, bodyParser: false, abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter(requests, routes));
  setUpServer(app.getHttpAdapter().getInstance(), routes, requests);
  setUpOpenApi(app, bodyLimit);
  return { app, routes };
}
