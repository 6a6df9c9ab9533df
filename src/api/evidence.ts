import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Evidence, SignedCheckpoint } from '../evidence/evidence.js';
import { consistencyFile, proofFile } from '../evidence/proofFile.js';
import { tileOfPath } from '../evidence/tilePaths.js';
import { TILE_WIDTH } from '../evidence/tree.js';
import type { ApiCore } from './apiCore.js';
import { CORE } from './bus.js';
import { ID_SCHEMA } from './commands.js';
import { isId } from './headers.js';
import { Allow } from './policy.js';
import { noSuchRecord, Problem } from './problem.js';
import { fault, idsOf, onlyKnown, textOf, type Query } from './query.js';
import { ref } from './schemas.js';

type Request = FastifyRequest<{ Params: { id: string; '*': string }; Querystring: Record<string, unknown> }>;

const FOREVER = 'public, max-age=31536000, immutable';
const SIZE = { type: 'integer', minimum: 0 } as const;

/** What proves the log: the tree's own files (C2SP tlog-tiles), and what leads from one checkpoint to another. */
@ApiTags('evidence')
@Controller('v1/evidence')
export class EvidenceQueries {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  @Get('checkpoint')
  @Allow({ kind: 'reference' })
  @ApiOperation({
    operationId: 'checkpoint',
    summary: 'Xác nhận mới nhất, có chữ ký / The last signed checkpoint of the log',
    description:
      'C2SP tlog-checkpoint. Các mảnh của cây ở / the tree’s tiles (C2SP tlog-tiles): /v1/evidence/tile/<L>/<N>[.p/<W>]',
  })
  @ApiResponse({
    status: 200,
    description: 'Ghi chú có chữ ký / a signed note',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  async checkpoint(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { evidence } = this.core;
    const { note } = (await evidence.latest()) ?? (await evidence.publish());
    await reply.header('content-type', 'text/plain; charset=utf-8').send(note);
  }

  @Get('checkpoints')
  @Allow({ kind: 'reference' })
  @ApiOperation({
    operationId: 'checkpoints',
    summary:
      'Xác nhận mới nhất của nhật ký và của kiểm toán đọc / The last signed checkpoints of the log and of the audit of reads',
  })
  @ApiResponse({
    status: 200,
    description: 'Hai ghi chú có chữ ký / two signed notes',
    schema: ref('Checkpoints'),
  })
  async checkpoints(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { evidence, readEvidence } = this.core;
    const reads = (await readEvidence.latest()) ?? (await readEvidence.publish());
    const events = (await evidence.latest()) ?? (await evidence.publish());
    await reply.send({ events: events.note, reads: reads.note });
  }

  @Get('reads/checkpoint')
  @Allow({ kind: 'reference' })
  @ApiOperation({
    operationId: 'readsCheckpoint',
    summary: 'Xác nhận mới nhất của kiểm toán đọc / The last signed checkpoint of the audit of reads',
    description: 'Các mảnh / tiles: /v1/evidence/reads/tile/<L>/<N>[.p/<W>]',
  })
  @ApiResponse({
    status: 200,
    description: 'Ghi chú có chữ ký / a signed note',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  async readsCheckpoint(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { readEvidence } = this.core;
    const { note } = (await readEvidence.latest()) ?? (await readEvidence.publish());
    await reply.header('content-type', 'text/plain; charset=utf-8').send(note);
  }

  @Get('keys')
  @Allow({ kind: 'reference' })
  @ApiOperation({
    operationId: 'evidenceKeys',
    summary: 'Các khóa công khai đã ký / The public keys that have signed',
  })
  @ApiResponse({ status: 200, description: 'Khóa / keys', schema: ref('EvidenceKeys') })
  async keys(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { evidence } = this.core;
    const keys = (await evidence.verifiers()).map(({ text }) => text);
    await reply.send({ origin: evidence.origin, keys });
  }

  @Get('consistency')
  @Allow({ kind: 'reference' })
  @ApiOperation({
    operationId: 'consistency',
    summary:
      'Bằng chứng rằng giữa hai xác nhận nhật ký chỉ được thêm vào / What proves that the log was only added to between two checkpoints',
  })
  @ApiQuery({ name: 'from', required: true, description: 'Cỡ / size', schema: SIZE })
  @ApiQuery({
    name: 'to',
    required: false,
    description: 'Cỡ; mặc định: mới nhất / size; default: the last',
    schema: SIZE,
  })
  @ApiResponse({
    status: 200,
    description: 'Tệp cho hoso-verify / a file for hoso-verify',
    schema: ref('ConsistencyFile'),
  })
  @ApiResponse({ status: 404, description: 'Không có xác nhận cỡ này / no checkpoint of that size' })
  async consistency(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query } = request;
    onlyKnown(query, ['from', 'to']);
    const { evidence } = this.core;
    const from = sizeOf(query, 'from');
    const to = sizeOf(query, 'to');
    if (from === undefined) throw fault('from', 'required', 'bắt buộc', 'is required');
    const earlier = await this.published(from);
    const later =
      to === undefined ? ((await evidence.latest()) ?? (await evidence.publish())) : await this.published(to);
    if (earlier.size > later.size)
      throw fault(
        'from',
        'order',
        `không được lớn hơn ${later.size}`,
        `must not be larger than ${later.size}`,
      );
    await reply.send(await consistencyFile(evidence, earlier, later));
  }

  @Get('tile/*')
  @Allow({ kind: 'reference' })
  @ApiExcludeEndpoint()
  tile(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.sendTile(this.core.evidence, request, reply);
  }

  @Get('reads/tile/*')
  @Allow({ kind: 'reference' })
  @ApiExcludeEndpoint()
  readsTile(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    return this.sendTile(this.core.readEvidence, request, reply);
  }

  private async sendTile(
    evidence: Pick<Evidence, 'tile'>,
    request: Request,
    reply: FastifyReply,
  ): Promise<void> {
    onlyKnown(request.query, []);
    const path = `tile/${request.params['*']}`;
    const tile = tileOfPath(path);
    const hashes = tile === undefined ? undefined : await evidence.tile(path);
    if (tile === undefined || hashes === undefined) throw new Problem('not-found');
    if (tile.width === TILE_WIDTH) void reply.header('cache-control', FOREVER);
    await reply.header('content-type', 'application/octet-stream').send(hashes);
  }

  private async published(size: number): Promise<SignedCheckpoint> {
    const found = await this.core.evidence.published(size);
    if (found !== undefined) return found;
    throw new Problem('not-found', [
      {
        rule: 'checkpoint',
        vi: `không có xác nhận nào cỡ ${size}`,
        en: `no checkpoint of size ${size} was published`,
      },
    ]);
  }
}

/** Proofs to hand to a person, a court, another archive. */
@ApiTags('evidence')
@Controller('v1/persons/:id/proof')
export class Proofs {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  @Get()
  @Allow({ kind: 'record', intent: 'whole' })
  @ApiOperation({
    operationId: 'proof',
    summary:
      'Bằng chứng cho toàn bộ quá trình của một người, hoặc một sự kiện / A proof of a person’s whole history, or of one event of it',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiQuery({
    name: 'event',
    required: false,
    description: 'Chỉ sự kiện này / only this event',
    schema: ID_SCHEMA,
  })
  @ApiResponse({
    status: 200,
    description: 'Tệp cho hoso-verify / a file for hoso-verify',
    schema: ref('ProofFile'),
  })
  async proof(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    const { query, params } = request;
    onlyKnown(query, ['event']);
    const [event] = idsOf(query, 'event') ?? [];
    const stream = `person-${params.id}`;
    const history = isId(params.id) ? await this.core.log.readStream(stream) : [];
    if (history.length === 0) throw noSuchRecord();
    const events = event === undefined ? history : history.filter(({ id }) => id === event);
    if (events.length === 0) throw new Problem('not-found');
    await reply.send(await proofFile(this.core.evidence, events, event === undefined ? stream : null));
  }
}

function sizeOf(query: Query, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw fault(name, 'size', 'phải là số nguyên từ 0', 'must be a whole number from 0');
}
