import { Controller, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../core.js';
import type { Action } from '../record/action.js';
import type { Change } from '../record/decide.js';
import type { JsonSchema } from '../record/fields.js';
import { ACTIONS, actionOf } from '../record/registry.js';
import type { CommandAnswer, CommandFrame } from '../recording/recordDesk.js';
import { canonicalJson, nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { commandView } from './answers.js';
import { actionOfFact, CarryOut, CORE } from './bus.js';
import {
  correctionOf,
  decisionOf,
  factOf,
  FORMS,
  groundsBodyOf,
  mergeOf,
  rescissionOf,
  settlementOf,
} from './forms.js';
import { actorOf, etag, expectedRevisionOf, idempotencyKeyOf, isId, requireIfNoneMatch } from './headers.js';
import { Problem } from './problem.js';
import { flagOf } from './query.js';
import { tokenOf } from './tokens.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

/** How a body becomes changes of the record that it is sent to. */
type Form = (body: unknown, actionOfTarget: (id: string) => Action | undefined) => readonly Change[];

interface Route {
  readonly path: string;
  /** Label of metrics. */
  readonly action: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly form: Form;
  /** Whether the form needs to know the record's facts. */
  readonly needsRecord: boolean;
}

const id: JsonSchema = { type: 'string', format: 'uuid' };
const correctionSchema = FORMS.grounds({ target: id, content: FORMS.anyFact() });
const OPENING = actionOf('record_opened');

/** Every command on an existing record: one route for each action of the registry, then the others. */
const ROUTES: readonly Route[] = [
  ...ACTIONS.filter((a) => a !== OPENING).map((action) => ({
    path: `persons/:id/actions/${action.type}`,
    action: action.type,
    summary: `${action.caption.vi} / ${action.caption.en} (${action.source})`,
    schema: FORMS.fact(action),
    form: (body: unknown): Change[] => [{ kind: 'record', content: factOf(action, body) }],
    needsRecord: false,
  })),
  {
    path: 'persons/:id/decisions',
    action: 'decision',
    summary: 'Nhiều việc của một quyết định / Several facts, corrections and rescissions of one decision',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['document', 'changes'],
      properties: {
        document: (FORMS.fact(OPENING)['properties'] as Record<string, JsonSchema>)['document'],
        changes: { type: 'array', minItems: 1, maxItems: 200, items: { type: 'object' } },
      },
    },
    form: decisionOf,
    needsRecord: true,
  },
  {
    path: 'persons/:id/corrections',
    action: 'correction',
    summary: 'Đính chính một việc / Correct what a fact says',
    schema: correctionSchema,
    form: (body, actionOfTarget) => [correctionOf(body, actionOfTarget)],
    needsRecord: true,
  },
  {
    path: 'persons/:id/rescissions',
    action: 'rescission',
    summary: 'Hủy bỏ một việc, một đính chính hoặc một hủy bỏ / Rescind a fact, a correction or a rescission',
    schema: FORMS.grounds({ target: id }),
    form: (body) => [rescissionOf(body)],
    needsRecord: false,
  },
  {
    path: 'persons/:id/withdrawal',
    action: 'withdrawal',
    summary: 'Loại bỏ hồ sơ lập nhầm / Withdraw a record opened by mistake (Đ.13.2)',
    schema: FORMS.grounds(),
    form: (body) => [{ kind: 'withdraw', ...onlyGrounds(groundsBodyOf(body)) }],
    needsRecord: false,
  },
  {
    path: 'persons/:id/restoration',
    action: 'restoration',
    summary: 'Khôi phục hồ sơ đã loại bỏ / Restore a withdrawn record',
    schema: FORMS.grounds(),
    form: (body) => [{ kind: 'restore', ...onlyGrounds(groundsBodyOf(body)) }],
    needsRecord: false,
  },
  {
    path: 'persons/:id/findings/settlements',
    action: 'settlement',
    summary: 'Xử lý một vấn đề / Settle a finding',
    schema: FORMS.grounds(
      {
        rule: { type: 'string' },
        fact: id,
        others: { type: 'array', items: id },
        field: { type: 'string' },
      },
      ['rule', 'fact'],
    ),
    form: (body) => [settlementOf(body)],
    needsRecord: false,
  },
];

@ApiTags('commands')
@Controller('v1')
class PersonCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CORE) private readonly core: Core,
  ) {}

  /** Opens a record. */
  async open(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'persons');
    requireIfNoneMatch(request.headers);
    const content = factOf(OPENING, request.body);
    const record = this.core.desk.newRecordId(frame.actor, frame.idempotencyKey);
    const changes: Change[] = [{ kind: 'record', content }];
    const command = { ...frame, record, expected: 'none' as const, changes };
    this.send(
      await this.bus.execute<CarryOut, CommandAnswer>(new CarryOut(OPENING.type, command)),
      reply,
      201,
    );
  }

  /** Merges a duplicate into the record that stays. */
  async merge(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'merge');
    const record = recordOf(request);
    const expected = expectedRevisionOf(request.headers);
    const { into, ...grounds } = mergeOf(request.body);
    const command = { ...frame, record, expected, into, ...onlyGrounds(grounds) };
    this.send(await this.bus.execute<CarryOut, CommandAnswer>(new CarryOut('merge', command)), reply, 200);
  }

  /** Any other command on an existing record. */
  async carryOut(route: Route, request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, route.action);
    const record = recordOf(request);
    const expected = expectedRevisionOf(request.headers);
    const loaded = route.needsRecord ? await this.core.desk.load(record) : null;
    const changes = route.form(request.body, (target) =>
      loaded === null ? undefined : actionOfFact(loaded, target),
    );
    const command = { ...frame, record, expected, changes };
    this.send(
      await this.bus.execute<CarryOut, CommandAnswer>(new CarryOut(route.action, command)),
      reply,
      200,
    );
  }

  private send(answer: CommandAnswer, reply: FastifyReply, created: number): void {
    const body = commandView(answer, tokenOf);
    if (answer.kind === 'done') {
      void reply.header('etag', etag(answer.revision)).header('location', `/v1/persons/${answer.record}`);
      void reply.status(answer.replayed ? 200 : created);
    } else void reply.status(200);
    void reply.header('cache-control', 'no-store').send(body);
  }
}

