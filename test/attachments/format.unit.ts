/** The stored form of a scan: it comes back whole, or not at all. */
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  AttachmentBroken,
  headerLine,
  headerOf,
  holds,
  opened,
  saltOf,
  sealed,
  type Header,
} from '../../src/attachments/format.js';
import { mediaTypeOf } from '../../src/attachments/mediaType.js';

const SECRET = Buffer.alloc(32, 7);
const PIECE = 65_536;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const headerFor = (bytes: Buffer): Header => ({
  format: 'hoso attachment 1',
  owner: 'attachments-person-1',
  keys: { history: '11111111-1111-4111-8111-111111111111' },
  salt: saltOf(SECRET, sha256(bytes)),
  size: bytes.length,
  type: 'application/pdf',
});

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const some of bytes) found.push(some);
  return Buffer.concat(found);
}

const stored = (bytes: Buffer, size = 10_000) => all(sealed(headerFor(bytes), SECRET, inParts(bytes, size)));
const content = (bytes: Buffer, secret = SECRET, size = 10_000) => all(opened(secret, inParts(bytes, size)));
const broken = async (bytes: Buffer, secret = SECRET) => {
  const error = await content(bytes, secret).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).to.be.instanceOf(AttachmentBroken);
};

describe('A stored scan', () => {
  it('comes back, whatever its length and however it arrives (property)', async () => {
    const length = fc.oneof(
      fc.nat(300),
      fc.integer({ min: -2, max: 2 }).map((d) => 2 * PIECE + d),
    );
    await fc.assert(
      fc.asyncProperty(length, fc.integer({ min: 1, max: 100_000 }), async (n, size) => {
        const bytes = randomBytes(n);
        const file = await stored(bytes, Math.max(size, 100));
        expect((await content(file, SECRET, Math.max(size, 100))).equals(bytes)).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });

  it('has the same bytes each time, and shows nothing of its content', async () => {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7 Nguyễn Thị Bí Mật'), Buffer.alloc(1000, 65)]);
    const [one, two] = [await stored(bytes, 7), await stored(bytes)];
    expect(one.equals(two)).to.equal(true);
    expect(one.includes('Bí Mật')).to.equal(false);
    expect(one.includes(sha256(bytes))).to.equal(false);
    expect(one.includes(Buffer.from(sha256(bytes), 'hex'))).to.equal(false);
  });

  it('tells who knows the secret whether a content is the one it holds', () => {
    const bytes = Buffer.from('x');
    expect(holds(headerFor(bytes), SECRET, sha256(bytes))).to.equal(true);
    expect(holds(headerFor(bytes), SECRET, sha256(Buffer.from('y')))).to.equal(false);
    expect(holds(headerFor(bytes), Buffer.alloc(32, 8), sha256(bytes))).to.equal(false);
  });

  it('does not open when any byte of it was changed, taken away or added', async () => {
    const bytes = randomBytes(300);
    const file = await stored(bytes);
    for (let i = 0; i < file.length; i++) {
      const other = Buffer.from(file);
      other[i] = (other[i] ?? 0) ^ (1 << (i % 8));
      await broken(other);
    }
    for (const other of [file.subarray(0, -1), Buffer.concat([file, Buffer.alloc(1)]), Buffer.alloc(0)])
      await broken(other);
    await broken(file, Buffer.alloc(32, 8));
  });

  it('does not open with a piece left out, cut off or in another’s place', async () => {
    const file = await stored(randomBytes(3 * PIECE));
    const start = file.indexOf(10) + 1;
    const piece = (i: number) => file.subarray(start + i * (PIECE + 16), start + (i + 1) * (PIECE + 16));
    const header = file.subarray(0, start);
    expect(await content(Buffer.concat([header, piece(0), piece(1), piece(2)]))).to.have.length(3 * PIECE);
    for (const order of [[0, 1], [1, 0, 2], [0, 2], [0, 1, 2, 2], [0, 0, 2], []])
      await broken(Buffer.concat([header, ...order.map(piece)]));
  });

  it('of a format of a newer release is refused by name', async () => {
    const line = await headerLine(inParts(await stored(Buffer.from('x')), 3));
    expect(headerOf(line).type).to.equal('application/pdf');
    for (const other of ['{}', 'x', line.toString().replace('attachment 1', 'attachment 2')])
      expect(() => headerOf(Buffer.from(other))).to.throw(AttachmentBroken);
  });
});

describe('The kind of a scan', () => {
  it('is told by its first bytes', () => {
    const kinds: readonly (readonly [string | readonly number[], string | null])[] = [
      ['%PDF-1.7', 'application/pdf'],
      [[0xff, 0xd8, 0xff, 0xe0], 'image/jpeg'],
      [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'image/png'],
      [[0x89, 0x50, 0x4e, 0x47], null],
      ['<html>', null],
      ['PK\u0003\u0004', null],
      ['', null],
    ];
    for (const [first, type] of kinds)
      expect(mediaTypeOf(Buffer.from(first as string)), String(first)).to.equal(type);
  });
});
