import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { assignmentsOn } from '../access/account.js';
import { isBelow } from '../access/caller.js';
import { daysBetween, plusMonths, type Day } from '../dates.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import { earlyRaisePool } from '../organisation/earlyRaisePool.js';
import { UNIT_DUTIES_UNTIL } from '../organisation/unitDuties.js';
import type { DueCursor, DueFilter, RetirementCursor } from '../projecting/queries/dues.js';
import {
  dutiesByRule,
  type DutyCount,
  type DutyCursor,
  type DutyFilter,
} from '../projecting/queries/duties.js';
import { MOVEMENT_LISTS, type MovementCursor, type MovementList } from '../projecting/queries/movements.js';
import type { Page, RowScope } from '../projecting/queries/persons.js';
import type { ReadModels } from '../projecting/readModels.js';
import { placesGiven, type Holder } from '../proposals/earlyRaises.js';
import { raiseGround, type RaiseGround } from '../record/raiseGround.js';
import type { Reference } from '../record/reference.js';
import { LACKS } from '../record/completeness.js';
import { DUE_CAPTIONS, DUE_KINDS, STEP_LISTS } from '../record/dues.js';
import { DUTY_STANDINGS, type DutyStanding } from '../record/duties.js';
import type { Caption } from '../record/fields.js';
import { LIMIT_RULES } from '../rules/timeLimits.js';
import { UNIT_LIMIT_RULES } from '../rules/unitLimits.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { ApiCore } from './apiCore.js';
import { CORE, READ_MODELS } from './bus.js';
import type { Request } from './commands.js';
import { dueView, dutyView, lackView, limitView } from './dutyAnswers.js';
import { BELOW, CURSOR, PAGE_SIZE, UNIT_ID, unitsWith, UNPLACED, unplacedOf } from './lists.js';
import { ASKED, askedOf, Paging, type Asked } from './paging.js';
import { accessOf, Allow, noRight, tell, type Policy } from './policy.js';
import { choicesOf, fault, flagOf, idsOf, onlyKnown, textOf, type Query } from './query.js';
import { ref } from './schemas.js';
import { AS_OF } from './timeParameters.js';
import { dayOf, today, yearOf } from './times.js';
import { awaitModels, TOKEN } from './tokens.js';

/** Lists that are drawn from every field group: shown in part, they would be wrong. */
const OF_ALL_GROUPS: Policy = { kind: 'unit', groups: FIELD_GROUPS };

const DUE_MONTHS = 12;
const DONE_MONTHS = 12;
const FORECAST = { standard: 5, most: 40 };
const RULES = [...LIMIT_RULES, ...UNIT_LIMIT_RULES] as const;

/** The task lists of Điều 11.2, in words. */
const MOVEMENT_CAPTIONS: Readonly<Record<MovementList, Caption>> = {
  to_send: { vi: 'Phải chuyển hồ sơ đi', en: 'To send' },
  sent: { vi: 'Đã chuyển đi, chờ tiếp nhận', en: 'Sent, waiting to be accepted' },
  to_accept: { vi: 'Chờ tiếp nhận', en: 'To accept' },
  to_forward: { vi: 'Đã tiếp nhận, phải chuyển đến đơn vị sử dụng', en: 'Accepted, to forward' },
  refused: { vi: 'Bị trả lại, phải chuyển lại', en: 'Refused, to send anew' },
};

const one = (name: string, choices: readonly string[], description?: string) =>
  ApiQuery({
    name,
    required: false,
    schema: { type: 'string', enum: [...choices] },
    ...(description === undefined ? {} : { description }),
  });
const aDay = (name: string, description: string) =>
  ApiQuery({ name, required: false, schema: { type: 'string', format: 'date' }, description });

/** What all lists by unit have in common, for the OpenAPI document. */
function Lists(operationId: string, answer: string, summary: string): MethodDecorator {
  const parts = [
    ApiOperation({ operationId, summary }),
    UNIT_ID,
    BELOW,
    AS_OF,
    CURSOR,
    PAGE_SIZE,
    TOKEN,
    ApiResponse({ status: 200, description: 'Một trang / a page', schema: ref(answer) }),
  ];
  return (target, key, descriptor) => {
    for (const part of parts) part(target, key, descriptor);
  };
}

/** A question about one unit, as every list here is asked. */
interface UnitQuestion {
  readonly unit: string;
  readonly below: boolean;
  readonly asked: Asked;
}

