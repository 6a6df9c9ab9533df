import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import type { Core } from '../core.js';
import { Health } from '../observability/health.js';
import { RequestLogger } from '../observability/logging.js';
import { Metrics } from '../observability/metrics.js';
import { AskRecordHandler, CarryOutHandler, CORE } from './bus.js';
import { Feed, OpenStreams } from './feed.js';
import { HealthController } from './health.js';
import { personCommandsController } from './personCommands.js';
import { PersonQueries } from './personQueries.js';
import { ProblemFilter } from './problemFilter.js';
import { referencesController } from './references.js';
import { RELEASE } from './release.js';

/** What the HTTP side needs of the rest. */
export interface AppParts {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly requests: RequestLogger;
  /** Largest body in bytes. */
  readonly bodyLimit: number;
}

@Module({})
class AppModule {
  static with({ core, metrics, health }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        HealthController,
        personCommandsController(),
        PersonQueries,
        Feed,
        referencesController(),
      ],
      providers: [
        { provide: CORE, useValue: core },
        { provide: Metrics, useValue: metrics },
        { provide: Health, useValue: health },
        OpenStreams,
        CarryOutHandler,
        AskRecordHandler,
      ],
    };
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The HTTP application, not listening yet. */
export async function makeApp(parts: AppParts): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: parts.bodyLimit,
    requestIdHeader: false,
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, {
    logger: false,
  });
  app.useGlobalFilters(new ProblemFilter(parts.requests));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    parts.requests.answered(request, reply);
  });
  SwaggerModule.setup('docs', app, openApi(app), { jsonDocumentUrl: 'openapi.json' });
  return app;
}

/** The OpenAPI 3.1 document of the running routes. */
export function openApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Hoso')
    .setDescription(
      'Hồ sơ cán bộ, công chức, viên chức theo Quyết định 8060/QĐ-UBND / The personnel record of civil servants',
    )
    .setVersion(RELEASE)
    .build();
  return SwaggerModule.createDocument(app, config);
}
