import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isDayAllowed, type Days } from '../access/decision.js';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiCore } from './apiCore.js';
import type { Day } from '../dates.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import { AskRecord, CORE, type RecordAnswer, type RecordView } from './bus.js';
import { etag } from './headers.js';
import { accessOf, Allow, forbidden, tell } from './policy.js';
import { ID_SCHEMA } from './commands.js';
import { noSuchRecord } from './problem.js';
import { ref } from './schemas.js';
import { fault, onlyKnown, textOf } from './query.js';
import { AS_OF, KNOWN_AT } from './timeParameters.js';
import { asOfDay, dayOf, knownAt } from './times.js';
import { awaitToken, TOKEN } from './tokens.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

/** Drawn from every field group: made of some of them, they would be wrong. */
const OF_ALL_GROUPS: ReadonlySet<RecordView> = new Set(['form2c', 'supplement', 'completeness', 'dues']);

/** The period of a supplement. */
const PERIOD = ['from', 'to'].map((name) =>
  ApiQuery({
    name,
    required: true,
    description: 'Từ ngày, đến hết ngày / first and last day, both included',
    schema: { type: 'string', format: 'date' },
  }),
);

/** What all questions about a record have in common, for the OpenAPI document. */
function Asks(
  operationId: string,
  answer: string,
  summary: string,
  when: readonly MethodDecorator[] = [AS_OF],
): MethodDecorator {
  const parts = [
    ApiOperation({ operationId, summary }),
    ApiParam({ name: 'id', schema: ID_SCHEMA }),
    ...when,
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

  @Get('forms/2c')
  @Allow({ kind: 'record', intent: 'read', export: true })
  @Asks(
    'form2c',
    'Form2C',
    'Sơ yếu lý lịch Mẫu 2C-BNV/2008: 32 mục, mỗi mục nêu các việc mà nó dựa vào / Form 2C on (E, K); each item names its facts',
  )
  form2c(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('form2c', request, reply);
  }

  @Get('forms/supplement')
  @Allow({ kind: 'record', intent: 'read', export: true })
  @Asks(
    'supplement',
    'Supplement',
    'Phiếu bổ sung lý lịch của một khoảng thời gian / The supplement: what took effect in a period, as known at K',
    PERIOD,
  )
  supplement(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['from', 'to', 'knownAt', 'token']);
    const { from, to } = periodOf(query);
    return this.answer('supplement', { from, asOf: to }, request, reply);
  }

  @Get('completeness')
  @Allow({ kind: 'record', intent: 'read' })
  @Asks(
    'completeness',
    'Completeness',
    'Hồ sơ còn thiếu gì vào một ngày / What is missing of the record on (E, K), with reasons',
  )
  completeness(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('completeness', request, reply);
  }

  @Get('deadlines')
  @Allow({ kind: 'record', intent: 'history' })
  @Asks(
    'deadlines',
    'Deadlines',
    'Các thời hạn của Quyết định 8060 trên hồ sơ: còn hạn, quá hạn, đã làm, làm trễ / Duties on the record: open, overdue, done, done late on (E, K)',
  )
  deadlines(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('deadlines', request, reply);
  }

  @Get('dues')
  @Allow({ kind: 'record', intent: 'read' })
  @Asks(
    'dues',
    'Dues',
    'Những gì sắp đến hạn: nâng bậc, vượt khung, nghỉ hưu, hết hạn hợp đồng … / What falls due, as the state of (E, K) has it',
  )
  dues(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('dues', request, reply);
  }

  @Get('salary')
  @Allow({ kind: 'record', intent: 'read' })
  @Asks(
    'salary',
    'Salary',
    'Tiền lương tháng vào một ngày, từng phần nêu căn cứ pháp lý và việc mà nó dựa vào / The monthly salary on (E, K); each part names its legal source and its fact',
  )
  salary(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('salary', request, reply);
  }

  private ask(view: RecordView, request: Request, reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    return this.answer(view, { asOf: asOfDay(textOf(query, 'asOf')) }, request, reply);
  }

  private async answer(
    view: RecordView,
    { asOf, from }: { readonly asOf: Day; readonly from?: Day },
    request: Request,
    reply: FastifyReply,
  ): Promise<void> {
    const { query } = request;
    const { verdict, standings } = accessOf(request);
    if (verdict === undefined || standings === undefined) throw noSuchRecord();
    tell(request, { asOf });
    if (!isDayAllowed(verdict, from ?? asOf) || !isDayAllowed(verdict, asOf))
      throw notThen(verdict.days ?? []);
    if (OF_ALL_GROUPS.has(view) && verdict.groups.length < FIELD_GROUPS.length)
      throw forbidden(
        'groups_withheld',
        'cần được xem mọi nhóm trường của hồ sơ',
        'every field group of the record must be open to the reader',
      );
    if (view === 'salary' && !verdict.groups.includes('pay_tax'))
      throw forbidden(
        'groups_withheld',
        'cần được xem nhóm trường tiền lương và thuế',
        'the field group of pay and tax must be open to the reader',
      );
    const question = new AskRecord(
      request.params.id,
      view,
      asOf,
      knownAt(textOf(query, 'knownAt')),
      verdict.groups,
      standings.chain,
      from,
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

/** First and last day of a period, both given. Throws Problem (422). */
function periodOf(query: Request['query']): { readonly from: Day; readonly to: Day } {
  const [from, to] = ['from', 'to'].map((name) => {
    const day = dayOf(name, textOf(query, name));
    if (day === null) throw fault(name, 'required', 'bắt buộc phải có', 'is required');
    return day;
  }) as [Day, Day];
  if (from <= to) return { from, to };
  throw fault('to', 'period', 'phải không sớm hơn from', 'must not be earlier than from');
}
