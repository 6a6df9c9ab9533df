import { Controller, Inject, Post, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CatalogueBody } from '../catalogues/facts.js';
import type { ApiCore } from './apiCore.js';
import type { UnitChange } from '../organisation/decide.js';
import { UNIT_FACTS, type UnitFactType } from '../organisation/facts.js';
import type { JsonSchema } from '../record/fields.js';
import type { ReferenceAnswer, ReferenceSubject } from '../reference/referenceDesk.js';
import { CarryOut, CORE } from './bus.js';
import {
  addRoute,
  DRY_RUN,
  frameOf,
  ID_SCHEMA,
  IF_MATCH,
  IF_MATCH_OR_NEW,
  IF_NONE_MATCH,
  type Request,
} from './commands.js';
import { etag, expectationOf, expectedRevisionOf, isId, requireIfNoneMatch } from './headers.js';
import { Allow, type Policy } from './policy.js';
import { noSuchList, noSuchUnit, Problem } from './problem.js';
import {
  coverageOf,
  entryCorrectionOf,
  entryEndOf,
  entryOf,
  listRescissionOf,
  REFERENCE_FORMS,
  unitCorrectionOf,
  unitFactOf,
  unitRescissionOf,
} from './referenceForms.js';
import { ref } from './schemas.js';
import { tokenOf } from './tokens.js';

const LIST = /^[a-z][a-z0-9_]{0,62}$/;

interface Route<Says> {
  readonly path: string;
  /** Label of metrics, and the operation's id. */
  readonly action: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly form: (body: unknown) => Says;
  /** Whether it may begin what it is sent to (`If-None-Match: *`). */
  readonly begins?: boolean;
}

const factRoute = (path: string, type: UnitFactType): Route<UnitChange> => ({
  path,
  action: type,
  summary: `${UNIT_FACTS[type].caption.vi} / ${UNIT_FACTS[type].caption.en}`,
  schema: REFERENCE_FORMS.unitFact(type),
  form: (body) => unitFactOf(type, body),
});

const OPENING = factRoute('', 'unit_opened');
const UNIT_ROUTES: readonly Route<UnitChange>[] = [
  factRoute('rename', 'unit_renamed'),
  factRoute('reparent', 'unit_reparented'),
  factRoute('reclassify', 'unit_reclassified'),
  factRoute('go-live', 'unit_went_live'),
  factRoute('reports', 'report_submitted'),
  factRoute('checks', 'month_checked'),
  factRoute('payroll', 'payroll_counted'),
  factRoute('early-raise-allotments', 'early_raises_allotted'),
  factRoute('quotas', 'quota_decided'),
  factRoute('split', 'unit_split'),
  factRoute('merge', 'unit_merged'),
  factRoute('close', 'unit_closed'),
  {
    path: 'corrections',
    action: 'unit_correction',
    summary: 'Đính chính một việc của đơn vị / Correct a fact of a unit',
    schema: REFERENCE_FORMS.unitCorrection,
    form: unitCorrectionOf,
  },
  {
    path: 'rescissions',
    action: 'unit_rescission',
    summary: 'Hủy bỏ một việc của đơn vị / Rescind a fact of a unit',
    schema: REFERENCE_FORMS.unitRescission,
    form: unitRescissionOf,
  },
];

const LIST_ROUTES: readonly Route<CatalogueBody>[] = [
  {
    path: 'entries',
    action: 'catalogue_entry',
    summary: 'Thêm một mục vào danh mục / Add an entry to a list',
    schema: REFERENCE_FORMS.entry,
    form: entryOf,
    begins: true,
  },
  {
    path: 'coverage',
    action: 'catalogue_coverage',
    summary: 'Công bố danh mục đầy đủ trong những ngày nào / Declare for which days the list is complete',
    schema: REFERENCE_FORMS.coverage,
    form: coverageOf,
    begins: true,
  },
  {
    path: 'corrections',
    action: 'catalogue_correction',
    summary: 'Đính chính một mục / Correct an entry',
    schema: REFERENCE_FORMS.entryCorrection,
    form: entryCorrectionOf,
  },
  {
    path: 'ends',
    action: 'catalogue_end',
    summary: 'Chấm dứt hiệu lực một mục / End an entry',
    schema: REFERENCE_FORMS.entryEnd,
    form: entryEndOf,
  },
  {
    path: 'rescissions',
    action: 'catalogue_rescission',
    summary: 'Hủy bỏ một mục, một đính chính, một công bố / Rescind what was said of a list',
    schema: REFERENCE_FORMS.listRescission,
    form: listRescissionOf,
  },
];