/** The controller, with a real route of its own for each action. */
export function personCommandsController(): Type {
  declareOpening();
  declareMerge();
  ROUTES.forEach(declareRoute);
  return PersonCommands;
}

function declareOpening(): void {
  decorate('open', [
    Post('persons'),
    ApiOperation({ summary: `${OPENING.caption.vi} / ${OPENING.caption.en}`, operationId: 'open' }),
    ApiBody({ schema: FORMS.fact(OPENING) }),
    ApiHeader({ name: 'If-None-Match', required: true, schema: { type: 'string', enum: ['*'] } }),
    ...COMMON,
    ApiResponse({ status: 201, description: 'Đã lập / opened' }),
  ]);
}

function declareMerge(): void {
  decorate('merge', [
    Post('persons/:id/merge'),
    ApiOperation({
      summary: 'Nhập hồ sơ trùng vào hồ sơ khác / Merge a duplicate into another',
      operationId: 'merge',
    }),
    ApiBody({ schema: FORMS.grounds({ into: id }) }),
    ...ON_RECORD,
    ...COMMON,
  ]);
}

function declareRoute(route: Route): void {
  const name = `carryOut_${route.action}`;
  const prototype = PersonCommands.prototype as unknown as Record<string, unknown>;
  prototype[name] = function (this: PersonCommands, request: Request, reply: FastifyReply) {
    return this.carryOut(route, request, reply);
  };
  decorate(name, [
    Post(route.path),
    ApiOperation({ summary: route.summary, operationId: route.action }),
    ApiBody({ schema: route.schema }),
    ...ON_RECORD,
    ...COMMON,
  ]);
}

const COMMON = [
  ApiHeader({ name: 'Hoso-Account', required: true, description: 'Tài khoản / account (UUID)', schema: id }),
  ApiHeader({
    name: 'Hoso-Unit',
    required: true,
    description: 'Đơn vị thực hiện / unit acted for (UUID)',
    schema: id,
  }),
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  }),
  ApiQuery({
    name: 'dryRun',
    required: false,
    description: 'Chỉ xem trước, không ghi / show what would change, write nothing',
    schema: { type: 'boolean', default: false },
  }),
  ApiResponse({
    status: 200,
    description:
      'Đã thực hiện, xem trước, hoặc câu trả lời lần đầu / done, previewed, or the first answer again',
  }),
  ApiResponse({ status: 401, description: 'Problem: account-missing' }),
  ApiResponse({ status: 422, description: 'Problem: invalid, refused, key-reused' }),
  ApiResponse({ status: 503, description: 'Problem: unavailable' }),
];
const ON_RECORD = [
  ApiParam({ name: 'id', schema: id }),
  ApiHeader({ name: 'If-Match', required: true, description: 'ETag: "12"', schema: { type: 'string' } }),
  ApiResponse({ status: 404, description: 'Problem: not-found' }),
  ApiResponse({ status: 412, description: 'Problem: stale (what happened in between: since)' }),
  ApiResponse({ status: 428, description: 'Problem: precondition-required' }),
];

function decorate(method: string, decorators: readonly MethodDecorator[]): void {
  const prototype = PersonCommands.prototype;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
  Req()(prototype, method, 0);
  Res()(prototype, method, 1);
  for (const one of decorators) one(prototype, method, descriptor);
  Object.defineProperty(prototype, method, descriptor);
}

/** What every command carries; the canonical text of the request, with its route, tells two requests apart. */
function frameOf(request: Request, route: string): CommandFrame {
  const { headers, query } = request;
  return {
    actor: actorOf(headers),
    idempotencyKey: idempotencyKeyOf(headers),
    body: canonicalJson([route, nfc(request.body as Json)]),
    dryRun: flagOf(query, 'dryRun'),
    correlation: request.id,
  };
}

function recordOf(request: Request): string {
  const record = request.params.id;
  if (isId(record)) return record;
  throw new Problem('not-found', [
    { rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
  ]);
}

function onlyGrounds<T extends { reason: string; approval?: unknown }>({ reason, approval }: T) {
  return { reason, ...(approval === undefined ? {} : { approval }) } as {
    reason: T['reason'];
  } & (T['approval'] extends undefined ? object : { approval?: NonNullable<T['approval']> });
}
