import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessUnavailable } from '../access/login/port.js';
import { TooManyLogins } from '../access/login/passwords.js';
import { AttachmentBroken } from '../attachments/format.js';
import { InvalidAppend, LogUnavailable } from '../event-log/port.js';
import { EvidenceBroken } from '../evidence/evidence.js';
import type { RequestLogger } from '../observability/logging.js';
import { NotYet } from '../projecting/projections.js';
import { ReadModelsUnavailable } from '../projecting/readModels.js';
import { BehindTheLog } from '../reference/referenceData.js';
import { ReferenceTooLate } from '../reference/service.js';
import { NotCanonical } from '../sealing/canonical.js';
import { KeysUnavailable } from '../sealing/port.js';
import { languageOf, Problem, problemOfStatus } from './problem.js';
import type { RouteTable } from './routes.js';

/** Turns whatever was thrown into problem details. What nobody foresaw is logged, and told without any detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: RequestLogger,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const methods = error instanceof HttpException ? this.routes.methodsOf(request.url) : [];
    if (methods.length === 0 || methods.includes(request.method)) {
      const problem = sendProblem(error, request, reply);
      if (problem.kind === 'internal') this.logger.unforeseen(request, error);
      return;
    }
    void reply.header('allow', methods.join(', '));
    sendProblem(new Problem('method-not-allowed'), request, reply);
  }
}

/** Answers with the problem that an error is. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
  const problem = toProblem(error);
  if (reply.sent) return problem;
  const language = languageOf(request.headers['accept-language']);
  if (problem.status === 503) void reply.header('retry-after', '1');
  const { seconds } = problem.more;
  if (typeof seconds === 'number') void reply.header('retry-after', String(seconds));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="hoso"');
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem.body(language, request.id)));
  return problem;
}

/** Fastify's own errors by code: what they say about a request. */
const PARSER_FAULTS: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem('too-large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem('media-type'),
  FST_ERR_BAD_URL: new Problem('malformed', [
    { rule: 'url', vi: 'địa chỉ không hợp lệ', en: 'the URL is not valid' },
  ]),
};

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AccessUnavailable) return new Problem('unavailable');
  if (error instanceof TooManyLogins) return new Problem('throttled', [], { seconds: 1 });
  if (error instanceof LogUnavailable || error instanceof KeysUnavailable) return new Problem('unavailable');
  if (error instanceof ReferenceTooLate || error instanceof BehindTheLog) return new Problem('behind');
  if (error instanceof ReadModelsUnavailable || error instanceof NotYet) return new Problem('behind');
  if (error instanceof AttachmentBroken) return new Problem('attachment-broken');
  if (error instanceof EvidenceBroken) return new Problem('evidence-broken');
  // Bodies are read strictly, so the one thing left that a caller can do to an append is to make it too big.
  if (error instanceof InvalidAppend) return new Problem('too-large');
  if (error instanceof NotCanonical)
    return new Problem('malformed', [
      {
        rule: 'json',
        vi: 'có giá trị không thể lưu nguyên vẹn',
        en: `a value cannot be kept exactly: ${error.message}`,
      },
    ]);
  if (error instanceof HttpException) return problemOfStatus(error.getStatus());
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && PARSER_FAULTS[code] !== undefined) return PARSER_FAULTS[code];
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return problemOfStatus(statusCode);
  return new Problem('internal');
}
