import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ApiCore } from './apiCore.js';
import type { FindingCursor, FindingFilter } from '../projecting/queries/findings.js';
import type { PersonCursor, PersonFilter } from '../projecting/queries/persons.js';
import type { ReadModels } from '../projecting/readModels.js';
import { PROPOSAL_RULES } from '../proposals/proposal.js';
import { RULES } from '../record/ruleBook.js';
import { canonicalJson } from '../sealing/canonical.js';
import { CORE, READ_MODELS, sequenceOf } from './bus.js';
import { ID_SCHEMA, type Request } from './commands.js';
import { ASKED, askedOf, Paging } from './paging.js';
import { Allow } from './policy.js';
import { choicesOf, flagOf, idsOf, onlyKnown, textOf } from './query.js';
import {
  BELOW,
  CURSOR,
  PAGE_SIZE,
  TREE,
  treeDay,
  TREES,
  UNIT_ID,
  unitsWith,
  UNPLACED,
  unplacedOf,
} from './lists.js';
import { SEARCH_SCHEMA, searchOf, STATUSES, type Search } from './search.js';
import { ref } from './schemas.js';
import { AS_OF, KNOWN_AT } from './timeParameters.js';
import { knownAt, today } from './times.js';
import { awaitModels, TOKEN } from './tokens.js';

