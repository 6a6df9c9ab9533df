import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiCore } from './apiCore.js';
import { AskRecord, CORE, type RecordAnswer, type RecordView } from './bus.js';
import { actorOf, etag, isId } from './headers.js';
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
  @Asks(
    'profile',
    'Profile',
    'Lý lịch vào một ngày, theo những gì đã biết / The person on (E, K); every value names the fact that set it',
  )
  profile(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('profile', request, reply);
  }

  @Get('status')
  @Asks('status', 'Status', 'Trạng thái vào một ngày / Status and unit on (E, K)')
  status(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('status', request, reply);
  }

  @Get('history')
  @Asks(
    'history',
    'History',
    'Toàn bộ quá trình, kể cả đính chính và hủy bỏ / The whole history, with both lines of every correction',
  )
  history(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('history', request, reply);
  }

  @Get('events')
  @Asks('events', 'RawEvents', 'Các sự kiện gốc / The raw events of the record')
  events(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('events', request, reply);
  }

  @Get('findings')
  @Asks('findings', 'Findings', 'Những vấn đề của hồ sơ / The record’s findings, open and settled')
  findings(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('findings', request, reply);
  }

  private async ask(view: RecordView, request: Request, reply: FastifyReply): Promise<void> {
    actorOf(request.headers);
    const { query, params } = request;
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    if (!isId(params.id)) throw noSuchRecord();
    const question = new AskRecord(
      params.id,
      view,
      asOfDay(textOf(query, 'asOf')),
      knownAt(textOf(query, 'knownAt')),
    );
    await awaitToken(query, this.core);
    const { revision, body } = await this.bus.execute<AskRecord, RecordAnswer>(question);
    if (revision !== null) void reply.header('etag', etag(revision));
    await reply.send(body);
  }
}
