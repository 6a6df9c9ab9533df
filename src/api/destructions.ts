import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  DESTRUCTION_RULES,
  destructionOf,
  type Destruction,
  type DestructionRuleCode,
} from '../destruction/destruction.js';
import type {
  DestructionAnswer,
  DestructionDesk,
  DestructionRefusal,
} from '../destruction/destructionDesk.js';
import { NotYet } from '../projecting/projections.js';
import { RULES, type RuleCode } from '../record/ruleBook.js';
import { addRoute, DRY_RUN, frameOf, ID_SCHEMA, IF_MATCH, IF_NONE_MATCH, type Request } from './commands.js';
import { declineOf, DESTRUCTION_FORMS, destructionProposalOf, nothingOf } from './destructionForms.js';
import { etag, expectedRevisionOf, isId, requireIfNoneMatch } from './headers.js';
import { Allow, type Policy } from './policy.js';
import { noSuchRecord, Problem, type Fault } from './problem.js';
import { onlyKnown } from './query.js';
import { ref } from './schemas.js';
import { tokenOf } from './tokens.js';

/** What ends a record's content is for whoever stores all records (Điều 6, 12): Home Affairs' administration. */
const HOME_AFFAIRS: Policy = { kind: 'city' };

/** The name under which Nest knows the desk for destructions. */
export const DESTRUCTIONS = Symbol('destructions');

@ApiTags('destructions')
@Controller('v1/destructions')
class Destructions {
  constructor(@Inject(DESTRUCTIONS) private readonly desk: DestructionDesk) {}

  /** Proposes one; its id is a function of client and key. */
  async propose(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'destruction_propose');
    requireIfNoneMatch(request.headers);
    const answer = await this.desk.propose({ ...frame, ...destructionProposalOf(request.body) });
    if (answer.kind === 'notFound') throw noSuchRecord();
    await send(answer, reply, 201);
  }

  async approve(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'destruction_approve');
    nothingOf(request.body);
    await this.take(request, reply, { ...frame, step: { kind: 'approve' } });
  }

  async decline(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'destruction_decline');
    const reason = declineOf(request.body);
    await this.take(request, reply, { ...frame, step: { kind: 'decline', reason } });
  }

  @Get(':id')
  @Allow(HOME_AFFAIRS)
  @ApiOperation({ operationId: 'destruction', summary: 'Một thủ tục hủy / One destruction as it stands' })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiResponse({ status: 200, description: 'ETag: bản hiện tại / its revision', schema: ref('Destruction') })
  async read(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const id = idOf(request);
    const { events } = await this.desk.load(id);
    const destruction = destructionOf(events);
    if (destruction === null) throw noSuchDestruction();
    const revision = events.length - 1;
    await reply.header('etag', etag(revision)).send({ id, revision, ...destruction });
  }

  private async take(
    request: Request,
    reply: FastifyReply,
    command: Omit<Parameters<DestructionDesk['take']>[0], 'id' | 'expected'>,
  ): Promise<void> {
    const expected = expectedRevisionOf(request.headers);
    const id = idOf(request);
    const answer = await this.desk.take({ ...command, id, expected }).catch((error: unknown) => {
      // The keys are gone; a read model that runs elsewhere is behind. The same request again completes it.
      if (error instanceof NotYet) throw new Problem('behind');
      throw error;
    });
    await send(answer, reply, 200);
  }
}

async function send(answer: DestructionAnswer, reply: FastifyReply, created: 200 | 201): Promise<void> {
  switch (answer.kind) {
    case 'done': {
      const { id, revision, sequence, position, events, destruction, replayed } = answer;
      const token = position === null ? null : tokenOf(position);
      await reply
        .status(replayed ? 200 : created)
        .headers({ etag: etag(revision), location: `/v1/destructions/${id}` })
        .send({ id, revision, sequence, token, events, destruction, todo: todoAfter(destruction) });
      return;
    }
    case 'preview': {
      const { id, destruction, keys } = answer;
      await reply.status(200).send({ id, dryRun: true, destruction, keys });
      return;
    }
    case 'refused':
      throw new Problem('refused', answer.refusals.map(faultOf));
    case 'stale':
      throw new Problem('stale', [], { revision: answer.actual, since: answer.since });
    case 'keyReused':
      throw new Problem('key-reused');
    case 'notFound':
      throw noSuchDestruction();
    default:
      answer satisfies never;
  }
}

/** What is left to the operator, whose work no service may do: commands, in their order. */
function todoAfter({ status }: Destruction): string[] {
  return status === 'carried_out' ? ['hoso rotate-master-key', 'hoso scrub'] : [];
}

function faultOf({ rule, facts, params }: DestructionRefusal): Fault {
  const { vi, en, source } =
    rule in DESTRUCTION_RULES ? DESTRUCTION_RULES[rule as DestructionRuleCode] : RULES[rule as RuleCode];
  return { rule, vi, en, source, facts, params };
}

function idOf(request: Request): string {
  const { id } = request.params;
  if (isId(id)) return id;
  throw noSuchDestruction();
}

function noSuchDestruction(): Problem {
  return new Problem('not-found', [
    { rule: 'destruction', vi: 'không có thủ tục hủy này', en: 'there is no such destruction' },
  ]);
}

const DONE = ApiResponse({
  status: 200,
  description: 'Đã thực hiện, hoặc xem trước / done, or previewed',
  schema: { oneOf: [ref('DestructionDone'), ref('DestructionPreview')] },
});

/** The controller of lawful destructions: proposed, approved by a second person, carried out. */
export function destructionsController(): Type {
  const onOne = [ApiParam({ name: 'id', schema: ID_SCHEMA }), IF_MATCH];
  addRoute(
    Destructions,
    'propose',
    function (this: Destructions, request, reply) {
      return this.propose(request, reply);
    },
    [
      Post(),
      Allow(HOME_AFFAIRS),
      ApiOperation({
        operationId: 'destruction_propose',
        summary:
          'Đề nghị hủy nội dung theo quyết định / Propose a lawful destruction, on the archive authority’s decision',
      }),
      ApiBody({ schema: DESTRUCTION_FORMS.proposal }),
      IF_NONE_MATCH,
      DRY_RUN,
      DONE,
      ApiResponse({ status: 201, description: 'Đã đề nghị / proposed', schema: ref('DestructionDone') }),
    ],
  );
  addRoute(
    Destructions,
    'approve',
    function (this: Destructions, request, reply) {
      return this.approve(request, reply);
    },
    [
      Post(':id/approval'),
      Allow(HOME_AFFAIRS),
      ApiOperation({
        operationId: 'destruction_approve',
        summary:
          'Người thứ hai phê duyệt; hủy ngay, không khôi phục được / A second person approves; it is carried out at once, for ever',
      }),
      ApiBody({ schema: DESTRUCTION_FORMS.approval }),
      ...onOne,
      DRY_RUN,
      DONE,
    ],
  );
  addRoute(
    Destructions,
    'decline',
    function (this: Destructions, request, reply) {
      return this.decline(request, reply);
    },
    [
      Post(':id/refusal'),
      Allow(HOME_AFFAIRS),
      ApiOperation({ operationId: 'destruction_decline', summary: 'Bác đề nghị hủy / Decline it' }),
      ApiBody({ schema: DESTRUCTION_FORMS.decline }),
      ...onOne,
      DRY_RUN,
      DONE,
    ],
  );
  return Destructions;
}
