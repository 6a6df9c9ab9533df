import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isDayAllowed, type Days } from '../access/decision.js';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiCore } from './apiCore.js';
import { AskRecord, CORE, type RecordAnswer, type RecordView } from './bus.js';
import { etag } from './headers.js';
import { accessOf, Allow, forbidden, tell } from './policy.js';
import { ID_SCHEMA } from './commands.js';
import { noSuchRecord } from './problem.js';
import { ref } from './schemas.js';
import { onlyKnown, textOf } from './query.js';
import { AS_OF, asOfDay, KNOWN_AT, knownAt } from './times.js';
import { awaitToken, TOKEN } from './tokens.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

/** What all questions about a record have in common, for the OpenAPI document. */
function Asks(operationId: string, answer: string, summary: string): MethodDecorator {
  const parts = [
    ApiOperation({ operationId, summary }),
    ApiParam({ name: 'id', schema: ID_SCHEMA }),
    AS_OF,
    KNOWN_AT,
    TOKEN,
    ApiResponse({
      status: 200,
      description: 'ETag: bản hiện tại của hồ sơ / the record’s revision, for If-Match',
      schema: ref(answer),
    }),
  ];
  return (target, key, descriptor) => {
    for (const part of parts) part(target, key, descriptor);
  };
}

@ApiTags('records')
@Controller('v1/persons/:id')
export class PersonQueries {
  constructor(
    @Inject(QueryBus) private readonly bus: QueryBus,
    @Inject(CORE) private readonly core: ApiCore,
  ) {}

  @Get()
  @Allow({ kind: 'record', intent: 'read' })
  @Asks(
    'profile',
    'Profile',
    'Lý lịch vào một ngày, theo những gì đã biết / The person on (E, K); every value names the fact that set it',
  )
  profile(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('profile', request, reply);
  }

  @Get('status')
  @Allow({ kind: 'record', intent: 'read' })
  @Asks('status', 'Status', 'Trạng thái vào một ngày / Status and unit on (E, K)')
  status(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('status', request, reply);
  }

  @Get('history')
  @Allow({ kind: 'record', intent: 'history' })
  @Asks(
    'history',
    'History',
    'Toàn bộ quá trình, kể cả đính chính và hủy bỏ / The whole history, with both lines of every correction',
  )
  history(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('history', request, reply);
  }

  @Get('events')
  @Allow({ kind: 'record', intent: 'whole' })
  @Asks('events', 'RawEvents', 'Các sự kiện gốc / The raw events of the record')
  events(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('events', request, reply);
  }

  @Get('findings')
  @Allow({ kind: 'record', intent: 'history' })
  @Asks('findings', 'Findings', 'Những vấn đề của hồ sơ / The record’s findings, open and settled')
  findings(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('findings', request, reply);
  }

  private async ask(view: RecordView, request: Request, reply: FastifyReply): Promise<void> {
    const { query } = request;
    const { verdict, standings } = accessOf(request);
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    if (verdict === undefined || standings === undefined) throw noSuchRecord();
    const asOf = asOfDay(textOf(query, 'asOf'));
    tell(request, { asOf });
    if (!isDayAllowed(verdict, asOf)) throw notThen(verdict.days ?? []);
    const question = new AskRecord(
      request.params.id,
      view,
      asOf,
      knownAt(textOf(query, 'knownAt')),
      verdict.groups,
      standings.chain,
    );
    await awaitToken(query, this.core);
    const { revision, sequence, body } = await this.bus.execute<AskRecord, RecordAnswer>(question);
    tell(request, { knownAt: sequence });
    if (revision !== null) void reply.header('etag', etag(revision));
    await reply.send(body);
  }
}

/** A former agency asked for a day that was not its own. */
function notThen(days: readonly Days[]) {
  const text = days.map(({ from, to }) => `${from}…${to ?? ''}`).join(', ');
  return forbidden(
    'not_then',
    `chỉ được xem hồ sơ vào các ngày: ${text} (asOf)`,
    `the record may be read as of these days only: ${text} (asOf)`,
  );
}