/** Commands on units and lists: dated reference data, each a stream of its own, under the rules of every command. */
@ApiTags('reference')
@Controller('v1')
class ReferenceCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CORE) private readonly core: ApiCore,
  ) {}

  /** Opens a unit; its id is a function of client and key. */
  async openUnit(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, OPENING.action);
    requireIfNoneMatch(request.headers);
    const change = OPENING.form(request.body);
    const unit = this.core.referenceDesk.newUnitId(frame.actor, frame.idempotencyKey);
    await this.send(
      new CarryOut(OPENING.action, { ...frame, expected: 'none', subject: { unit, change } }),
      reply,
    );
  }

  async onUnit({ action, form }: Route<UnitChange>, request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, action);
    const expected = expectedRevisionOf(request.headers);
    const unit = request.params.id;
    if (!isId(unit)) throw noSuchUnit();
    const subject = { unit, change: form(request.body) };
    await this.send(new CarryOut(action, { ...frame, expected, subject }), reply);
  }

  async onList(
    { action, form, begins }: Route<CatalogueBody>,
    request: Request,
    reply: FastifyReply,
  ): Promise<void> {
    const frame = frameOf(request, action);
    const { headers } = request;
    const expected = begins === true ? expectationOf(headers) : expectedRevisionOf(headers);
    const list = request.params.id;
    if (!LIST.test(list)) throw noSuchList();
    const subject = { list, body: form(request.body) };
    await this.send(new CarryOut(action, { ...frame, expected, subject }), reply);
  }

  private async send(carryOut: CarryOut, reply: FastifyReply): Promise<void> {
    const { subject, expected } = carryOut.command as {
      subject: ReferenceSubject;
      expected: number | 'none';
    };
    const answer = await this.bus.execute<CarryOut, ReferenceAnswer>(carryOut);
    const body = viewOf(answer, subject);
    if (answer.kind === 'done') {
      const place = 'unit' in subject ? `/v1/units/${subject.unit}` : `/v1/catalogues/${subject.list}`;
      void reply.headers({ etag: etag(answer.revision), location: place });
    }
    const created = answer.kind === 'done' && expected === 'none' && !answer.replayed;
    await reply.status(created ? 201 : 200).send(body);
  }
}

/** The answer to a command that was carried out or previewed; throws the Problem that any other outcome is. */
function viewOf(answer: ReferenceAnswer, subject: ReferenceSubject): object {
  const id = 'unit' in subject ? subject.unit : subject.list;
  switch (answer.kind) {
    case 'done': {
      const { revision, sequence, position, events } = answer;
      return {
        id,
        revision,
        sequence,
        token: position === null ? null : tokenOf(position),
        events,
        findings: [],
      };
    }
    case 'preview':
      return { id, dryRun: true, events: answer.events, findings: [] };
    case 'refused':
      throw new Problem(
        'refused',
        answer.refusals.map(({ unit, ...rest }) => ({
          ...rest,
          ...(unit === undefined ? {} : { params: { unit } }),
        })),
      );
    case 'stale':
      throw new Problem('stale', [], { revision: answer.actual, since: answer.since });
    case 'keyReused':
      throw new Problem('key-reused');
    case 'notFound':
      throw 'unit' in subject ? noSuchUnit() : noSuchList();
    default:
      return answer satisfies never;
  }
}

/** What every agency records of itself and gives to those below; the rest of the organisation is Home Affairs’ (Điều 5.2). */
const OF_AGENCIES = new Set([
  'report_submitted',
  'month_checked',
  'payroll_counted',
  'early_raises_allotted',
]);

/** The controller, with a route for everything that can be said of units and lists. */
export function referenceCommandsController(): Type {
  const add = (
    path: string,
    { action, summary, schema }: Pick<Route<unknown>, 'action' | 'summary' | 'schema'>,
    handler: (controller: ReferenceCommands, request: Request, reply: FastifyReply) => Promise<void>,
    more: readonly MethodDecorator[],
    policy: Policy = { kind: 'city' },
  ) => {
    addRoute(
      ReferenceCommands,
      action,
      function (this: ReferenceCommands, request, reply) {
        return handler(this, request, reply);
      },
      [
        Post(path),
        Allow(policy),
        ApiOperation({ summary, operationId: action }),
        ApiBody({ schema }),
        ...more,
        DRY_RUN,
        DONE,
      ],
    );
  };
  add('units', OPENING, (it, request, reply) => it.openUnit(request, reply), [IF_NONE_MATCH, CREATED]);
  for (const route of UNIT_ROUTES)
    add(
      `units/:id/${route.path}`,
      route,
      (it, request, reply) => it.onUnit(route, request, reply),
      [ApiParam({ name: 'id', schema: ID_SCHEMA }), IF_MATCH],
      OF_AGENCIES.has(route.action) ? { kind: 'own-unit' } : { kind: 'city' },
    );
  for (const route of LIST_ROUTES)
    add(`catalogues/:id/${route.path}`, route, (it, request, reply) => it.onList(route, request, reply), [
      ApiParam({ name: 'id', schema: { type: 'string', pattern: LIST.source }, example: 'grade_name' }),
      ...(route.begins === true ? IF_MATCH_OR_NEW : [IF_MATCH]),
    ]);
  return ReferenceCommands;
}

const DONE_SCHEMA = { oneOf: [ref('CommandDone'), ref('CommandPreview')] };
const DONE = ApiResponse({
  status: 200,
  description: 'Đã thực hiện, hoặc xem trước / done, or previewed',
  schema: DONE_SCHEMA,
});
const CREATED = ApiResponse({ status: 201, description: 'Đã lập / opened', schema: DONE_SCHEMA });
