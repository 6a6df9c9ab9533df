import { Readable } from 'node:stream';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDayAllowed } from '../access/decision.js';
import type { StoredAttachment } from '../attachments/attachmentDesk.js';
import { endingOf, MEDIA_TYPES } from '../attachments/mediaType.js';
import { TooLarge } from '../attachments/store.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import type { ApiCore } from './apiCore.js';
import { CORE } from './bus.js';
import { ID_SCHEMA } from './commands.js';
import { isId } from './headers.js';
import { accessOf, Allow, bearerOf, noRight } from './policy.js';
import { noSuchRecord, Problem } from './problem.js';
import { fault, onlyKnown, textOf, type Query } from './query.js';
import { ref } from './schemas.js';

type Request = FastifyRequest<{
  Params: { id: string; attachment: string };
  Querystring: Record<string, unknown>;
}>;

/** The one route that takes other bodies than JSON. */
export const UPLOADS = '/v1/persons/:id/attachments';
/** The one that answers with something else than JSON. */
export const DOWNLOADS = `${UPLOADS}/:attachment`;

/** What an upload may call itself; the content tells what it is. */
export const UPLOADED_AS = [...MEDIA_TYPES, 'application/octet-stream'];

const BYTES = { schema: { type: 'string', format: 'binary' } } as const;

/** Scans of decisions: uploaded for a record, named by its events, given out as files. */
@ApiTags('records')
@Controller('v1/persons/:id/attachments')
export class Attachments {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  @Post()
  @Allow({ kind: 'record', intent: 'command' })
  @ApiOperation({
    operationId: 'attachment_upload',
    summary: 'Tải lên bản quét văn bản (PDF, JPEG, PNG) / Upload a scan of a decision',
    description:
      'Nêu attachment và attachmentHash trong document của lệnh sau đó; bản không được nêu trong một ngày sẽ bị xóa. / Name attachment and attachmentHash in the document of the command that follows; a scan that none has named for a day is removed.',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiQuery({
    name: 'groups',
    required: false,
    description: `Các nhóm dữ liệu mà bản quét cho thấy, cách nhau bằng dấu phẩy; luôn gồm history. Bản quét bị hủy cùng nhóm đầu tiên bị hủy. / The groups of data that it shows, separated by commas; history is always one. It dies with the first of them that is destroyed. ${FIELD_GROUPS.join(', ')}`,
    schema: { type: 'string' },
    example: 'discipline,history',
  })
  @ApiConsumes(...UPLOADED_AS)
  @ApiBody({ schema: BYTES.schema })
  @ApiResponse({ status: 200, description: 'Đã có / it was there', schema: ref('StoredAttachment') })
  @ApiResponse({ status: 201, description: 'Đã lưu / stored', schema: ref('StoredAttachment') })
  async upload(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, ['groups']);
    const { id } = request.params;
    const groups = groupsOf(request.query);
    if (!isId(id)) throw noSuchRecord();
    const { body } = request;
    if (!(body instanceof Readable)) throw new Problem('media-type');
    if ((await this.core.log.readStream(`person-${id}`)).length === 0) throw noSuchRecord();
    const stored = await this.take(id, groups, body, reply);
    if (stored === null)
      throw new Problem('invalid', [
        {
          rule: 'attachment_type',
          vi: 'phải là tệp PDF, JPEG hoặc PNG',
          en: 'must be a PDF, JPEG or PNG file',
        },
      ]);
    const { isNew, ...said } = stored;
    await reply
      .status(isNew ? 201 : 200)
      .header('location', `/v1/persons/${id}/attachments/${said.attachment}`)
      .send(said);
  }

  @Get(':attachment')
  @Allow({ kind: 'record', intent: 'history', export: true })
  @ApiOperation({
    operationId: 'attachment',
    summary: 'Bản quét mà một sự kiện của hồ sơ nêu / A scan that one of the record’s events names',
  })
  @ApiParam({ name: 'attachment', schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiResponse({
    status: 200,
    description: 'Tệp để tải về / the file, as a download',
    content: Object.fromEntries(MEDIA_TYPES.map((type) => [type, BYTES])),
  })
  async download(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { id, attachment } = request.params;
    const found = await this.core.attachments.download(id, attachment);
    if (found.kind === 'notFound') throw new Problem('not-found');
    if (found.kind === 'erased') throw new Problem('erased');
    const { verdict } = accessOf(request);
    const shown = verdict?.groups ?? [];
    // Who may see the record as of former days only does not see what came later: a scan is of no day.
    if (verdict === undefined || !isDayAllowed(verdict, this.core.access.gate.today)) throw noRight();
    if (!found.groups.every((group) => shown.includes(group))) throw noRight();
    await reply
      .headers({
        'content-type': found.type,
        'content-length': found.size,
        'content-disposition': `attachment; filename="${attachment.slice(0, 12)}.${endingOf(found.type)}"`,
      })
      .send(Readable.from(whileAllowed(found.content, () => this.mayStill(request))));
  }

  /** Whether the token still stands for somebody who may have what was asked for. */
  private async mayStill(request: Request): Promise<boolean> {
    const { logins, gate } = this.core.access;
    const found = await logins.authenticate(bearerOf(request) ?? '');
    const { standings } = accessOf(request);
    if (found?.stage !== 'full' || standings === undefined) return false;
    return gate.decide(found.caller, 'history', standings.standing).allowed;
  }

  private async take(
    record: string,
    groups: readonly FieldGroup[],
    body: Readable,
    reply: FastifyReply,
  ): Promise<StoredAttachment | null> {
    try {
      return await this.core.attachments.upload(record, groups, body);
    } catch (error) {
      // What is still on its way is not waited for.
      void reply.header('connection', 'close');
      if (error instanceof TooLarge) throw new Problem('too-large');
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EDQUOT') throw new Problem('unavailable');
      if (body.destroyed && !body.readableEnded) throw new Problem('malformed');
      throw error;
    }
  }
}

/** A download is over: its account was disabled, its session ended, or its right was taken away. */
export class DownloadCut extends Error {
  override readonly name = 'DownloadCut';
}

/** Pieces of a file, each given out only while it still may be. Rejects with DownloadCut. */
export async function* whileAllowed(
  content: AsyncIterable<Uint8Array>,
  may: () => Promise<boolean>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    if (!(await may())) throw new DownloadCut('the right to this file has ended');
    yield piece;
  }
}

function groupsOf(query: Query): FieldGroup[] {
  const names = textOf(query, 'groups')?.split(',') ?? [];
  const known = new Set<string>(FIELD_GROUPS);
  if (names.every((name) => known.has(name))) return names as FieldGroup[];
  const all = FIELD_GROUPS.join(', ');
  throw fault('groups', 'choices', `phải là các nhóm trong: ${all}`, `must be groups among: ${all}`);
}
