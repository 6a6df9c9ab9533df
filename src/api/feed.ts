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
import { reachOf, type Caller } from '../access/caller.js';
import { accountStream } from '../access/facts.js';
import { BEGINNING, type RecordedEvent } from '../event-log/port.js';
import type { ApiCore } from './apiCore.js';
import { personOf } from '../recording/codec.js';
import { auditStream } from './audit.js';
import { CORE } from './bus.js';
import { accessOf, Allow, bearerOf, tell } from './policy.js';
import { limitOf, onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { cursorOf, placeOfCursor } from './tokens.js';

type Request = FastifyRequest<{ Querystring: Record<string, unknown> }>;

const HEARTBEAT_MS = 15_000;

/** A change of a person, a unit or a list as the feed tells it: what happened to which, without any personal value. */
function changeView({ sequence, id, type, stream, revision, recordedAt, data }: RecordedEvent) {
  const dash = stream.indexOf('-');
  const { open } = JSON.parse(data) as { open?: { effective?: string } };
  return {
    cursor: cursorOf(sequence ?? 0),
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
function bareView({ sequence, stream }: RecordedEvent, scope: 'out' | 'changed') {
  const dash = stream.indexOf('-');
  return {
    cursor: cursorOf(sequence ?? 0),
    scope,
    kind: stream.slice(0, dash),
    id: stream.slice(dash + 1),
  };
}

type Change = ReturnType<typeof changeView> | ReturnType<typeof bareView>;

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
  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Allow({ kind: 'feed' })
  @ApiOperation({
    summary: 'Các thay đổi sau một con trỏ / The changes after a cursor, in the order of recording',
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
    const after = cursor === undefined ? BEGINNING : await placeOfCursor(cursor, this.core.log);
    const events = await this.core.log.readAll(after, limit);
    const last = events.at(-1);
    const changes = await this.changesFor(accessOf(request).caller, events);
    tell(request, { count: changes.length });
    await reply.send({
      changes,
      next: last === undefined ? (cursor ?? cursorOf(0)) : cursorOf(last.sequence ?? 0),
      more: events.length === limit,
    });
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
    const after = cursor === undefined ? BEGINNING : await placeOfCursor(cursor, this.core.log);
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
      void this.callerNow(request).then((caller) => {
        if (caller === null) ending.abort();
      });
    }, HEARTBEAT_MS);
    try {
      await this.tell(raw, request, after, ending.signal);
    } finally {
      clearInterval(heartbeat);
      ending.abort();
      raw.end();
      // A reader that takes nothing any more must not keep the service from stopping.
      setTimeout(() => raw.destroy(), 1000).unref();
    }
  }

  private async tell(
    raw: ServerResponse,
    request: Request,
    after: bigint,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const batch of this.core.log.subscribe({ after, signal, batchSize: 200 })) {
      // What ends a session or a right comes by in the log itself; rights are those of this moment.
      const caller = await this.callerNow(request);
      if (caller === null) return;
      for (const change of await this.changesFor(caller, batch)) {
        if (signal.aborted) return;
        const room = raw.write(`id: ${change.cursor}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
        if (!room) await once(raw, 'drain', { signal }).catch(() => undefined);
      }
    }
  }

  /** Who the stream's token stands for now; null: nobody any more, or the database of sessions is away. */
  private async callerNow(request: Request): Promise<Caller | null> {
    const token = bearerOf(request);
    if (token === null) return null;
    return this.core.access.logins.authenticate(token).then(
      (found) => (found?.stage === 'full' ? found.caller : null),
      () => null,
    );
  }

  /**
   * What a caller is told of some events: of a person in scope the change, to be fetched; of one who has left the scope
   * only that; of the caller's own account that its rights changed. Of anybody else, and of the service's own
   * bookkeeping, nothing.
   */
  private async changesFor(caller: Caller, events: readonly RecordedEvent[]): Promise<Change[]> {
    const { gate } = this.core.access;
    if (caller.reach !== 'city') await this.core.references.sync();
    const isCity = reachOf(caller, gate.units, gate.today) === 'city';
    const persons = new Set(events.flatMap((e) => personOf(e.stream) ?? []));
    const standings = isCity ? null : await gate.standings([...persons]);
    const scopeOf = (person: string): 'in' | 'out' | 'none' => {
      if (standings === null) return 'in';
      const standing = standings.get(person);
      const verdict = standing === undefined ? null : gate.decide(caller, 'read', standing);
      if (verdict?.allowed !== true) return 'none';
      return verdict.ground === 'former' ? 'out' : 'in';
    };
    return events.flatMap((event): Change[] => {
      const { stream } = event;
      if (/^(unit|catalogue)-/.test(stream)) return [changeView(event)];
      if (stream === accountStream(caller.account)) return [bareView(event, 'changed')];
      const person = personOf(stream);
      const scope = person === null ? 'none' : scopeOf(person);
      if (scope === 'none') return [];
      return [scope === 'in' ? changeView(event) : bareView(event, 'out')];
    });
  }
}
