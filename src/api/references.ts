import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  catalogueStream,
  validateEntry,
  type CatalogueBody,
  type EntryContent,
} from '../catalogues/facts.js';
import { CATALOGUE_RULES } from '../catalogues/ruleBook.js';
import type { Core } from '../core.js';
import {
  UNIT_FACTS,
  UnitDocument,
  unitStream,
  validateUnitFact,
  type UnitFact,
  type UnitFactType,
} from '../organisation/facts.js';
import { UNIT_RULES } from '../organisation/ruleBook.js';
import { unitOn, unitsOn, type UnitOnDay } from '../organisation/tree.js';
import { schemaOf, type JsonSchema } from '../record/fields.js';
import type { ReferenceOutcome } from '../reference/recorder.js';
import type { ReferenceView } from '../reference/view.js';
import { canonicalJson, nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { CORE } from './bus.js';
import { actorOf, etag, expectedRevisionOf, idempotencyKeyOf, isId, requireIfNoneMatch } from './headers.js';
import { Problem, type Fault } from './problem.js';
import { onlyKnown, textOf } from './query.js';
import { asOfDay, knownAt } from './times.js';
import { tokenOf } from './tokens.js';

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;
type Plain = Readonly<Record<string, unknown>>;

const LIST = /^[a-z][a-z0-9_]{0,62}$/;
const id: JsonSchema = { type: 'string', format: 'uuid' };
const COMMAND = [
  ApiHeader({ name: 'Hoso-Account', required: true, schema: id }),
  ApiHeader({ name: 'Hoso-Unit', required: true, schema: id }),
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  }),
  ApiResponse({ status: 412, description: 'Problem: stale' }),
  ApiResponse({ status: 422, description: 'Problem: invalid, refused' }),
  ApiResponse({ status: 428, description: 'Problem: precondition-required' }),
];
const IF_MATCH = ApiHeader({
  name: 'If-Match',
  required: true,
  description: 'ETag: "3"',
  schema: { type: 'string' },
});

/** What is done to a unit, by the last part of the route. */
const UNIT_ROUTES: readonly (readonly [string, UnitFactType])[] = [
  ['rename', 'unit_renamed'],
  ['reparent', 'unit_reparented'],
  ['reclassify', 'unit_reclassified'],
  ['close', 'unit_closed'],
];

/** Units and catalogues: dated reference data, each a stream of its own, with the rules of every command. */
@ApiTags('reference')
@Controller('v1')
class References {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get('units')
  @ApiOperation({ summary: 'Các đơn vị vào một ngày / The units on (E, K)' })
  @ApiQuery({ name: 'asOf', required: false, schema: { type: 'string', format: 'date' } })
  @ApiQuery({ name: 'knownAt', required: false, schema: { type: 'string' } })
  async units(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    await reply.send({ asOf: day, knownAt: view.sequence, units: unitsOn(view, day).map(unitView) });
  }

  @Get('units/:id')
  @ApiOperation({ summary: 'Một đơn vị vào một ngày / A unit on (E, K)' })
  @ApiParam({ name: 'id', schema: id })
  @ApiQuery({ name: 'asOf', required: false, schema: { type: 'string', format: 'date' } })
  @ApiQuery({ name: 'knownAt', required: false, schema: { type: 'string' } })
  async unit(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const unit = unitOn(view, request.params.id, day);
    if (unit === null) throw unknownUnit();
    const revision = view.revisionOf(unitStream(unit.id));
    await reply.header('etag', etag(revision)).send({
      asOf: day,
      knownAt: view.sequence,
      revision,
      ...unitView(unit),
      agency: view.agencyOf(unit.id, day),
    });
  }

  @Get('catalogues')
  @ApiOperation({ summary: 'Các danh mục / The lists' })
  async catalogues(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const lists = view.listNames().map((list) => ({ list, entries: view.entriesOn(list, day).length }));
    await reply.send({ asOf: day, knownAt: view.sequence, lists });
  }

  @Get('catalogues/:id')
  @ApiOperation({ summary: 'Một danh mục vào một ngày / A list on (E, K)' })
  @ApiParam({ name: 'id', schema: { type: 'string' }, example: 'grade_name' })
  @ApiQuery({ name: 'asOf', required: false, schema: { type: 'string', format: 'date' } })
  @ApiQuery({ name: 'knownAt', required: false, schema: { type: 'string' } })
  async catalogue(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { view, day } = await this.question(request);
    const list = request.params.id;
    if (!view.listNames().includes(list))
      throw new Problem('not-found', [
        { rule: 'list', vi: 'không có danh mục này', en: 'there is no such list' },
      ]);
    const revision = view.revisionOf(catalogueStream(list));
    await reply
      .header('etag', etag(revision))
      .send({ list, asOf: day, knownAt: view.sequence, revision, entries: view.entriesOn(list, day) });
  }

