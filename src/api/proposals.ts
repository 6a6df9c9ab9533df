import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Intent } from '../access/rights.js';
import type { ReadModels } from '../projecting/readModels.js';
import type { ProposalFilter } from '../projecting/queries/proposals.js';
import type { JsonSchema } from '../record/fields.js';
import { canonicalJson } from '../sealing/canonical.js';
import { dayInVietnam } from '../dates.js';
import { mergedInto } from '../proposals/gates.js';
import type { PastChange } from '../proposals/pastChange.js';
import { PROPOSAL_STATUSES, type Proposal, type ProposalStep } from '../proposals/proposal.js';
import type { ProposalAnswer, Step } from '../proposals/proposalDesk.js';
import type { ApiCore } from './apiCore.js';
import { AskProposal, CarryOut, CORE, READ_MODELS, type RecordAnswer } from './bus.js';
import { addRoute, DRY_RUN, frameOf, ID_SCHEMA, IF_MATCH, type Request } from './commands.js';
import { Cursors } from './cursors.js';
import { etag, expectedRevisionOf, isId } from './headers.js';
import { BELOW, CURSOR, PAGE_SIZE, unitsWith } from './lists.js';
import { accessOf, Allow, noRight, tell } from './policy.js';
import { noSuchProposal } from './problem.js';
import {
  changeExample,
  checkStepOf,
  decideStepOf,
  declineStepOf,
  PROPOSABLE,
  proposalExample,
  PROPOSAL_FORMS,
  proposedOf,
} from './proposalForms.js';
import { proposalAnswerView } from './proposalViews.js';
import { choicesOf, flagOf, idsOf, limitOf, onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { LIMIT } from './search.js';
import { awaitModels, awaitToken, TOKEN } from './tokens.js';

interface StepRoute {
  readonly path: ProposalStep;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly form: (body: unknown) => Step | ((proposal: Proposal) => Step);
}

const STEPS: readonly StepRoute[] = [
  {
    path: 'check',
    summary:
      'Kiểm tra, đối chiếu đề nghị với hồ sơ trên hệ thống / Check a proposal against the record held in the system (Đ.18.3c)',
    schema: PROPOSAL_FORMS.check(),
    form: checkStepOf,
  },
  {
    path: 'decide',
    summary:
      'Quyết định theo đề nghị; việc được ghi vào hồ sơ / Decide; the fact is then recorded under the deciding document',
    schema: PROPOSAL_FORMS.decide(),
    form: (body) => (proposal) => decideStepOf(body, proposal),
  },
  {
    path: 'decline',
    summary: 'Không chấp nhận đề nghị / Decline a proposal',
    schema: PROPOSAL_FORMS.decline(),
    form: declineStepOf,
  },
];

/** Proposals: gated by the completeness of the record and of the agency's duties, checked, then decided or declined. */
@ApiTags('proposals')
@Controller('v1/proposals')
class Proposals {
  private readonly cursors: Cursors;

  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.cursors = new Cursors(core.sealer);
  }

  /** Makes a proposal; its id is a function of client and key. */
  async propose(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'propose');
    const { change, ...asked } = proposedOf(request.body);
    if (change !== undefined) await this.requireRights(request, asked.record, change);
    await this.send(new CarryOut('propose', { ...frame, ...asked }), true, reply);
  }

  async step({ path, form }: StepRoute, request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, path);
    const expected = expectedRevisionOf(request.headers);
    const id = proposalIn(request);
    const command = { ...frame, id, expected, step: form(request.body) };
    if (path === 'decide') {
      const { proposal } = await this.core.proposals.load(id);
      if (proposal?.change) await this.requireRights(request, proposal.record, proposal.change);
    }
    await this.send(new CarryOut(`${path}_proposal`, command), false, reply);
  }

  /** Proposing a change of the past, and deciding it, needs the right that making it at once would need. */
  private async requireRights(request: Request, record: string, change: PastChange): Promise<void> {
    const { gate } = this.core.access;
    const { caller } = accessOf(request);
    const isWhole = change.kind === 'withdraw' || change.kind === 'restore';
    const needed: [string | undefined, Intent][] = [
      [record, isWhole ? 'withdraw' : 'command'],
      [mergedInto(change), 'command'],
    ];
    for (const [id, intent] of needed) {
      const there = id === undefined ? null : await gate.standing(id, false);
      // Who is not there is told by the command itself.
      if (there !== null && !gate.decide(caller, intent, there.standing).allowed) throw noRight();
    }
  }

  private async send(carryOut: CarryOut, isNew: boolean, reply: FastifyReply): Promise<void> {
    const answer = await this.commands.execute<CarryOut, ProposalAnswer>(carryOut);
    const body = proposalAnswerView(answer, isNew);
    if (answer.kind === 'done')
      void reply.headers({ etag: etag(answer.revision), location: `/v1/proposals/${answer.id}` });
    const created = answer.kind === 'done' && isNew && !answer.replayed;
    await reply.status(created ? 201 : 200).send(body);
  }

  @Get()
  @Allow({ kind: 'list' })
  @ApiOperation({
    operationId: 'proposals',
    summary:
      'Các đề nghị theo cơ quan, bước, người / Proposals by agency, status and person, the newest first',
  })
  @ApiQuery({
    name: 'agency',
    required: false,
    description: 'Cơ quan đề nghị / agency that proposes',
    schema: ID_SCHEMA,
  })
  @BELOW
  @ApiQuery({ name: 'status', required: false, schema: { type: 'string', enum: [...PROPOSAL_STATUSES] } })
  @ApiQuery({ name: 'person', required: false, description: 'Hồ sơ / record', schema: ID_SCHEMA })
  @CURSOR
  @PAGE_SIZE
  @TOKEN
  @ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref('ProposalPage') })
  async list(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['agency', 'below', 'status', 'person', 'cursor', 'limit', 'token']);
    const agencies = idsOf(query, 'agency');
    const below = flagOf(query, 'below');
    const statuses = choicesOf(query, 'status', PROPOSAL_STATUSES);
    const [person] = idsOf(query, 'person') ?? [];
    const limit = limitOf(query, LIMIT.standard, LIMIT.most);
    const question = `proposals ${canonicalJson([agencies ?? null, below, statuses ?? null, person ?? null])}`;
    const cursor = textOf(query, 'cursor');
    const after = cursor === undefined ? {} : (this.cursors.open(question, cursor) as { after: number });
    await awaitModels(textOf(query, 'token'), this.models);
    const today = dayInVietnam(new Date().toISOString());
    const filter: ProposalFilter = {
      ...(agencies === undefined ? {} : { agencies: await unitsWith(this.core, agencies, below, today) }),
      ...(statuses === undefined ? {} : { statuses }),
      ...(person === undefined ? {} : { person }),
      ...this.scopeOf(request),
    };
    const { items, next } = await this.models.proposals(filter, { limit, ...after });
    tell(request, { filter: this.cursors.seal('audit', { question }), count: items.length });
    await reply.send({
      proposals: items.map(({ proposal: id, ...item }) => ({ id, ...item })),
      next: next === null ? null : this.cursors.seal(question, { after: next }),
    });
  }

  /** Proposals about records that the caller may see today. */
  private scopeOf(request: Request): Pick<ProposalFilter, 'scope'> {
    const { gate } = this.core.access;
    const scope = gate.listScope(accessOf(request).caller);
    return scope === null ? {} : { scope: { ...scope, today: gate.today } };
  }

  @Get(':id')
  @Allow({ kind: 'proposal', intent: 'whole' })
  @ApiOperation({
    operationId: 'proposal',
    summary: 'Một đề nghị và các bước của nó / A proposal, with every step of it',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @TOKEN
  @ApiResponse({
    status: 200,
    description: 'ETag: bản của đề nghị / its revision, for If-Match',
    schema: ref('ProposalHistory'),
  })
  async read(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, ['token']);
    const question = new AskProposal(proposalIn(request));
    await awaitToken(request.query, this.core);
    const { revision, body } = await this.queries.execute<AskProposal, RecordAnswer>(question);
    await reply.header('etag', etag(revision ?? 0)).send(body);
  }
}

