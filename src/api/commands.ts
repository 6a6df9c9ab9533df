/** What every command over HTTP has in common: its headers, its key, its one handler's route. */
import { Req, Res, type Type } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonSchema } from '../record/fields.js';
import type { Actor } from '../recording/metadata.js';
import type { CommandFrame } from '../recording/recordDesk.js';
import { canonicalJson, nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { idempotencyKeyOf } from './headers.js';
import { accessOf } from './policy.js';
import { Problem } from './problem.js';
import { flagOf, onlyKnown } from './query.js';

export type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;
export type Handler = (request: Request, reply: FastifyReply) => Promise<void>;

export const ID_SCHEMA: JsonSchema = { type: 'string', format: 'uuid' };

/** What every command carries; the canonical text of the request, with its route, tells two requests apart. */
export function frameOf(request: Request, route: string): CommandFrame {
  const { headers, query } = request;
  onlyKnown(query, ['dryRun']);
  const frame = {
    actor: actorOf(request),
    idempotencyKey: idempotencyKeyOf(headers),
    dryRun: flagOf(query, 'dryRun'),
    correlation: request.id,
  };
  if (request.body === undefined)
    throw new Problem('malformed', [
      { pointer: '', rule: 'json', vi: 'thiếu thân yêu cầu', en: 'the request has no body' },
    ]);
  return { ...frame, body: canonicalJson([route, nfc(request.body as Json)]) };
}

/** Who acts, and for which unit: as the guard found it. */
export function actorOf(request: FastifyRequest): Actor {
  const { account, unit, client } = accessOf(request).caller;
  return { account, unit, client };
}

/** Gives a controller a route of its own, for which `decorators` say path and documentation. */
export function addRoute(
  controller: Type,
  name: string,
  handler: Handler,
  decorators: readonly MethodDecorator[],
): void {
  const prototype = controller.prototype as Record<string, unknown>;
  const key = `route_${name}`;
  prototype[key] = handler;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
  Req()(prototype, key, 0);
  Res()(prototype, key, 1);
  for (const one of decorators) one(prototype, key, descriptor);
  Object.defineProperty(prototype, key, descriptor);
}

const SEEN = {
  name: 'If-Match',
  description: 'ETag của lần đọc / the ETag that was read',
  schema: { type: 'string', pattern: '^"(0|[1-9][0-9]*)"$' },
  example: '"12"',
};
export const IF_MATCH = ApiHeader({ ...SEEN, required: true });

/** Either of the two: the revision that was read, or that there is nothing yet. */
export const IF_MATCH_OR_NEW: readonly MethodDecorator[] = [
  ApiHeader({ ...SEEN, required: false }),
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description:
      'Thay cho If-Match khi danh mục chưa có / instead of If-Match, for a list that is not there yet',
    schema: { type: 'string', enum: ['*'] },
  }),
];

export const IF_NONE_MATCH = ApiHeader({
  name: 'If-None-Match',
  required: true,
  description: 'Chưa có gì ở đó / there is none yet',
  schema: { type: 'string', enum: ['*'] },
});

export const DRY_RUN = ApiQuery({
  name: 'dryRun',
  required: false,
  description: 'Chỉ xem trước, không ghi / show what would change, write nothing',
  schema: { type: 'boolean', default: false },
});
