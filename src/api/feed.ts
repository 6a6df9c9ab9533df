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
import { BEGINNING, type RecordedEvent } from '../event-log/port.js';
import type { ApiCore } from './apiCore.js';
import { CORE } from './bus.js';
import { actorOf } from './headers.js';
import { limitOf, onlyKnown, textOf } from './query.js';
import { ref } from './schemas.js';
import { positionOf, tokenOf } from './tokens.js';

type Request = FastifyRequest<{ Querystring: Record<string, unknown> }>;

const HEARTBEAT_MS = 15_000;

/** Streams whose changes are told: the service's own bookkeeping concerns nobody. */
const TOLD = /^(person|unit|catalogue)-/;

/** A change as the feed tells it: what happened to which stream, without any personal value. */
function changeView({ position, sequence, id, type, stream, revision, recordedAt, data }: RecordedEvent) {
  const dash = stream.indexOf('-');
  const { open } = JSON.parse(data) as { open?: { effective?: string } };
  return {
    cursor: tokenOf(position),
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
    actorOf(request.headers);
    onlyKnown(request.query, ['after', 'limit']);
    const limit = limitOf(request.query, 200, 1000);
    const cursor = textOf(request.query, 'after');
    const after = cursor === undefined ? BEGINNING : positionOf(cursor, 'after');
    const events = await this.core.log.readAll(after, limit);
    const last = events.at(-1);
    await reply.send({
      changes: events.filter((e) => TOLD.test(e.stream)).map(changeView),
      next: last === undefined ? tokenOf(after) : tokenOf(last.position),
      more: events.length === limit,
    });
  }

  @Get('stream')
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
    actorOf(request.headers);
    onlyKnown(request.query, ['after']);
    const last = request.headers['last-event-id'];
    const cursor = typeof last === 'string' && last !== '' ? last : textOf(request.query, 'after');
    const after = cursor === undefined ? BEGINNING : positionOf(cursor, 'after');
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
    const heartbeat = setInterval(() => raw.write(': \n\n'), HEARTBEAT_MS);
    try {
      await this.tell(raw, after, ending.signal);
    } finally {
      clearInterval(heartbeat);
      ending.abort();
      raw.end();
      // A reader that takes nothing any more must not keep the service from stopping.
      setTimeout(() => raw.destroy(), 1000).unref();
    }
  }

  private async tell(raw: ServerResponse, after: bigint, signal: AbortSignal): Promise<void> {
    for await (const batch of this.core.log.subscribe({ after, signal, batchSize: 200 }))
      for (const event of batch) {
        if (signal.aborted) return;
        if (!TOLD.test(event.stream)) continue;
        const change = changeView(event);
        const room = raw.write(`id: ${change.cursor}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
        if (!room) await once(raw, 'drain', { signal }).catch(() => undefined);
      }
  }
}