/** The person that a body names, whatever else is wrong with it. */
function personOf(body: unknown): string[] {
  const { person } = (body ?? {}) as { person?: unknown };
  return typeof person === 'string' ? [person] : [];
}

/** The controller of proposals. */
export function proposalsController(): Type {
  const add = (
    name: string,
    handler: (controller: Proposals, request: Request, reply: FastifyReply) => Promise<void>,
    decorators: readonly MethodDecorator[],
  ) => {
    addRoute(
      Proposals,
      name,
      function (this: Proposals, request, reply) {
        return handler(this, request, reply);
      },
      [...decorators, DRY_RUN, ApiResponse({ status: 200, description: DONE, schema: DONE_SCHEMA })],
    );
  };
  add('propose', (it, request, reply) => it.propose(request, reply), [
    Post(),
    Allow({ kind: 'records', of: personOf }),
    ApiOperation({
      operationId: 'propose',
      summary: 'Đề nghị một việc / Propose a personnel action (Đ.15.5đ, 18.4e)',
      description: `Bị từ chối khi hồ sơ chưa đầy đủ (nêu từng mục thiếu) hoặc cơ quan còn việc quá hạn. Với change: đề nghị đính chính, hủy bỏ, loại bỏ hồ sơ để người thứ hai quyết định; không bị các điều kiện trên chặn. / Refused while the record is incomplete, naming each missing item, or the agency has overdue duties. With change: a correction, a rescission or a withdrawal for a second person to decide, which those do not hold up. Actions: ${PROPOSABLE.map((a) => a.type).join(', ')}.`,
    }),
    ApiBody({ schema: { ...PROPOSAL_FORMS.propose(), examples: [proposalExample(), changeExample()] } }),
    ApiResponse({ status: 201, description: 'Đã đề nghị / proposed', schema: DONE_SCHEMA }),
  ]);
  for (const route of STEPS)
    add(`${route.path}Proposal`, (it, request, reply) => it.step(route, request, reply), [
      Post(`:id/${route.path}`),
      Allow({ kind: 'proposal', intent: 'command' }),
      ApiOperation({ operationId: `${route.path}Proposal`, summary: route.summary }),
      ApiParam({ name: 'id', schema: ID_SCHEMA }),
      IF_MATCH,
      ApiBody({ schema: route.schema }),
    ]);
  return Proposals;
}

const DONE = 'Đã thực hiện, hoặc xem trước / done, or previewed';
const DONE_SCHEMA = { oneOf: [ref('ProposalDone'), ref('ProposalPreview')] };

function proposalIn({ params }: Request): string {
  if (isId(params.id)) return params.id;
  throw noSuchProposal();
}
