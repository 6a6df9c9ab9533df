import { Controller, Inject, Post, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ApiCore } from './apiCore.js';
import type { Intent } from '../access/rights.js';
import type { Change } from '../record/decide.js';
import type { JsonSchema } from '../record/fields.js';
import { ACTIONS, actionOf } from '../record/registry.js';
import type { CommandAnswer, LoadedRecord } from '../recording/recordDesk.js';
import { commandView, inDecision, type PointerTo } from './answers.js';
import { CarryOut, CORE } from './bus.js';
import { addRoute, DRY_RUN, frameOf, ID_SCHEMA, IF_MATCH, IF_NONE_MATCH, type Request } from './commands.js';
import { exampleOf } from './examples.js';
import {
  correctionOf,
  decisionOf,
  factOf,
  FORMS,
  groundsOfBody,
  holdLiftOf,
  holdOf,
  mergeOf,
  rescissionOf,
  settlementOf,
} from './forms.js';
import { etag, expectedRevisionOf, isId, requireIfNoneMatch } from './headers.js';
import { accessOf, Allow, noRight, type Policy } from './policy.js';
import { noSuchRecord } from './problem.js';
import { ref } from './schemas.js';

/** How a body becomes changes of the record that it is sent to; a function where that depends on the record. */
type Form = (body: unknown) => readonly Change[] | ((loaded: LoadedRecord) => readonly Change[]);

interface Route {
  readonly path: string;
  /** Label of metrics, and the operation's id. */
  readonly action: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly example?: object;
  readonly form: Form;
  /** What the caller must be allowed; absent: `command`. */
  readonly intent?: Intent;
  /** Where a field of the n-th change stands in the body. */
  readonly pointerTo?: (body: unknown) => PointerTo;
}

const TOP: PointerTo = (field) => `/${field}`;

const OPENING = actionOf('record_opened');

/** Steps of a record's movement that the receiving agency takes (Điều 11.2). */
const OF_THE_RECEIVER = new Set(['record_accepted', 'record_refused']);

/** Every command on an existing record: one route for each action of the registry, then the others. */
const ROUTES: readonly Route[] = [
  ...ACTIONS.filter((a) => a !== OPENING).map((action) => ({
    path: `actions/${action.type}`,
    action: action.type,
    summary: `${action.caption.vi} / ${action.caption.en} (${action.source})`,
    schema: FORMS.fact(action),
    example: exampleOf(action),
    form: (body: unknown): Change[] => [{ kind: 'record', content: factOf(action, body) }],
    ...(OF_THE_RECEIVER.has(action.type) ? { intent: 'receive' as const } : {}),
  })),
  {
    path: 'decisions',
    action: 'decision',
    summary: 'Nhiều việc của một quyết định / Several facts, corrections and rescissions of one decision',
    schema: FORMS.decision(),
    form: (body) => (loaded) => decisionOf(body, loaded),
    pointerTo: inDecision,
  },
  {
    path: 'corrections',
    action: 'correction',
    summary: 'Đính chính một việc / Correct what a fact says',
    schema: FORMS.correction(),
    form: (body) => (loaded) => [correctionOf(body, loaded)],
    pointerTo: () => (field) => `/content/${field}`,
  },
  {
    path: 'rescissions',
    action: 'rescission',
    summary: 'Hủy bỏ một việc, một đính chính hoặc một hủy bỏ / Rescind a fact, a correction or a rescission',
    schema: FORMS.grounds({ target: ID_SCHEMA }),
    form: (body) => [rescissionOf(body)],
  },
  {
    path: 'withdrawal',
    action: 'withdrawal',
    summary: 'Loại bỏ hồ sơ lập nhầm / Withdraw a record opened by mistake (Đ.13.2)',
    schema: FORMS.grounds(),
    form: (body) => [{ kind: 'withdraw', ...groundsOfBody(body) }],
    intent: 'withdraw',
  },
  {
    path: 'restoration',
    action: 'restoration',
    summary: 'Khôi phục hồ sơ đã loại bỏ / Restore a withdrawn record',
    schema: FORMS.grounds(),
    form: (body) => [{ kind: 'restore', ...groundsOfBody(body) }],
    intent: 'withdraw',
  },
  {
    path: 'holds',
    action: 'hold',
    summary: 'Lưu giữ theo yêu cầu pháp lý: không hủy gì / Place a legal hold: nothing is destroyed',
    schema: FORMS.onPaper(),
    form: (body) => [holdOf(body)],
    intent: 'withdraw',
  },
  {
    path: 'holds/releases',
    action: 'hold_release',
    summary: 'Gỡ một lệnh lưu giữ / Lift a legal hold',
    schema: FORMS.onPaper({ hold: ID_SCHEMA }),
    form: (body) => [holdLiftOf(body)],
    intent: 'withdraw',
  },
  {
    path: 'findings/settlements',
    action: 'settlement',
    summary: 'Xử lý một vấn đề / Settle a finding',
    schema: FORMS.settlement(),
    form: (body) => [settlementOf(body)],
  },
];

