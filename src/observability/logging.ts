import type { FastifyReply, FastifyRequest } from 'fastify';
import { pino, type Logger as Pino } from 'pino';
import type { LogLevel } from '../config.js';

/** JSON lines on standard output. Nothing personal is ever given to it: no bodies, no names, no queries. */
export function makeLogger(level: LogLevel): Pino {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/** One line for each request, with its id, its route's template, who asked, the answer and how long it took. */
export class RequestLogger {
  constructor(private readonly logger: Pino) {}

  answered(request: FastifyRequest, reply: FastifyReply): void {
    this.logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        account: request.access?.caller.account,
      },
      'request',
    );
  }

  /** An error that nobody foresaw: its kind and place; the message could repeat what a user typed. */
  unforeseen(request: FastifyRequest, error: unknown): void {
    const { name, stack } = error instanceof Error ? error : new Error('not an error');
    const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    this.logger.error(
      {
        requestId: request.id,
        route: request.routeOptions.url ?? 'unknown',
        error: name,
        at: frames.slice(0, 8),
      },
      'unforeseen error',
    );
  }
}
