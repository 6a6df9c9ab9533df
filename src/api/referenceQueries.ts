import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catalogueStream } from '../catalogues/facts.js';
import type { CatalogueEntry } from '../catalogues/list.js';
import type { ApiCore } from './apiCore.js';
import { unitStream } from '../organisation/facts.js';
import { unitOn, unitsOn } from '../organisation/tree.js';
import type { ReferenceView } from '../reference/view.js';
import { CORE, sequenceOf } from './bus.js';
import { ID_SCHEMA } from './commands.js';
import { etag } from './headers.js';
import { Allow } from './policy.js';
import { noSuchList, noSuchUnit } from './problem.js';
import { onlyKnown, textOf } from './query.js';
import { RELEASE } from './release.js';
import { ref } from './schemas.js';
import { AS_OF, KNOWN_AT } from './timeParameters.js';
import { asOfDay, knownAt } from './times.js';
import { awaitToken, TOKEN } from './tokens.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

/** Units and lists on a day, as known at K. */
@ApiTags('reference')
@Controller('v1')
export class ReferenceQueries {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  @Get('units')
  @Allow({ kind: 'reference' })
  @ApiOperation({ operationId: 'units', summary: 'Các đơn vị vào một ngày / The units on (E, K)' })
  @AS_OF
  @KNOWN_AT
  @TOKEN
  @ApiResponse({ status: 200, description: 'Các đơn vị / the units', schema: ref('Units') })
  async units(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    await reply.send({ ...frame(view, day), units: unitsOn(view, day) });
  }

  @Get('units/:id')
  @Allow({ kind: 'reference' })
  @ApiOperation({ operationId: 'unit', summary: 'Một đơn vị vào một ngày / A unit on (E, K)' })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @AS_OF
  @KNOWN_AT
  @TOKEN
  @ApiResponse({
    status: 200,
    description: 'Đơn vị, với ETag / the unit, with its ETag',
    schema: ref('Unit'),
  })
  async unit(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const unit = unitOn(view, request.params.id, day);
    if (unit === null) throw noSuchUnit();
    const revision = view.revisionOf(unitStream(unit.id));
    await reply
      .header('etag', etag(revision))
      .send({ ...frame(view, day), revision, ...unit, agency: view.agencyOf(unit.id, day) });
  }

  @Get('catalogues')
  @Allow({ kind: 'reference' })
  @ApiOperation({ operationId: 'catalogues', summary: 'Các danh mục / The lists' })
  @AS_OF
  @KNOWN_AT
  @TOKEN
  @ApiResponse({ status: 200, description: 'Các danh mục / the lists', schema: ref('Catalogues') })
  async catalogues(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const lists = view.listNames().map((list) => ({ list, entries: view.entriesOn(list, day).length }));
    await reply.send({ ...frame(view, day), lists });
  }

  @Get('catalogues/:id')
  @Allow({ kind: 'reference' })
  @ApiOperation({ operationId: 'catalogue', summary: 'Một danh mục vào một ngày / A list on (E, K)' })
  @ApiParam({ name: 'id', schema: { type: 'string' }, example: 'grade_name' })
  @AS_OF
  @KNOWN_AT
  @TOKEN
  @ApiResponse({
    status: 200,
    description: 'Danh mục, với ETag / the list, with its ETag',
    schema: ref('Catalogue'),
  })
  async catalogue(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const list = request.params.id;
    if (!view.listNames().includes(list)) throw noSuchList();
    const revision = view.revisionOf(catalogueStream(list));
    await reply
      .header('etag', etag(revision))
      .send({ ...frame(view, day), list, revision, entries: view.entriesOn(list, day).map(entryView) });
  }

  private async question(request: Request): Promise<{ view: ReferenceView; day: string }> {
    const { query } = request;
    onlyKnown(query, ['asOf', 'knownAt', 'token']);
    const day = asOfDay(textOf(query, 'asOf'));
    const asked = knownAt(textOf(query, 'knownAt'));
    await awaitToken(query, this.core);
    const { references } = this.core;
    return { view: references.at(await sequenceOf(asked, this.core)), day };
  }
}

/** An entry as it was said; the days it covers stand in validFrom and validTo. */
function entryView({ from: _from, until: _until, ...entry }: CatalogueEntry) {
  return entry;
}

function frame({ sequence }: ReferenceView, asOf: string) {
  return { asOf, knownAt: { sequence }, release: RELEASE };
}
