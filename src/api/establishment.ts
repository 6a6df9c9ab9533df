import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  CATEGORIES_OF,
  ESTABLISHMENT_KINDS,
  OVER_ESTABLISHMENT,
  quotasOn,
  unitsCountedIn,
  yearOf,
} from '../organisation/establishment.js';
import type { ReadModels } from '../projecting/readModels.js';
import type { ApiCore } from './apiCore.js';
import { CORE, READ_MODELS, sequenceOf } from './bus.js';
import { ID_SCHEMA, type Request } from './commands.js';
import { isId } from './headers.js';
import { Allow, tell } from './policy.js';
import { noSuchUnit } from './problem.js';
import { onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { AS_OF, KNOWN_AT } from './timeParameters.js';
import { asOfDay, knownAt } from './times.js';
import { awaitModels, TOKEN } from './tokens.js';

/** Biên chế: what is decided, filled, vacant and over. */
@ApiTags('lists')
@Controller('v1')
export class EstablishmentQueries {
  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Get('units/:id/establishment')
  @Allow({ kind: 'unit' })
  @ApiOperation({
    operationId: 'unitEstablishment',
    summary:
      'Biên chế được giao, đã dùng, còn thiếu, vượt, vào một ngày / Establishment decided, filled, vacant and over on (E, K)',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @AS_OF
  @KNOWN_AT
  @TOKEN
  @ApiResponse({ status: 200, description: 'Biên chế / the establishment', schema: ref('Establishment') })
  async establishment(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query, params } = request;
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    const day = asOfDay(textOf(query, 'asOf'));
    const asked = knownAt(textOf(query, 'knownAt'));
    const token = textOf(query, 'token');
    await awaitModels(token, this.models);
    const k = asked === null ? undefined : await sequenceOf(asked, this.core);
    const view = this.core.references.at(k);
    const history = isId(params.id) ? view.history(params.id) : null;
    if (history === null) throw noSuchUnit();
    const question = {
      units: unitsCountedIn(view, params.id, day),
      day,
      ...(k === undefined ? {} : { k }),
    };
    const filled = await this.models.places(question);
    const quotas = quotasOn(history, day);
    const kinds = await Promise.all(
      ESTABLISHMENT_KINDS.map(async (kind) => {
        const categories = CATEGORIES_OF[kind];
        const own = filled.filter((f) => f.category !== null && categories.includes(f.category));
        const count = sum(own);
        const quota = quotas.get(kind) ?? null;
        const over = quota === null ? null : Math.max(0, count - quota.count);
        const beyond =
          quota === null || over === 0
            ? []
            : await this.models.placesBeyond(question, categories, quota.count);
        return {
          kind,
          quota: quota?.count ?? null,
          decidedBy:
            quota === null
              ? null
              : { fact: quota.fact, effective: quota.effective, document: quota.document },
          filled: count,
          disputed: own.reduce((n, f) => n + f.disputed, 0),
          vacant: quota === null ? null : Math.max(0, quota.count - count),
          over,
          findings: beyond.map((b) => ({ ...OVER_ESTABLISHMENT, ...b })),
        };
      }),
    );
    tell(request, { asOf: day, count: sum(filled), ...(k === undefined ? {} : { knownAt: k }) });
    await reply.send({
      asOf: day,
      knownAt: k === undefined ? null : { sequence: k },
      unit: params.id,
      year: yearOf(day),
      units: question.units,
      kinds,
      unclassified: sum(filled.filter((f) => f.category === null)),
    });
  }
}

function sum(filled: readonly { readonly count: number }[]): number {
  return filled.reduce((n, f) => n + f.count, 0);
}
