import { Controller, Inject, Post, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { BatchAnswer } from '../recording/batch.js';
import type { CommandAnswer } from '../recording/recordDesk.js';
import { commandView, inDecision, refusalFaults } from './answers.js';
import { CarryOut } from './bus.js';
import { addRoute, DRY_RUN, frameOf, type Request } from './commands.js';
import { batchOf, FORMS } from './forms.js';
import { Allow } from './policy.js';
import { Problem, type Fault } from './problem.js';
import { ref } from './schemas.js';

interface Body {
  readonly persons: readonly { readonly changes: readonly { readonly kind: string }[] }[];
}

@ApiTags('commands')
@Controller('v1/decisions')
class Batches {
  constructor(@Inject(CommandBus) private readonly bus: CommandBus) {}

  /** Checks every person first; writes nothing unless all of them pass. */
  async carryOut(request: Request, reply: FastifyReply): Promise<void> {
    const frame = frameOf(request, 'batch');
    const items = batchOf(request.body);
    const answer = await this.bus.execute<CarryOut, BatchAnswer>(new CarryOut('batch', { ...frame, items }));
    const { persons } = request.body as Body;
    if (answer.kind === 'keyReused') throw new Problem('key-reused');
    if (answer.kind === 'refused')
      throw new Problem(
        'refused',
        answer.answers.flatMap((one, i) => faultsOf(one, `/persons/${i}`, persons[i])),
      );
    const results = answer.answers.map((one, i) => resultOf(one, `/persons/${i}`, persons[i]));
    await reply.status(200).send({ results, done: answer.answers.filter((a) => a.kind === 'done').length });
  }
}

/** The persons that a body names, whatever else is wrong with it. */
function personsOf(body: unknown): string[] {
  const { persons } = (body ?? {}) as { persons?: unknown };
  if (!Array.isArray(persons)) return [];
  return persons.flatMap((one: unknown) => {
    const { id } = (one ?? {}) as { id?: unknown };
    return typeof id === 'string' ? id : [];
  });
}

/** What is wrong with one person's part, its pointers within the whole request. */
function faultsOf(answer: CommandAnswer, at: string, body: Body['persons'][number] | undefined): Fault[] {
  const facts: readonly string[] = [];
  switch (answer.kind) {
    case 'done':
    case 'preview':
      return [];
    case 'stale':
      return [
        {
          pointer: `${at}/revision`,
          rule: 'stale',
          vi: 'hồ sơ đã thay đổi từ khi được đọc',
          en: 'the record has changed since it was read',
          params: { revision: String(answer.actual) },
        },
      ];
    case 'notFound':
      return [
        { pointer: `${at}/id`, rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
      ];
    case 'keyReused':
      return [
        {
          pointer: at,
          rule: 'key_reused',
          vi: 'Idempotency-Key đã dùng cho một yêu cầu khác về người này',
          en: 'the Idempotency-Key was used for another request about this person',
          facts,
        },
      ];
    case 'refused':
      return refusalFaults(answer.refusals, (field, change) => at + inDecision(body)(field, change));
    default:
      return answer satisfies never;
  }
}

/** One person's result; another writer may have come between the check and the writing, and stands in its way. */
function resultOf(answer: CommandAnswer, at: string, body: Body['persons'][number] | undefined): object {
  switch (answer.kind) {
    case 'done':
    case 'preview':
      return commandView(answer, (field) => `/${field}`);
    case 'stale':
      return { id: answer.record, stale: true, revision: answer.actual, since: answer.since };
    default:
      return { id: answer.record, refused: true, errors: faultsOf(answer, at, body) };
  }
}

/** The controller of decisions about many persons. */
export function batchesController(): Type {
  addRoute(
    Batches,
    'batch',
    function (this: Batches, request, reply) {
      return this.carryOut(request, reply);
    },
    [
      Post(),
      Allow({ kind: 'records', of: personsOf }),
      ApiOperation({
        operationId: 'batch',
        summary: 'Một quyết định về nhiều người / One decision about many persons',
        description:
          'Kiểm tra tất cả trước, không ghi gì nếu có người không qua; gửi lại với cùng khóa để làm tiếp phần dở dang: ' +
          'ai đã thay đổi từ đó được nêu riêng, không giữ lại người khác. / ' +
          'All are checked first, and nothing is written unless all pass; the same key again goes on where a broken run ' +
          'ended: whoever has changed since is told apart, and holds up nobody else.',
      }),
      ApiBody({ schema: FORMS.batch() }),
      DRY_RUN,
      ApiResponse({
        status: 200,
        description: 'Kết quả từng người / a result per person',
        schema: ref('BatchDone'),
      }),
    ],
  );
  return Batches;
}
