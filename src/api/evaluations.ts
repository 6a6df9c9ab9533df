import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { LevelCount } from '../projecting/queries/evaluations.js';
import type { ReadModels } from '../projecting/readModels.js';
import type { LawLists } from '../rules/law.js';
import { excellentShare, mostExcellent, OVER_SHARE, shareStanding } from '../rules/evaluation.js';
import type { ApiCore } from './apiCore.js';
import { CORE, READ_MODELS } from './bus.js';
import { ID_SCHEMA, type Request } from './commands.js';
import { isId } from './headers.js';
import { Allow, tell } from './policy.js';
import { noSuchUnit } from './problem.js';
import { onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { today, yearOf } from './times.js';
import { awaitModels, TOKEN } from './tokens.js';

/** The levels that an agency gave for a year, and whether too many are excellent. */
@ApiTags('lists')
@Controller('v1')
export class EvaluationQueries {
  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Get('units/:id/evaluations')
  @Allow({ kind: 'unit', groups: ['history'] })
  @ApiOperation({
    operationId: 'unitEvaluations',
    summary:
      'Xếp loại hằng năm của cơ quan: số người từng mức, tỷ lệ hoàn thành xuất sắc / An agency’s evaluations of a year: how many of each level, and the share of the excellent',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiQuery({ name: 'year', required: false, schema: { type: 'integer', minimum: 2000, maximum: 2199 } })
  @TOKEN
  @ApiResponse({ status: 200, description: 'Các nhóm / the groups', schema: ref('UnitEvaluations') })
  async evaluations(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query, params } = request;
    onlyKnown(query, ['year', 'token']);
    const year = yearOf(query);
    await awaitModels(textOf(query, 'token'), this.models);
    await this.core.references.sync();
    const view = this.core.references.at();
    if (!isId(params.id) || view.history(params.id) === null) throw noSuchUnit();
    // Who counts with an agency is told by the tree at the end of the year.
    const day = `${String(year)}-12-31`;
    const units = [...view.all()]
      .map(({ id }) => id)
      .filter((id) => view.agencyOf(view.currentUnit(id, day), day) === params.id);
    const counts = await this.models.evaluations({ units, year });
    tell(request, { asOf: today(), count: counts.reduce((sum, { count }) => sum + count, 0) });
    await reply.send({ unit: params.id, year, units, groups: groupsOf(counts, view, day) });
  }
}

/** The groups whose levels are compared: by category, and whether they lead. */
function groupsOf(counts: readonly LevelCount[], law: LawLists, day: string): object[] {
  const groups = new Map<string, LevelCount[]>();
  for (const one of counts) {
    const key = `${one.category ?? ''} ${String(one.leading)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { category, leading } = first;
    const levels = own.map(({ level, count, disputed }) => ({ level, count, disputed }));
    return [{ category, leading, levels, ...shareOf(own, category, law, day) }];
  });
}

function shareOf(own: readonly LevelCount[], category: string | null, law: LawLists, day: string): object {
  const share = category === null ? null : excellentShare(law, category, day);
  if (share === null) return { share: null, findings: [] };
  // What is in dispute is used for no finding.
  const of = (level: string) => {
    const found = own.find((c) => c.level === level);
    return found === undefined ? 0 : found.count - found.disputed;
  };
  const [excellent, good] = [of(share.excellent), of(share.good)];
  const standing = shareStanding(share, excellent, good);
  const { source } = share;
  return {
    share: {
      excellent,
      good,
      most: mostExcellent(good, share.percent),
      mostOutstanding: mostExcellent(good, share.percentOutstanding),
      standing,
      source,
    },
    findings: standing === 'within' ? [] : [{ ...OVER_SHARE, source }],
  };
}
