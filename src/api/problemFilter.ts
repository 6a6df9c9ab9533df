import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogUnavailable } from '../event-log/port.js';
import type { RequestLogger } from '../observability/logging.js';
import { NotCanonical } from '../sealing/canonical.js';
import { languageOf, Problem, problemOfStatus } from './problem.js';

/** Turns whatever was thrown into problem details. What nobody foresaw is logged, and told without any detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: RequestLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.kind === 'internal') this.logger.unforeseen(request, error);
    if (reply.sent) return;
    if (problem.status === 503) void reply.header('retry-after', '1');
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('content-language', languageOf(request.headers['accept-language']))
      .send(JSON.stringify(problem.body(languageOf(request.headers['accept-language']), request.id)));
  }
}

/** Fastify's own errors by code: what they say about a request. */
const PARSER_FAULTS: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem('too-large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem('media-type'),
  FST_ERR_CTP_EMPTY_JSON_BODY: new Problem('malformed', [
    { pointer: '', rule: 'json', vi: 'thân yêu cầu rỗng', en: 'the body is empty' },
  ]),
};
const BROKEN_JSON = new Problem('malformed', [
  { pointer: '', rule: 'json', vi: 'thân yêu cầu không phải JSON hợp lệ', en: 'the body is not valid JSON' },
]);

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LogUnavailable) return new Problem('unavailable');
  if (error instanceof NotCanonical)
    return new Problem('malformed', [
      {
        rule: 'json',
        vi: 'giá trị không thể lưu nguyên vẹn',
        en: `a value cannot be kept exactly: ${error.message}`,
      },
    ]);
  if (error instanceof HttpException) return problemOfStatus(error.getStatus());
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && PARSER_FAULTS[code] !== undefined) return PARSER_FAULTS[code];
  if (error instanceof SyntaxError && statusCode === 400) return BROKEN_JSON;
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return problemOfStatus(statusCode);
  return new Problem('internal');
}
