import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { RequestLogger } from '../observability/logging.js';
import { DOWNLOADS, UPLOADED_AS, UPLOADS } from './attachments.js';
import { readJsonBody } from './jsonBody.js';
import { Problem } from './problem.js';
import { sendProblem } from './problemFilter.js';
import type { RouteTable } from './routes.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const RECEIVE_WITHIN_MS = 30_000;
const SWEEP_MS = 50;
/** Longer than any command takes; a caller that reads no more must not keep the service from ending. */
const FINISH_WITHIN_MS = 15_000;
const SHOWN_WITH = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
const NOT_SHOWN = "default-src 'none'; frame-ancestors 'none'";

/** The HTTP server below Nest. `bodyLimit` in bytes. */
export function makeAdapter(bodyLimit: number): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit,
    requestTimeout: RECEIVE_WITHIN_MS,
    requestIdHeader: false,
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // What fastify finds wrong before any route is known, a URL that is no URL for instance.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(error, request, reply);
    },
  });
}

/** What holds for every request: strict JSON, headers, one line in the log. Call before the routes are registered. */
export function setUpServer(fastify: FastifyInstance, routes: RouteTable, logger: RequestLogger): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
      try {
        done(null, readJsonBody(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  // A scan is taken as it comes, by its own route; elsewhere such a body is refused like any other.
  fastify.addContentTypeParser(
    UPLOADED_AS,
    (request: FastifyRequest, payload: unknown, done: (error: Error | null, value?: unknown) => void) => {
      if (request.routeOptions.url === UPLOADS) done(null, payload);
      else done(new Problem('media-type'));
    },
  );
  fastify.addHook('onRoute', ({ method, path }) => {
    routes.add(method, path);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const page = request.routeOptions.url?.startsWith('/docs') === true;
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': page ? SHOWN_WITH : NOT_SHOWN,
      ...(page ? {} : { 'cache-control': 'no-store', vary: 'Accept-Language' }),
    });
    const isFile = request.routeOptions.url === DOWNLOADS;
    if (request.url.startsWith('/v1/') && !isFile && !takesJson(request.headers.accept))
      done(new Problem('not-acceptable'));
    else done();
  });
  fastify.addHook('preClose', (done) => {
    // A connection that was busy when the server began to close would stay open for as long as keep-alive allows.
    const sweep = setInterval(() => {
      fastify.server.closeIdleConnections();
    }, SWEEP_MS);
    const cut = setTimeout(() => {
      fastify.server.closeAllConnections();
    }, FINISH_WITHIN_MS);
    fastify.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.answered(request, reply);
    done();
  });
}

/** Whether the reader takes JSON, or server-sent events: the feed's own route gives those. */
function takesJson(accept: string | undefined): boolean {
  return (
    accept === undefined || /\*\/\*|application\/(\*|json|problem\+json)|text\/event-stream/i.test(accept)
  );
}