  /** Opens a unit (`If-None-Match: *`); its id is a function of client and key. */
  async openUnit(request: Request, reply: FastifyReply): Promise<void> {
    const { actor, key } = this.frame(request);
    requireIfNoneMatch(request.headers);
    const unit = this.core.sealer.indexId('unit', [actor.client, key]);
    await this.changeUnit(unit, null, unitChange('unit_opened', request.body), request, reply);
  }

  async onUnit(type: UnitFactType, request: Request, reply: FastifyReply): Promise<void> {
    this.frame(request);
    const expected = expectedRevisionOf(request.headers);
    const unit = knownId(request.params.id);
    await this.changeUnit(unit, expected, unitChange(type, request.body), request, reply);
  }

  /** `{target, fact: {type, effective, document?, data}}`: what a fact of the unit should have said. */
  async correctUnit(request: Request, reply: FastifyReply): Promise<void> {
    this.frame(request);
    const expected = expectedRevisionOf(request.headers);
    const body = objectOf(request.body, ['target', 'fact'], ['target', 'fact']);
    const { type, ...fact } = objectOf(
      body['fact'],
      ['type', 'effective', 'document', 'data'],
      ['type', 'data'],
      '/fact',
    );
    if (typeof type !== 'string' || !(type in UNIT_FACTS))
      throw invalid(
        '/fact/type',
        'choice',
        `phải là một trong: ${Object.keys(UNIT_FACTS).join(', ')}`,
        `must be one of: ${Object.keys(UNIT_FACTS).join(', ')}`,
      );
    const change = unitChange(type as UnitFactType, fact, '/fact');
    const target = idIn(body, 'target');
    await this.changeUnit(
      knownId(request.params.id),
      expected,
      { ...change, kind: 'correct', target },
      request,
      reply,
    );
  }

  /** `{target}`: takes a fact of the unit out of force, a closing for instance. */
  async rescindUnit(request: Request, reply: FastifyReply): Promise<void> {
    this.frame(request);
    const expected = expectedRevisionOf(request.headers);
    const target = idIn(objectOf(request.body, ['target'], ['target']), 'target');
    await this.changeUnit(knownId(request.params.id), expected, { kind: 'rescind', target }, request, reply);
  }

  /** Adds an entry to a list. */
  async recordEntry(request: Request, reply: FastifyReply): Promise<void> {
    const entry = objectOf(
      request.body,
      ['code', 'name', 'nameEn', 'source', 'validFrom', 'validTo', 'confirmed', 'attributes'],
      ['code', 'name', 'source', 'confirmed'],
    ) as unknown as EntryContent;
    const faults = validateEntry(entry);
    if (faults.length > 0) throw new Problem('invalid', faults);
    await this.changeList(
      { kind: 'catalogue_entry_recorded', entry: nfc(entry as unknown as Json) as unknown as EntryContent },
      request,
      reply,
    );
  }

  /** `{target, validTo, source}`: an entry is valid up to a last day. */
  async endEntry(request: Request, reply: FastifyReply): Promise<void> {
    const body = objectOf(request.body, ['target', 'validTo', 'source'], ['target', 'validTo', 'source']);
    const probe = { code: 'x', name: 'x', confirmed: true, validTo: body['validTo'], source: body['source'] };
    const faults = validateEntry(probe as EntryContent);
    if (faults.length > 0) throw new Problem('invalid', faults);
    const { validTo, source } = body as { validTo: string; source: string };
    await this.changeList(
      { kind: 'catalogue_entry_ended', target: idIn(body, 'target'), validTo, source },
      request,
      reply,
    );
  }

  /** `{target}`: takes an entry, an end or a coverage out of force. */
  async rescindEntry(request: Request, reply: FastifyReply): Promise<void> {
    const target = idIn(objectOf(request.body, ['target'], ['target']), 'target');
    await this.changeList({ kind: 'catalogue_fact_rescinded', target }, request, reply);
  }

  private async changeUnit(
    unit: string,
    expected: number | null,
    change: Parameters<Core['recorder']['recordUnit']>[1]['changes'][number],
    request: Request,
    reply: FastifyReply,
  ): Promise<void> {
    const eventId = this.eventId(request, unitStream(unit));
    const replayed = await this.guard(unitStream(unit), expected, eventId);
    const outcome = await this.core.recorder.recordUnit(
      unit,
      { changes: [change], eventId: () => eventId },
      this.meta(request),
    );
    const refusals =
      outcome.kind === 'refused' ? outcome.refusals.map((r) => ({ ...UNIT_RULES[r.rule], ...r })) : [];
    await this.answer(unit, unitStream(unit), outcome, refusals, replayed || expected !== null, reply);
  }