/** Lists over many records: from read models, a page at a time, with the least data that tells who is who. */
@ApiTags('lists')
@Controller('v1')
export class PersonLists {
  private readonly paging: Paging;

  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.paging = new Paging(core);
  }

  @Get('persons')
  @Allow({ kind: 'list' })
  @ApiOperation({
    operationId: 'persons',
    summary:
      'Danh sách theo đơn vị, trạng thái, ngạch / Persons by unit, status, grade; names are searched for by POST',
  })
  @ApiQuery({
    name: 'unit',
    required: false,
    description: 'Đơn vị quản lý hồ sơ / unit that keeps the record',
    schema: ID_SCHEMA,
  })
  @BELOW
  @TREE
  @UNPLACED
  @ApiQuery({ name: 'status', required: false, schema: { type: 'string', enum: [...STATUSES] } })
  @ApiQuery({ name: 'grade', required: false, schema: { type: 'string' }, example: '01.003' })
  @AS_OF
  @CURSOR
  @PAGE_SIZE
  @TOKEN
  @ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref('PersonPage') })
  async list(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['unit', 'below', 'tree', 'unplaced', 'status', 'grade', ...ASKED]);
    const units = idsOf(query, 'unit');
    const statuses = choicesOf(query, 'status', STATUSES);
    const grade = textOf(query, 'grade');
    await this.answer(
      {
        ...(units === undefined ? {} : { units }),
        ...(statuses === undefined ? {} : { statuses }),
        ...(grade === undefined ? {} : { grades: [grade] }),
        below: flagOf(query, 'below'),
        ...(choicesOf(query, 'tree', TREES)?.[0] === 'today' ? { tree: 'today' as const } : {}),
        ...unplacedOf(query),
        ...askedOf(query),
      },
      request,
      reply,
    );
  }

  @Post('persons/search')
  @Allow({ kind: 'list' })
  @ApiOperation({
    operationId: 'searchPersons',
    summary:
      'Tìm theo tên (có dấu hoặc không dấu), đơn vị, trạng thái, ngạch / Search by name, with or without accents; writes nothing',
  })
  @ApiBody({ schema: SEARCH_SCHEMA })
  @ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref('PersonPage') })
  async search(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    await this.answer(searchOf(request.body), request, reply);
  }

  @Get('units/:id/findings')
  @Allow({ kind: 'unit' })
  @ApiOperation({
    operationId: 'unitFindings',
    summary: 'Những vấn đề của các hồ sơ đơn vị quản lý / Findings of the records that a unit keeps',
  })
  @UNIT_ID
  @BELOW
  @UNPLACED
  @ApiQuery({
    name: 'settled',
    required: false,
    description: 'Đã xử lý hay còn mở (mặc định) / settled, or open (default)',
    schema: { type: 'boolean', default: false },
  })
  @AS_OF
  @CURSOR
  @PAGE_SIZE
  @TOKEN
  @ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref('UnitFindings') })
  async findings(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['below', 'unplaced', 'settled', ...ASKED]);
    const unit = this.paging.unitOf(request);
    const below = flagOf(query, 'below');
    const unplaced = flagOf(query, 'unplaced');
    const settled = flagOf(query, 'settled');
    const asked = askedOf(query);
    const question = `findings ${canonicalJson([unit, below, unplaced, settled, asked.asOf ?? null])}`;
    const { day, after } = this.paging.place<FindingCursor>(question, asked);
    await awaitModels(asked.token, this.models);
    const filter: FindingFilter = {
      ...(unplaced ? { unplaced } : { units: await unitsWith(this.core, [unit], below, day) }),
      settled,
      ...this.paging.scopeOf(request),
    };
    const page = await this.models.findings(filter, { day, limit: asked.limit, ...after });
    this.paging.tell(request, question, day, page);
    await reply.send({
      asOf: day,
      unit,
      findings: page.items.map((item) => {
        const { vi, en, source } =
          item.rule === 'quota_exhausted' ? PROPOSAL_RULES[item.rule] : RULES[item.rule];
        return { ...item, vi, en, source };
      }),
      next: this.paging.next(question, day, page),
    });
  }

  @Get('units/:id/members')
  @Allow({ kind: 'unit' })
  @ApiOperation({
    operationId: 'unitMembers',
    summary:
      'Ai thuộc đơn vị, kể cả các đơn vị trực thuộc, vào một ngày, theo những gì đã biết / Who was placed in a unit, with those below it, on (E, K)',
  })
  @UNIT_ID
  @BELOW
  @TREE
  @AS_OF
  @KNOWN_AT
  @CURSOR
  @PAGE_SIZE
  @TOKEN
  @ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref('UnitMembers') })
  async members(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['below', 'tree', 'knownAt', ...ASKED]);
    const unit = this.paging.unitOf(request);
    const below = flagOf(query, 'below');
    const asked = askedOf(query);
    const known = knownAt(textOf(query, 'knownAt'));
    const [on, by] = ['knownAt', 'tree'].map((name) => textOf(query, name) ?? null);
    const question = `members ${canonicalJson([unit, below, by ?? null, asked.asOf ?? null, on ?? null])}`;
    const { day, after } = this.paging.place<string>(question, asked);
    await awaitModels(asked.token, this.models);
    const k: { k?: number } = known === null ? {} : { k: await sequenceOf(known, this.core) };
    const units = await unitsWith(this.core, [unit], below, treeDay(query, day), k.k);
    const page = await this.models.members(units, {
      day,
      limit: asked.limit,
      ...after,
      ...k,
      ...this.paging.scopeOf(request),
    });
    this.paging.tell(request, question, day, page);
    await reply.send({
      asOf: day,
      unit,
      knownAt: k.k === undefined ? null : { sequence: k.k },
      members: page.items,
      next: this.paging.next(question, day, page),
    });
  }

  private async answer(search: Search, request: Request, reply: FastifyReply): Promise<void> {
    const { asOf, cursor: _cursor, limit, token, below, tree = 'that_day', units, ...rest } = search;
    const of = { ...rest, ...(units ? { units } : {}) };
    const question = `persons ${canonicalJson([of, below, tree, asOf ?? null])}`;
    const { day, after } = this.paging.place<PersonCursor>(question, search);
    await awaitModels(token, this.models);
    const filter: PersonFilter = {
      ...rest,
      ...(units === undefined
        ? {}
        : { units: await unitsWith(this.core, units, below, tree === 'today' ? today() : day) }),
      ...this.paging.scopeOf(request),
    };
    const page = await this.models.persons(filter, { day, limit, ...after });
    this.paging.tell(request, question, day, page);
    await reply
      .status(200)
      .send({ asOf: day, persons: page.items, next: this.paging.next(question, day, page) });
  }
}