/**
 * What a unit has to see to: records that are not complete, what falls due, what is late, what is on its way. Answered
 * from the read models as known now; what they hold for today and later only is refused for a day that is past.
 */
@ApiTags('lists')
@Controller('v1/units/:id')
export class UnitLists {
  private readonly paging: Paging;

  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.paging = new Paging(core);
  }

  @Get('completeness')
  @Allow(OF_ALL_GROUPS)
  @Lists(
    'unitCompleteness',
    'UnitCompleteness',
    'Hồ sơ nào của đơn vị còn thiếu gì, từ hôm nay trở đi / Which records of a unit lack what, and how many; for today and any day ahead',
  )
  @UNPLACED
  @one('lack', [...LACKS.keys()], 'Chỉ những người thiếu mục này / only those that lack this')
  async completeness(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    const asked = this.asked(request, ['lack', 'unplaced']);
    notPast(asked.asked.asOf);
    const lack = choicesOf(query, 'lack', [...LACKS.keys()])?.[0];
    const isUnplaced = flagOf(query, 'unplaced');
    const question = questionOf('completeness', asked, lack, isUnplaced);
    const { day, after } = this.paging.place<string>(question, asked.asked);
    const units = await this.units(asked, day);
    const filter = {
      ...(isUnplaced ? unplacedOf(query) : { units }),
      ...this.paging.scopeOf(request, FIELD_GROUPS),
    };
    const [page, { inService, complete, lacks }] = await Promise.all([
      this.models.incomplete(
        { ...filter, ...(lack === undefined ? {} : { lack }) },
        { day, limit: asked.asked.limit, ...after },
      ),
      this.models.completeness(filter, day),
    ]);
    await this.answer(
      request,
      reply,
      { question, day, page },
      {
        unit: asked.unit,
        inService,
        complete,
        incomplete: inService - complete,
        lacks: lacks.map(({ code, persons }) => {
          const { facts: _facts, rule: _rule, ...words } = lackView({ code, facts: [], rule: null });
          return { ...words, persons };
        }),
        persons: page.items.map((p) => ({ ...p, lacks: p.lacks.map(lackView) })),
      },
    );
  }

  @Get('dues')
  @Allow(OF_ALL_GROUPS)
  @Lists(
    'unitDues',
    'UnitDues',
    'Những gì đến hạn của người thuộc đơn vị, từ hôm nay trở đi: nâng bậc theo bốn danh sách, vượt khung, kỷ luật, nghỉ hưu, hợp đồng, biệt phái, nhiệm kỳ … / What falls due for the persons of a unit: regular steps in four lists, beyond-frame, disciplines lapsing, retirements, contracts, secondments, terms …; for today and any day ahead',
  )
  @one('kind', DUE_KINDS)
  @one('list', STEP_LISTS, 'Chỉ nâng bậc thường xuyên / regular steps only')
  @aDay(
    'from',
    'Đến hạn từ ngày (mặc định: kể cả quá hạn) / due from this day on (default: overdue ones too)',
  )
  @aDay('to', 'Đến hạn đến hết ngày (mặc định: 12 tháng) / up to the end of this day (default: 12 months on)')
  async dues(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    const asked = this.asked(request, ['kind', 'list', 'from', 'to']);
    notPast(asked.asked.asOf);
    const kinds = choicesOf(query, 'kind', DUE_KINDS);
    const lists = choicesOf(query, 'list', STEP_LISTS);
    const [from, to] = [dayOf('from', textOf(query, 'from')), dayOf('to', textOf(query, 'to'))];
    const question = questionOf('dues', asked, kinds, lists, from, to);
    const { day, after } = this.paging.place<DueCursor>(question, asked.asked);
    const last = to ?? plusMonths(day, DUE_MONTHS);
    if (from !== null && from > last)
      throw fault('to', 'period', 'phải không sớm hơn from', 'must not be earlier than from');
    const filter: DueFilter = {
      units: await this.units(asked, day),
      ...this.paging.scopeOf(request, FIELD_GROUPS),
      ...(kinds === undefined ? {} : { kinds }),
      ...(lists === undefined ? {} : { lists }),
      ...(from === null ? {} : { from }),
      to: last,
    };
    const [page, counts] = await Promise.all([
      this.models.dues(filter, { day, limit: asked.asked.limit, ...after }),
      this.models.dueCounts(filter, day),
    ]);
    await this.answer(
      request,
      reply,
      { question, day, page },
      {
        unit: asked.unit,
        from,
        to: last,
        counts: counts.map((c) => ({ ...c, ...DUE_CAPTIONS[c.kind] })),
        dues: page.items.map((due) => dueView(due, day)),
      },
    );
  }

  @Get('retirements')
  @Allow(OF_ALL_GROUPS)
  @Lists(
    'unitRetirements',
    'UnitRetirements',
    'Dự báo nghỉ hưu theo tháng và đơn vị: đến tuổi, đã thông báo, lùi thời điểm; kể cả đã quá hạn / Retirements ahead by month and unit: eligible, notified, postponed; those that are past too; for today and any day ahead',
  )
  @ApiQuery({
    name: 'years',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: FORECAST.most, default: FORECAST.standard },
  })
  async retirements(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const asked = this.asked(request, ['years']);
    notPast(asked.asked.asOf);
    const years = yearsOf(request.query);
    const question = questionOf('retirements', asked, years);
    const { day, after } = this.paging.place<RetirementCursor>(question, asked.asked);
    const to = plusMonths(day, 12 * years);
    const page = await this.models.retirements(
      { units: await this.units(asked, day), to, ...this.paging.scopeOf(request, FIELD_GROUPS) },
      { day, limit: asked.asked.limit, ...after },
    );
    await this.answer(request, reply, { question, day, page }, { unit: asked.unit, to, months: page.items });
  }

  @Get('deadlines')
  @Allow({ kind: 'unit' })
  @Lists(
    'unitDeadlines',
    'UnitDeadlines',
    'Những việc đơn vị phải làm theo Quyết định 8060: trên hồ sơ, báo cáo, kiểm tra hằng tháng; còn hạn, quá hạn, đã làm, làm trễ / What a unit owes by Decision 8060, on records and itself: open, overdue, done, done late, as known now',
  )
  @one('standing', DUTY_STANDINGS)
  @one('rule', RULES)
  @aDay(
    'doneFrom',
    'Việc đã làm có hạn từ ngày (mặc định: 12 tháng trước) / done ones due from this day on (default: 12 months back)',
  )
  @ApiQuery({
    name: 'officer',
    required: false,
    schema: { type: 'string', format: 'uuid' },
    description:
      'Tài khoản: việc còn phải làm của cơ quan được phân công, việc đã làm của chính tài khoản đó / an account: what is open of the agencies it is assigned to, and what it did itself',
  })
  @ApiQuery({
    name: 'officers',
    required: false,
    schema: { type: 'boolean', default: false },
    description: 'Đếm cả theo tài khoản / count by account too',
  })
  async deadlines(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    const asked = this.asked(request, ['standing', 'rule', 'doneFrom', 'officer', 'officers']);
    const standings = choicesOf(query, 'standing', DUTY_STANDINGS);
    const rules = choicesOf(query, 'rule', RULES);
    const from = dayOf('doneFrom', textOf(query, 'doneFrom'));
    const account = idsOf(query, 'officer')?.[0];
    const withOfficers = flagOf(query, 'officers');
    const question = questionOf('deadlines', asked, standings, rules, from, account, withOfficers);
    const { day, after } = this.paging.place<DutyCursor>(question, asked.asked);
    if (day > UNIT_DUTIES_UNTIL)
      throw fault(
        'asOf',
        'too_far',
        `phải không sau ${UNIT_DUTIES_UNTIL}`,
        `must not be after ${UNIT_DUTIES_UNTIL}`,
      );
    const doneFrom = from ?? plusMonths(day, -DONE_MONTHS);
    const units = await this.units(asked, day);
    const filter: DutyFilter = {
      units,
      doneFrom,
      ...this.owedScope(request, asked.unit),
      ...(standings === undefined ? {} : { standings }),
      ...(rules === undefined ? {} : { rules }),
      ...(account === undefined ? {} : { officer: { account, units: await this.assignedTo(account, day) } }),
    };
    const [page, counts] = await Promise.all([
      this.models.duties(filter, { day, limit: asked.asked.limit, ...after }),
      this.models.dutyCounts(filter, day, { byAccount: withOfficers }),
    ]);
    const view = this.core.references.at();
    await this.answer(
      request,
      reply,
      { question, day, page },
      {
        unit: asked.unit,
        doneFrom,
        counts: dutiesByRule(counts).map((n) => ({ ...n, ...limitView(n.rule) })),
        ...(withOfficers ? { officers: await this.countsByOfficer(counts, day) } : {}),
        duties: page.items.map(({ person, ...duty }) => ({
          person,
          ...dutyView(duty, day, (unit) => view.currentUnit(unit, day)),
        })),
      },
    );
  }

  @Get('movements')
  @Allow({ kind: 'unit' })
  @Lists(
    'unitMovements',
    'UnitMovements',
    'Hồ sơ đang chuyển của một cơ quan (Đ.11.2): phải chuyển, đã chuyển, chờ tiếp nhận, phải chuyển tiếp, bị trả lại / Records on their way from and to an agency (Article 11.2): to send, sent, to accept, to forward, refused',
  )
  @one('list', MOVEMENT_LISTS)
  async movements(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const asked = this.asked(request, ['list']);
    const lists = choicesOf(request.query, 'list', MOVEMENT_LISTS);
    const question = questionOf('movements', asked, lists);
    const { day, after } = this.paging.place<MovementCursor>(question, asked.asked);
    const filter = {
      units: await this.units(asked, day),
      ...(lists === undefined ? {} : { lists }),
      ...this.owedScope(request, asked.unit),
    };
    const [page, counts] = await Promise.all([
      this.models.movements(filter, { day, limit: asked.asked.limit, ...after }),
      this.models.movementCounts(filter, day),
    ]);
    await this.answer(
      request,
      reply,
      { question, day, page },
      {
        unit: asked.unit,
        counts: counts.map((c) => ({ ...c, ...MOVEMENT_CAPTIONS[c.list] })),
        records: page.items.map((m) => ({
          ...m,
          ...MOVEMENT_CAPTIONS[m.list],
          daysLeft: m.due === null ? null : daysBetween(day, m.due),
        })),
      },
    );
  }

  @Get('early-raises')
  @Allow({ kind: 'unit', groups: FIELD_GROUPS })
  @ApiOperation({
    operationId: 'unitEarlyRaises',
    summary:
      'Chỉ tiêu nâng bậc lương trước thời hạn của cơ quan trong năm: số chỗ, ai đã dùng, ai vượt / The agency’s early raises of a year: how many places, who holds them, who is over the limit',
  })
  @UNIT_ID
  @ApiQuery({ name: 'year', required: false, schema: { type: 'integer', minimum: 2000, maximum: 2199 } })
  @ApiResponse({ status: 200, description: 'Các chỗ / the places', schema: ref('UnitEarlyRaises') })
  async earlyRaises(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['year']);
    const unit = this.paging.unitOf(request);
    const { caller } = accessOf(request);
    // Whom an agency raised is its own affair, and that of those above it.
    if (caller.right === null) throw noRight();
    const year = yearOf(query);
    await this.core.references.sync();
    const key = { agency: unit, year };
    const { taken, quota } = await this.core.earlyRaises.places(key);
    const reference = this.core.references.at();
    const given = placesGiven(reference, key);
    const grounds = await Promise.all(taken.map((holder) => this.groundOf(holder, reference)));
    const ranks = grounds.map((g) => g?.rank ?? Infinity);
    tell(request, { asOf: today(), count: taken.length });
    await reply.send({
      unit,
      year,
      limit: quota,
      own: given?.own ?? null,
      allotted: given?.allotted ?? null,
      pooled: given?.pooled ?? null,
      pool: earlyRaisePool(reference, reference, unit, year),
      taken: taken.length,
      free: quota === null ? null : Math.max(0, quota - taken.length),
      places: taken.map(({ by, holder, record, since }, i) => ({
        person: record,
        holder,
        by,
        since: since ?? null,
        over: quota !== null && i >= quota,
        achievement: grounds[i] == null ? null : { fact: grounds[i].by, code: grounds[i].code },
        rank: 1 + ranks.filter((rank) => rank < (ranks[i] ?? Infinity)).length,
      })),
    });
  }

  /** What an early raise rests on: of an issued one on its day, of a proposed one today. */
  private async groundOf({ by, record }: Holder, reference: Reference): Promise<RaiseGround | null> {
    const { desk } = this.core;
    const timeline = await desk.timelineOf(await desk.load(record));
    const raise = timeline.lines.find(({ fact }) => fact.id === by)?.fact;
    return raiseGround(timeline, raise?.range.last ?? today(), reference);
  }

  /** What the path and the query ask, with what they may say beside it. Throws Problem. */
  private asked(request: Request, more: readonly string[]): UnitQuestion {
    const { query } = request;
    onlyKnown(query, ['below', ...more, ...ASKED]);
    return { unit: this.paging.unitOf(request), below: flagOf(query, 'below'), asked: askedOf(query) };
  }

  /** The units that the question is about, once the read models have come as far as it asks for. */
  private async units({ unit, below, asked }: UnitQuestion, day: Day): Promise<readonly string[]> {
    await awaitModels(asked.token, this.models);
    return unitsWith(this.core, [unit], below, day);
  }

  /**
   * What a unit owes is its own affair, also where the record has gone to another: an account of the unit, or of one
   * above it, sees all of it, by the ids of record and fact. Who reads by consent sees what lies on records shown.
   */
  private owedScope(request: Request, unit: string): { readonly scope?: RowScope } {
    const { caller } = accessOf(request);
    const { units, today: day } = this.core.access.gate;
    if (caller.right !== null && isBelow(unit, caller.unit, units, day)) return {};
    return this.paging.scopeOf(request);
  }

  /** The units that an account is assigned to on a day; with those merged into them, for these are owed by them. */
  private async assignedTo(account: string, day: Day): Promise<readonly string[]> {
    const found = await this.core.access.accounts.find(account);
    if (found === null || found.disabled) return [];
    const units = assignmentsOn(found, day).map((a) => this.core.references.at().currentUnit(a.unit, day));
    return unitsWith(this.core, units, false, day);
  }

  /** By account: what is open of the agencies it is assigned to, and what it did. */
  private async countsByOfficer(counts: readonly DutyCount[], day: Day): Promise<object[]> {
    const view = this.core.references.at();
    const assigned = new Map<string, string[]>();
    for (const account of await this.core.access.accounts.all())
      if (!account.disabled)
        for (const unit of new Set(assignmentsOn(account, day).map((a) => view.currentUnit(a.unit, day))))
          assigned.set(unit, [...(assigned.get(unit) ?? []), account.id]);
    const byOfficer = new Map<string, Record<DutyStanding, number>>();
    for (const { owes, standing, account, count } of counts) {
      const isDone = standing === 'done' || standing === 'done_late';
      const owing = owes === null ? [] : (assigned.get(view.currentUnit(owes, day)) ?? []);
      for (const officer of isDone ? (account === null ? [] : [account]) : owing) {
        const own = byOfficer.get(officer) ?? { open: 0, overdue: 0, done: 0, done_late: 0 };
        byOfficer.set(officer, { ...own, [standing]: own[standing] + count });
      }
    }
    return [...byOfficer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, n]) => ({ account, ...n }));
  }

  /** Sends a page, and tells the audit of reads of it. */
  private async answer(
    request: Request,
    reply: FastifyReply,
    {
      question,
      day,
      page,
    }: { readonly question: string; readonly day: Day; readonly page: Page<unknown, object | string> },
    body: object,
  ): Promise<void> {
    this.paging.tell(request, question, day, page);
    await reply.send({ asOf: day, ...body, next: this.paging.next(question, day, page) });
  }
}

/** What a cursor and the audit tie an answer to: the list, and all that restricts it. */
function questionOf(list: string, { unit, below, asked }: UnitQuestion, ...rest: readonly unknown[]): string {
  return `${list} ${canonicalJson([unit, below, asked.asOf ?? null, ...rest.map((r) => r ?? null)] as never)}`;
}

/** These models hold today and later only: of a day that is past they would tell too little. Throws Problem (422). */
function notPast(asOf: Day | undefined): void {
  if (asOf === undefined || asOf >= today()) return;
  throw fault(
    'asOf',
    'past_day',
    'chỉ trả lời cho hôm nay và về sau; ngày đã qua hãy hỏi từng hồ sơ (asOf, knownAt)',
    'is answered for today and later only; of a past day ask record by record (asOf, knownAt)',
  );
}

function yearsOf(query: Query): number {
  const text = textOf(query, 'years');
  if (text === undefined) return FORECAST.standard;
  const years = Number(text);
  if (/^\d{1,3}$/.test(text) && years >= 1 && years <= FORECAST.most) return years;
  const { most } = FORECAST;
  throw fault(
    'years',
    'years',
    `phải là số nguyên từ 1 đến ${most}`,
    `must be a whole number from 1 to ${most}`,
  );
}
