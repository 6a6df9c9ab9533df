import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import type { FieldGroup } from '../fieldGroups.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject } from '../sealing/port.js';
import { MEDIA_TYPES, type MediaType } from './mediaType.js';

/**
 * The stored form of a scan: a line of canonical JSON (`Header`), then its content in pieces of 64 KiB, each AES-256-GCM
 * under a key that is this content's alone. The key is derived from the joint secret of its groups' keys (Sealer) and the
 * salt, and the salt from the secret and the content's hash: the same scan of the same record gives the same bytes, and
 * without the keys neither tells anything of it. A piece is bound to the header, its place, and whether it is the last.
 * Storage format: never changed.
 */
export interface Header {
  readonly format: 'hoso attachment 1';
  /** Owner of the keys: the record's attachments. */
  readonly owner: string;
  /** Ids of the keys by group; with any of them destroyed nobody can open it. */
  readonly keys: Readonly<Partial<Record<FieldGroup, string>>>;
  /** base64url. */
  readonly salt: string;
  /** Bytes of the content. */
  readonly size: number;
  readonly type: MediaType;
}

/** A file that is not what was stored: damaged, exchanged, or of a format of a newer release. */
export class AttachmentBroken extends Error {
  override readonly name = 'AttachmentBroken';
}

const FORMAT = 'hoso attachment 1';
const PIECE = 65_536;
const TAG = 16;
/** No header is longer. */
const LONGEST_HEADER = 4_096;

/** The salt of a content (SHA-256, hexadecimal) under a secret. */
export function saltOf(secret: Buffer, content: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `${FORMAT} salt`, 32));
  return createHmac('sha256', key).update(Buffer.from(content, 'hex')).digest('base64url');
}

/** Whether a content of this hash is what a file of this header holds. */
export function holds({ salt }: Header, secret: Buffer, content: string): boolean {
  const [a, b] = [Buffer.from(salt), Buffer.from(saltOf(secret, content))];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The bytes to be stored. */
export async function* sealed(
  header: Header,
  secret: Buffer,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const line = Buffer.from(`${canonicalJson(header as unknown as JsonObject)}\n`);
  const piece = ciphered(line, header, secret);
  yield line;
  let last: Buffer = Buffer.alloc(0);
  let index = 0;
  for await (const next of pieces(content, PIECE)) {
    if (index > 0) yield piece.seal(index - 1, last, false);
    last = next;
    index++;
  }
  yield piece.seal(Math.max(index - 1, 0), last, true);
}

/** The content again. Rejects with AttachmentBroken at the first piece that is not as it was stored. */
export async function* opened(secret: Buffer, stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const whole = afterHeader(stored);
  const first = await whole.next();
  if (first.done === true) throw new AttachmentBroken('it is empty');
  const piece = ciphered(first.value, headerOf(first.value), secret);
  const reader = pieces(whole, PIECE + TAG);
  let at = await reader.next();
  if (at.done === true) throw new AttachmentBroken('it is cut short');
  for (let index = 0; at.done !== true; index++) {
    const next = await reader.next();
    yield piece.open(index, at.value, next.done === true);
    at = next;
  }
}

/** Reads what a file says of itself. Throws AttachmentBroken. */
export function headerOf(line: Buffer): Header {
  try {
    const header = JSON.parse(line.toString()) as Header;
    const whole = (header.format as string) === FORMAT && MEDIA_TYPES.includes(header.type);
    const texts = [header.owner, header.salt, ...Object.values(header.keys)];
    if (whole && texts.every((text) => typeof text === 'string')) return header;
  } catch {
    // not ours
  }
  throw new AttachmentBroken('it does not begin as an attachment of this release does');
}

/** The header's line of a file, without its content. */
export async function headerLine(stored: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const line of afterHeader(stored)) return line;
  throw new AttachmentBroken('it is empty');
}

function ciphered(line: Buffer, header: Header, secret: Buffer) {
  const salt = Buffer.from(header.salt, 'base64url');
  const key = Buffer.from(hkdfSync('sha256', secret, salt, `${FORMAT} cipher`, 32));
  const place = createHash('sha256').update(line).digest();
  const nonceOf = (index: number, isLast: boolean): Buffer => {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(index, 7);
    nonce[11] = isLast ? 1 : 0;
    return nonce;
  };
  return {
    seal: (index: number, bytes: Buffer, isLast: boolean): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast)).setAAD(place);
      return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    open: (index: number, bytes: Buffer, isLast: boolean): Buffer => {
      if (bytes.length < TAG) throw new AttachmentBroken('it is cut short');
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast)).setAAD(place);
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]);
      } catch {
        throw new AttachmentBroken(`piece ${index} is not as it was stored`);
      }
    },
  };
}

/** The line that a file begins with, whole and first; then the rest as it comes. */
async function* afterHeader(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const bytes of stored) {
    if (start === null) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    const end = start.indexOf(0x0a);
    if (end < 0 && start.length > LONGEST_HEADER) break;
    if (end < 0) continue;
    yield start.subarray(0, end + 1);
    if (end + 1 < start.length) yield start.subarray(end + 1);
    start = null;
  }
  if (start !== null) throw new AttachmentBroken('it has no header');
}

/** Cut anew into pieces of one size, the last shorter. */
async function* pieces(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const some of bytes) {
    waiting.push(some);
    length += some.length;
    if (length < size) continue;
    const all = Buffer.concat(waiting);
    let at = 0;
    for (; all.length - at >= size; at += size) yield all.subarray(at, at + size);
    waiting = [all.subarray(at)];
    length = all.length - at;
  }
  if (length > 0) yield Buffer.concat(waiting);
}
