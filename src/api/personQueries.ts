import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AskRecord, type RecordAnswer, type RecordView } from './bus.js';
import { actorOf, etag, isId } from './headers.js';
import { Problem } from './problem.js';
import { onlyKnown, textOf } from './query.js';
import { asOfDay, knownAt } from './times.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

/** What all questions about a record have in common, for the OpenAPI document. */
function Asks(summary: string): MethodDecorator {
  const parts = [
    ApiOperation({ summary }),
    ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } }),
    ApiQuery({
      name: 'asOf',
      required: false,
      description: 'Vào ngày (mặc định hôm nay) / in force on this day (default: today in Vietnam)',
      schema: { type: 'string', format: 'date' },
    }),
    ApiQuery({
      name: 'knownAt',
      required: false,
      description:
        'Theo những gì đã biết vào lúc (số thứ tự, ngày, thời điểm) / as known at (a sequence, a day’s end, a moment)',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 200, description: 'ETag: bản hiện tại của hồ sơ / the record’s revision' }),
    ApiResponse({ status: 404, description: 'Problem: not-found' }),
    ApiResponse({ status: 422, description: 'Problem: invalid' }),
  ];
  return (target, key, descriptor) => {
    for (const part of parts) part(target, key, descriptor);
  };
}

@ApiTags('records')
@Controller('v1/persons/:id')
export class PersonQueries {
  constructor(@Inject(QueryBus) private readonly bus: QueryBus) {}

  @Get()
  @Asks(
    'Lý lịch vào một ngày, theo những gì đã biết / The person on (E, K); every value names the fact that set it',
  )
  profile(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('profile', request, reply);
  }

  @Get('status')
  @Asks('Trạng thái vào một ngày / Status and unit on (E, K)')
  status(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('status', request, reply);
  }

  @Get('history')
  @Asks(
    'Toàn bộ quá trình, kể cả đính chính và hủy bỏ / The whole history, with both lines of every correction',
  )
  history(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('history', request, reply);
  }

  @Get('events')
  @Asks('Các sự kiện gốc / The raw events of the record')
  events(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('events', request, reply);
  }

  @Get('findings')
  @Asks('Những vấn đề của hồ sơ / The record’s findings, open and settled')
  findings(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('findings', request, reply);
  }

  private async ask(view: RecordView, request: Request, reply: FastifyReply): Promise<void> {
    actorOf(request.headers);
    const { query, params } = request;
    // A read of the record is answered from the log itself: it never lags, so the token needs no waiting here.
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    if (!isId(params.id))
      throw new Problem('not-found', [
        { rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
      ]);
    const question = new AskRecord(
      params.id,
      view,
      asOfDay(textOf(query, 'asOf')),
      knownAt(textOf(query, 'knownAt')),
    );
    const { revision, body } = await this.bus.execute<AskRecord, RecordAnswer>(question);
    if (revision !== null) void reply.header('etag', etag(revision));
    void reply.header('cache-control', 'no-store').send(body);
  }
}