  private async changeList(body: CatalogueBody, request: Request, reply: FastifyReply): Promise<void> {
    this.frame(request);
    const expected = expectedRevisionOf(request.headers);
    const list = request.params.id;
    if (!LIST.test(list))
      throw new Problem('not-found', [
        { rule: 'list', vi: 'không có danh mục này', en: 'there is no such list' },
      ]);
    const eventId = this.eventId(request, catalogueStream(list));
    await this.guard(catalogueStream(list), expected, eventId);
    const outcome = await this.core.recorder.recordCatalogue(list, { body, eventId }, this.meta(request));
    const refusals =
      outcome.kind === 'refused'
        ? [{ ...CATALOGUE_RULES[outcome.rule], rule: outcome.rule, facts: outcome.facts }]
        : [];
    await this.answer(list, catalogueStream(list), outcome, refusals, true, reply);
  }

  /** The revision seen must be the last, unless this very command was carried out before. */
  private async guard(stream: string, expected: number | null, eventId: string): Promise<boolean> {
    const events = await this.core.log.readStream(stream);
    if (events.some((e) => e.id === eventId)) return true;
    const actual = events.at(-1)?.revision ?? null;
    if (expected === actual) return false;
    if (actual === null) throw unknownUnit();
    const since = events
      .slice(expected === null ? 0 : expected + 1)
      .map(({ id: of, type, revision, sequence, recordedAt }) => ({
        id: of,
        type,
        revision,
        sequence,
        recordedAt,
      }));
    throw new Problem('stale', [], { revision: actual, since });
  }

  private async answer(
    of: string,
    stream: string,
    outcome: ReferenceOutcome<{ readonly kind: 'refused' }>,
    refusals: readonly Fault[],
    existing: boolean,
    reply: FastifyReply,
  ): Promise<void> {
    if (outcome.kind === 'refused') throw new Problem('refused', refusals);
    if (outcome.kind === 'conflict') throw new Problem('unavailable');
    const head = (await this.core.log.readStream(stream)).at(-1);
    const revision = head?.revision ?? 0;
    const appended = outcome.kind === 'recorded' ? outcome.outcome : null;
    await reply
      .status(existing ? 200 : 201)
      .header('etag', etag(revision))
      .send({
        id: of,
        revision,
        sequence: appended?.sequence ?? null,
        token: appended === null ? null : tokenOf(appended.position),
      });
  }

  private frame(request: Request) {
    return { actor: actorOf(request.headers), key: idempotencyKeyOf(request.headers) };
  }

  private meta(request: Request): object {
    return { actor: actorOf(request.headers), correlation: request.id };
  }

  /** Derived from client, key, stream and the whole request: nothing here is personal, so no person’s key is needed. */
  private eventId(request: Request, stream: string): string {
    const { actor, key } = this.frame(request);
    const body = canonicalJson([request.routeOptions.url ?? '', nfc(request.body as Json)]);
    return this.core.sealer.indexId('event', [actor.client, key, stream, body]);
  }

  private async question(request: Request): Promise<{ view: ReferenceView; day: string }> {
    actorOf(request.headers);
    onlyKnown(request.query, ['asOf', 'knownAt']);
    const day = asOfDay(textOf(request.query, 'asOf'));
    const asked = knownAt(textOf(request.query, 'knownAt'));
    await this.core.references.sync();
    if (asked === null) return { view: this.core.references.at(), day };
    const head = await this.core.log.head();
    const k = 'sequence' in asked ? asked.sequence : await this.core.log.sequenceAt(asked.moment);
    return { view: this.core.references.at(Math.min(k, head.sequence)), day };
  }
}