@ApiTags('commands')
@Controller('v1/persons')
class PersonCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CORE) private readonly core: ApiCore,
  ) {}

  /** Opens a record; its id is a function of client and key. */
  async open(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'persons');
    requireIfNoneMatch(request.headers);
    const content = factOf(OPENING, request.body);
    const record = this.core.desk.newRecordId(frame.actor, frame.idempotencyKey);
    const changes: Change[] = [{ kind: 'record', content }];
    await this.send(new CarryOut(OPENING.type, { ...frame, record, expected: 'none', changes }), TOP, reply);
  }

  /** Merges a duplicate into the record that stays. */
  async merge(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'merge');
    const expected = expectedRevisionOf(request.headers);
    const command = { ...frame, record: recordOf(request), expected, ...mergeOf(request.body) };
    await this.requireRight(request, command.into);
    await this.send(new CarryOut('merge', command), TOP, reply);
  }

  /** Any other command on an existing record. */
  async carryOut({ action, form, pointerTo }: Route, request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, action);
    const expected = expectedRevisionOf(request.headers);
    const record = recordOf(request);
    const changes = form(request.body);
    const { standings } = accessOf(request);
    // Read for judging the caller's right: it is not read again.
    const seen =
      standings?.record === record ? { seen: await this.core.desk.opened(record, standings.stored) } : {};
    const carryOut = new CarryOut(action, { ...frame, record, expected, changes, ...seen });
    await this.send(carryOut, pointerTo?.(request.body) ?? TOP, reply);
  }

  /** The record that stays takes new facts: it needs a right of its own. */
  private async requireRight(request: Request, record: string): Promise<void> {
    const { gate } = this.core.access;
    const there = await gate.standing(record, false);
    if (there === null) return;
    if (!gate.decide(accessOf(request).caller, 'command', there.standing).allowed) throw noRight();
  }

  private async send(carryOut: CarryOut, pointerTo: PointerTo, reply: FastifyReply): Promise<void> {
    const answer = await this.bus.execute<CarryOut, CommandAnswer>(carryOut);
    const body = commandView(answer, pointerTo);
    if (answer.kind === 'done') {
      void reply.headers({ etag: etag(answer.revision), location: `/v1/persons/${answer.record}` });
    }
    const created = answer.kind === 'done' && carryOut.action === OPENING.type && !answer.replayed;
    await reply.status(created ? 201 : 200).send(body);
  }
}

/** The controller, with a real route of its own for each action. */
export function personCommandsController(): Type {
  const add = (
    name: string,
    handler: (controller: PersonCommands, request: Request, reply: FastifyReply) => Promise<void>,
    path: string,
    { summary, schema, example }: Pick<Route, 'summary' | 'schema' | 'example'>,
    more: readonly MethodDecorator[],
    policy: Policy,
  ) => {
    addRoute(
      PersonCommands,
      name,
      function (this: PersonCommands, request, reply) {
        return handler(this, request, reply);
      },
      [
        Post(path),
        Allow(policy),
        ApiOperation({ summary, operationId: name }),
        ApiBody({ schema: example === undefined ? schema : { ...schema, examples: [example] } }),
        ...more,
        DRY_RUN,
        DONE,
      ],
    );
  };
  const onRecord = [ApiParam({ name: 'id', schema: ID_SCHEMA }), IF_MATCH];
  add(
    OPENING.type,
    (it, request, reply) => it.open(request, reply),
    '',
    {
      summary: `${OPENING.caption.vi} / ${OPENING.caption.en} (${OPENING.source})`,
      schema: FORMS.fact(OPENING),
      example: exampleOf(OPENING),
    },
    [IF_NONE_MATCH, ApiResponse({ status: 201, description: 'Đã lập / opened', schema: DONE_SCHEMA })],
    { kind: 'open-record' },
  );
  for (const route of ROUTES)
    add(
      route.action,
      (it, request, reply) => it.carryOut(route, request, reply),
      `:id/${route.path}`,
      route,
      onRecord,
      { kind: 'record', intent: route.intent ?? 'command' },
    );
  add(
    'merge',
    (it, request, reply) => it.merge(request, reply),
    ':id/merge',
    {
      summary: 'Nhập hồ sơ trùng vào hồ sơ khác / Merge a duplicate into the record that stays',
      schema: FORMS.grounds({ into: ID_SCHEMA }),
    },
    onRecord,
    { kind: 'record', intent: 'withdraw' },
  );
  return PersonCommands;
}

const DONE_SCHEMA = { oneOf: [ref('CommandDone'), ref('CommandPreview')] };
const DONE = ApiResponse({
  status: 200,
  description:
    'Đã thực hiện, xem trước, hoặc câu trả lời lần đầu / done, previewed, or the first answer to this key again',
  schema: DONE_SCHEMA,
});

function recordOf(request: Request): string {
  const record = request.params.id;
  if (isId(record)) return record;
  throw noSuchRecord();
}
