import {
  Controller,
  Get,
  Inject,
  Injectable,
  Req,
  Res,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reachOf } from '../access/caller.js';
import { accountStream } from '../access/facts.js';
import { ScopeChanges, type ScopePoint, type ScopeReader, type ScopeTold } from '../access/scopeChanges.js';
import { dayInVietnam } from '../dates.js';
import { BEGINNING, type Position, type RecordedEvent } from '../event-log/port.js';
import type { ApiCore } from './apiCore.js';
import { personOf } from '../recording/codec.js';
import { auditStream } from './audit.js';
import type { ReadModels } from '../projecting/readModels.js';
import { CORE, READ_MODELS } from './bus.js';
import { accessOf, Allow, bearerOf, tell } from './policy.js';
import { limitOf, onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { cursorOf, eventAt, feedPlaceOf, markOf, scopedCursorOf, type FeedPlace } from './tokens.js';

type Request = FastifyRequest<{ Querystring: Record<string, unknown> }>;

const HEARTBEAT_MS = 15_000;
/** How often an open stream looks whether a new day has begun, which may change who is in scope. */
const DAY_CHECK_MS = 1_000;

/** A change of a person, a unit or a list as the feed tells it: what happened to which, without any personal value. */
function changeView(recorded: RecordedEvent) {
  const { sequence, id, type, stream, revision, recordedAt, data } = recorded;
  const dash = stream.indexOf('-');
  const { open } = JSON.parse(data) as { open?: { effective?: string } };
  return {
    cursor: cursorOf(sequence ?? 0, markOf(recorded)),
    scope: 'in' as const,
    sequence,
    event: id,
    type,
    kind: stream.slice(0, dash),
    id: stream.slice(dash + 1),
    revision,
    effective: open?.effective ?? null,
    recordedAt,
  };
}

/** A change that the caller may no longer look into, or that concerns the caller's own rights. */
function bareView(recorded: RecordedEvent, scope: 'out' | 'changed') {
  const { sequence, stream } = recorded;
  const dash = stream.indexOf('-');
  return {
    cursor: cursorOf(sequence ?? 0, markOf(recorded)),
    scope,
    kind: stream.slice(0, dash),
    id: stream.slice(dash + 1),
  };
}

/** Somebody who came into the caller's scope, or left it, without an event; or the caller's own account. */
function turnedView(kind: 'person' | 'account', id: string, scope: 'in' | 'out' | 'changed', cursor: string) {
  return { cursor, scope, kind, id };
}

type Change = ReturnType<typeof changeView> | ReturnType<typeof bareView> | ReturnType<typeof turnedView>;

/** How far a reader has come: through which event, and as of when the own scope was told. */
interface Standpoint {
  readonly sequence: number;
  /** Of the event of that sequence, as the cursor has it. */
  readonly mark: string;
  readonly scope: ScopePoint;
  readonly cursor: string;
}

/** Ends every open stream when the service stops, so that nothing keeps it from stopping. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly ending = new Set<AbortController>();
  private closed = false;

  open(): AbortController {
    const controller = new AbortController();
    if (this.closed) controller.abort();
    this.ending.add(controller);
    controller.signal.addEventListener('abort', () => this.ending.delete(controller));
    return controller;
  }

  beforeApplicationShutdown(): void {
    this.closed = true;
    for (const controller of [...this.ending]) controller.abort();
  }
}

/** One ordered feed of everything that was recorded: each change once, from any point on. */
@ApiTags('feed')
@Controller('v1/feed')
export class Feed {
  private readonly scopes: ScopeChanges;

  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
    @Inject(READ_MODELS) models: ReadModels,
  ) {
    const { log, access, references } = core;
    this.scopes = new ScopeChanges({
      log,
      accounts: access.accounts,
      gate: access.gate,
      unitsAt: (k) => references.at(k),
      candidates: async (asked) => models.scopeCandidates(asked, (await log.head()).position),
    });
  }

  @Get()
  @Allow({ kind: 'feed' })
  @ApiOperation({
    summary: 'Các thay đổi sau một con trỏ / The changes after a cursor, in the order of recording',
    description:
      'Đứng trước các thay đổi là những người vào hoặc ra khỏi phạm vi từ lần đọc trước mà không có việc nào được ghi: quyền bắt đầu hoặc hết hạn, đơn vị chuyển, việc ghi trước đến ngày; hãy đọc tiếp từ next. Phạm vi trở thành hoặc thôi là toàn thành phố được báo bằng changed, không nêu từng người. / ' +
      'First come those who entered or left the scope since the last reading without any event: a right that began or ended, a unit that moved, a fact recorded ahead whose day came. Go on from next. A scope that became, or ceased to be, the whole city is told as changed, naming nobody; a notice may come twice.',
  })
  @ApiQuery({
    name: 'after',
    required: false,
    description: 'con trỏ của lần trước / cursor of the page before',
    schema: { type: 'string' },
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 200 },
  })
  @ApiResponse({ status: 200, description: 'Các thay đổi / the changes', schema: ref('FeedPage') })
  async page(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, ['after', 'limit']);
    const limit = limitOf(request.query, 200, 1000);
    const cursor = textOf(request.query, 'after');
    const place = cursor === undefined ? null : await feedPlaceOf(cursor, this.core);
    const events = await this.core.log.readAll(place?.position ?? BEGINNING, limit);
    const at = await this.standpointOf(accessOf(request), place, cursor, events);
    const { changes, at: next } = await this.toldTo(accessOf(request), at, events);
    tell(request, { count: changes.length });
    await reply.send({ changes, next: next.cursor, more: events.length === limit });
  }

  @Get('stream')
  @Allow({ kind: 'feed' })
  @ApiOperation({
    summary: 'Các thay đổi khi chúng xảy ra (SSE) / The changes as they come, as server-sent events',
  })
  @ApiQuery({ name: 'after', required: false, schema: { type: 'string' } })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'tiếp tục từ đây / resume from here' })
  @ApiResponse({
    status: 200,
    description: 'id: con trỏ / cursor; event: change; data: FeedChange; nhịp / heartbeat: 15 s',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async stream(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, ['after']);
    const last = request.headers['last-event-id'];
    const cursor = typeof last === 'string' && last !== '' ? last : textOf(request.query, 'after');
    const place = cursor === undefined ? null : await feedPlaceOf(cursor, this.core);
    const next = await this.core.log.readAll(place?.position ?? BEGINNING, 1);
    const at = await this.standpointOf(accessOf(request), place, cursor, next);
    await auditStream(request, reply, this.core);
    const ending = this.streams.open();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    raw.write(': hoso feed\nretry: 2000\n\n');
    raw.on('close', () => {
      ending.abort();
    });
    const heartbeat = setInterval(() => {
      raw.write(': \n\n');
      // A session that has run out ends its stream too.
      void this.readerNow(request).then((reader) => {
        if (reader === null) ending.abort();
      });
    }, HEARTBEAT_MS);
    try {
      await this.tell(raw, request, { at, after: place?.position ?? BEGINNING }, ending);
    } finally {
      clearInterval(heartbeat);
      ending.abort();
      raw.end();
      // A reader that takes nothing any more must not keep the service from stopping.
      setTimeout(() => raw.destroy(), 1000).unref();
    }
  }

  /** Tells a reader what comes, until the stream ends: events as they are recorded, the scope also as the day turns. */
  private async tell(
    raw: ServerResponse,
    request: Request,
    from: { readonly at: Standpoint; readonly after: Position },
    ending: AbortController,
  ): Promise<void> {
    const { signal } = ending;
    let { at } = from;
    const write = async (events: readonly RecordedEvent[]): Promise<void> => {
      // What ends a session or a right comes by in the log itself; rights are those of this moment.
      const reader = await this.readerNow(request);
      if (reader === null) {
        ending.abort();
        return;
      }
      const told = await this.toldTo(reader, at, events);
      for (const change of told.changes) {
        if (signal.aborted) return;
        const room = raw.write(`id: ${change.cursor}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
        if (!room) await once(raw, 'drain', { signal }).catch(() => undefined);
      }
      ({ at } = told);
    };
    // One at a time: a batch, or a new day. Where the scope cannot be told, the stream ends, to be taken up again.
    let turn = Promise.resolve();
    const inTurn = (events: readonly RecordedEvent[]) =>
      (turn = turn.then(() => (signal.aborted ? undefined : write(events))));
    const days = setInterval(() => {
      if (at.scope.day < this.core.access.gate.today)
        inTurn([]).catch(() => {
          ending.abort();
        });
    }, DAY_CHECK_MS);
    try {
      for await (const batch of this.core.log.subscribe({ after: from.after, signal, batchSize: 200 }))
        await inTurn(batch);
    } finally {
      clearInterval(days);
    }
  }

  /** Who the stream's token stands for now; null: nobody any more, or the database of sessions is away. */
  private async readerNow(request: Request): Promise<ScopeReader | null> {
    const token = bearerOf(request);
    if (token === null) return null;
    return this.core.access.logins.authenticate(token).then(
      (found) => (found?.stage === 'full' ? found : null),
      () => null,
    );
  }

  /** Where a reader stands who begins with these events; without a cursor everything in scope is still to come. */
  private async standpointOf(
    { actsFor }: ScopeReader,
    place: FeedPlace | null,
    cursor: string | undefined,
    [next]: readonly RecordedEvent[],
  ): Promise<Standpoint> {
    const { log, access } = this.core;
    const { today } = access.gate;
    const head = await log.head();
    const passed = place?.event ?? null;
    const sequence = passed?.sequence ?? (next?.sequence ?? head.sequence + 1) - 1;
    const start = { sequence, cursor: cursor ?? cursorOf(0, '') };
    if (place?.scope != null) return { ...start, mark: markOf(passed), scope: place.scope };
    if (place === null || sequence === 0)
      return { ...start, mark: '', scope: { sequence: head.sequence, day: today, actsFor } };
    const last = passed ?? (await eventAt(log, sequence));
    const at = { ...start, mark: markOf(last) };
    return { ...at, scope: { sequence, day: last === undefined ? today : dayInVietnam(last.recordedAt) } };
  }

  /** What a reader is told of the own scope and of some events, and where that leads. */
  private async toldTo(
    reader: ScopeReader,
    at: Standpoint,
    events: readonly RecordedEvent[],
  ): Promise<{ readonly changes: readonly Change[]; readonly at: Standpoint }> {
    const { account } = reader.caller;
    const scope = await this.scopeTold(reader, at, events);
    const told = await this.changesFor(reader, at.scope, events);
    const isSaid = told.some((c) => c.scope === 'changed');
    const turned: Change[] = [
      ...scope.turned.map((t) => turnedView('person', t.person, t.scope, at.cursor)),
      ...(scope.reachTurned && !isSaid ? [turnedView('account', account, 'changed', at.cursor)] : []),
    ];
    const here = this.cursorAt(at, scope.point);
    // Whoever breaks off among them is told all of them again.
    const changes = [
      ...turned.slice(0, -1),
      ...turned.slice(-1).map((t) => ({ ...t, cursor: here })),
      ...told,
    ];
    const last = events.at(-1);
    if (last === undefined)
      return {
        changes,
        at: { ...at, scope: scope.point, cursor: scope.point === at.scope ? at.cursor : here },
      };
    const sequence = last.sequence ?? 0;
    const point = { ...scope.point, sequence: Math.max(scope.point.sequence, sequence) };
    // A plain cursor tells as much: of that event, on its day, for the only unit that the account ever had.
    const isPlain =
      point.sequence === sequence &&
      point.day === dayInVietnam(last.recordedAt) &&
      reader.account.assignments.length <= 1;
    const place = { sequence, mark: markOf(last) };
    const cursor = isPlain ? cursorOf(sequence, place.mark) : this.cursorAt(place, point);
    return { changes, at: { ...place, scope: point, cursor } };
  }

  private cursorAt({ sequence, mark }: Pick<Standpoint, 'sequence' | 'mark'>, scope: ScopePoint): string {
    return scopedCursorOf(sequence, mark, scope, this.core.sealer);
  }

  /** How the reader's scope has changed, where a day has passed or an event among these may have changed it. */
  private async scopeTold(
    reader: ScopeReader,
    { scope: point }: Standpoint,
    events: readonly RecordedEvent[],
  ): Promise<ScopeTold> {
    const own = accountStream(reader.caller.account);
    const concerns = ({ stream, sequence }: RecordedEvent) =>
      (sequence ?? 0) > point.sequence && (stream === own || stream.startsWith('unit-'));
    const isSame = point.actsFor === undefined || point.actsFor === reader.actsFor;
    if (isSame && point.day >= this.core.access.gate.today && !events.some(concerns))
      return { point, turned: [], reachTurned: false };
    await this.core.references.sync();
    return this.scopes.since(point, reader);
  }

  /**
   * What a caller is told of some events: of a person in scope the change, to be fetched; of one who has left the scope,
   * or was in it at a point before, only that; of the caller's own account that its rights changed. Of anybody else, and of the service's own
   * bookkeeping, nothing.
   */
  private async changesFor(
    reader: ScopeReader,
    point: ScopePoint,
    events: readonly RecordedEvent[],
  ): Promise<Change[]> {
    const { caller } = reader;
    const { gate } = this.core.access;
    if (caller.reach !== 'city') await this.core.references.sync();
    const isCity = reachOf(caller, gate.units, gate.today) === 'city';
    const persons = new Set(events.flatMap((e) => personOf(e.stream) ?? []));
    const scopes = isCity
      ? new Map([...persons].map((person) => [person, 'in' as const]))
      : await this.scopesOf(reader, point, [...persons]);
    return events.flatMap((event): Change[] => {
      const { stream } = event;
      if (/^(unit|catalogue)-/.test(stream)) return [changeView(event)];
      if (stream === accountStream(caller.account)) return [bareView(event, 'changed')];
      const person = personOf(stream);
      const scope = person === null ? 'none' : (scopes.get(person) ?? 'none');
      if (scope === 'none') return [];
      return [scope === 'in' ? changeView(event) : bareView(event, 'out')];
    });
  }

  private async scopesOf(
    reader: ScopeReader,
    point: ScopePoint,
    persons: readonly string[],
  ): Promise<ReadonlyMap<string, 'in' | 'out' | 'none'>> {
    const { gate } = this.core.access;
    const found = await gate.whereabouts(persons);
    const now = this.scopes.now(reader);
    const then = await this.scopes.then(point, reader);
    return new Map(
      [...found].map(([person, where]) => {
        const scope = gate.scopeAt(now, where);
        if (scope !== 'none') return [person, scope === 'in' ? 'in' : 'out'];
        return [person, gate.scopeAt(then, where) === 'in' ? 'out' : 'none'];
      }),
    );
  }
}
