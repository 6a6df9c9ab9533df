import rateLimit from '@fastify/rate-limit';
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

/** How the service meets the network. */
export interface Hardening {
  /** Certificate chain and key (PEM): the service itself speaks TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** A proxy in front does TLS. */
  readonly proxy?: boolean;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Requests a minute and address; 0 or absent: any number. */
  readonly rateLimit?: number;
}

/** The HTTP server below Nest. `bodyLimit` in bytes. */
export function makeAdapter(bodyLimit: number, { tls, trustedProxies = [] }: Hardening = {}): FastifyAdapter {
  return new FastifyAdapter({
    ...(tls === undefined ? {} : { https: { ...tls, minVersion: 'TLSv1.2' as const } }),
    ...(trustedProxies.length === 0 ? {} : { trustProxy: [...trustedProxies] }),
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

/**
 * So many requests a minute from one address, in each process; what is more is answered with 429 and Retry-After.
 * Before anything else: an address that floods learns nothing and costs little. Probes and metrics are not counted.
 */
export async function limitRates(fastify: FastifyInstance, most: number): Promise<void> {
  if (most === 0) return;
  await fastify.register(rateLimit, {
    max: most,
    timeWindow: 60_000,
    cache: 20_000,
    allowList: (request) => /^\/(livez|readyz|metrics)\b/.test(request.url),
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem('throttled', [], { seconds: Math.ceil(ttl / 1000) }),
  });
}

/** What holds for every request: strict JSON, headers, one line in the log. Call before the routes are registered. */
export function setUpServer(
  fastify: FastifyInstance,
  routes: RouteTable,
  logger: RequestLogger,
  secure = false,
): void {
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
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
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