/** The controller, with the routes of its commands. */
export function referencesController(): Type {
  const declare = (
    name: string,
    path: string,
    summary: string,
    schema: JsonSchema,
    more: readonly MethodDecorator[],
    method?: (this: References, request: Request, reply: FastifyReply) => Promise<void>,
  ) => {
    const prototype = References.prototype as unknown as Record<string, unknown>;
    if (method !== undefined) prototype[name] = method;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    Req()(References.prototype, name, 0);
    Res()(References.prototype, name, 1);
    for (const one of [
      Post(path),
      ApiOperation({ summary, operationId: name }),
      ApiBody({ schema }),
      ...COMMAND,
      ...more,
    ])
      one(References.prototype, name, descriptor);
    Object.defineProperty(prototype, name, descriptor);
  };
  const target = (more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema => ({
    type: 'object',
    additionalProperties: false,
    required: ['target', ...Object.keys(more)],
    properties: { target: id, ...more },
  });
  const { vi, en } = UNIT_FACTS.unit_opened.caption;
  declare('openUnit', 'units', `${vi} / ${en}`, unitSchema('unit_opened'), [
    ApiHeader({ name: 'If-None-Match', required: true, schema: { type: 'string', enum: ['*'] } }),
  ]);
  for (const [path, type] of UNIT_ROUTES) {
    const { caption } = UNIT_FACTS[type];
    declare(
      `unit_${path}`,
      `units/:id/${path}`,
      `${caption.vi} / ${caption.en}`,
      unitSchema(type),
      [IF_MATCH],
      function (request, reply) {
        return this.onUnit(type, request, reply);
      },
    );
  }
  declare(
    'correctUnit',
    'units/:id/corrections',
    'Đính chính một việc của đơn vị / Correct a fact of a unit',
    target({ fact: { type: 'object' } }),
    [IF_MATCH],
  );
  declare(
    'rescindUnit',
    'units/:id/rescissions',
    'Hủy bỏ một việc của đơn vị / Rescind a fact of a unit',
    target(),
    [IF_MATCH],
  );
  declare(
    'recordEntry',
    'catalogues/:id/entries',
    'Thêm một mục vào danh mục / Add an entry to a list',
    ENTRY,
    [IF_MATCH],
  );
  declare(
    'endEntry',
    'catalogues/:id/ends',
    'Chấm dứt hiệu lực một mục / End an entry',
    target({ validTo: { type: 'string', format: 'date' }, source: { type: 'string' } }),
    [IF_MATCH],
  );
  declare('rescindEntry', 'catalogues/:id/rescissions', 'Hủy bỏ một mục / Rescind an entry', target(), [
    IF_MATCH,
  ]);
  return References;
}

const ENTRY: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['code', 'name', 'source', 'confirmed'],
  properties: {
    code: { type: 'string' },
    name: { type: 'string' },
    nameEn: { type: 'string' },
    source: { type: 'string' },
    validFrom: { type: 'string', format: 'date' },
    validTo: { type: 'string', format: 'date' },
    confirmed: { type: 'boolean' },
    attributes: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

function unitSchema(type: UnitFactType): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: [...(type === 'unit_opened' ? [] : ['effective']), 'data'],
    properties: {
      effective: { type: 'string', format: 'date' },
      document: schemaOf(UnitDocument),
      data: schemaOf(UNIT_FACTS[type].fields),
    },
  };
}

function unitView({ id: of, exists, ...attributes }: UnitOnDay): object {
  return { id: of, exists, ...attributes };
}

function unitChange(type: UnitFactType, body: unknown, at = '') {
  const plain = objectOf(body, ['effective', 'document', 'data'], ['data'], at);
  const faults = validateUnitFact(type, plain as unknown as Omit<UnitFact, 'type'>);
  if (faults.length > 0)
    throw new Problem(
      'invalid',
      faults.map((f) => ({ ...f, pointer: at + f.pointer })),
    );
  return { kind: 'record' as const, fact: nfc({ type, ...plain }) as unknown as UnitFact };
}

function objectOf(value: unknown, known: readonly string[], required: readonly string[], at = ''): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(at, 'object', 'phải là một đối tượng JSON', 'must be a JSON object');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(
      `${at}/${unknown}`,
      'unknown_field',
      'trường này không có trong biểu mẫu',
      'this field is not part of the form',
    );
  const missing = required.find(
    (name) => (value as Plain)[name] === undefined || (value as Plain)[name] === null,
  );
  if (missing !== undefined) throw invalid(`${at}/${missing}`, 'required', 'bắt buộc phải có', 'is required');
  return value as Plain;
}

function idIn(body: Plain, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && isId(value)) return value;
  throw invalid(`/${name}`, 'uuid', 'phải là mã (UUID viết thường)', 'must be an id (a lower-case UUID)');
}

function knownId(text: string): string {
  if (isId(text)) return text;
  throw unknownUnit();
}

function unknownUnit(): Problem {
  return new Problem('not-found', [{ rule: 'unit', vi: 'không có đơn vị này', en: 'there is no such unit' }]);
}

function invalid(pointer: string, rule: string, vi: string, en: string): Problem {
  return new Problem('invalid', [{ pointer, rule, vi, en }]);
}
