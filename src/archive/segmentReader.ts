import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Digester, type Digest } from './digest.js';

/** A line of ours is far shorter: an append has at most a million bytes. */
const LONGEST_LINE = 4_000_000;
const PAGE = 1_000;

/** A segment that does not unpack into lines. */
export class BadSegment extends Error {
  override readonly name = 'BadSegment';
}

/** What was read of a segment, once it was read to its end. */
export interface SegmentSums {
  readonly packed: Digest;
  /** SHA-256 of the uncompressed bytes. */
  readonly plain: string;
}

/** Reads a segment once, in pages of lines; `sums` is there after the last page. Memory holds a page. */
export class SegmentReader {
  sums: SegmentSums | undefined;

  constructor(private readonly path: string) {}

  /** Rejects with BadSegment. */
  async *pages(): AsyncGenerator<string[]> {
    const packed = new Digester();
    const plain = createHash('sha256');
    const tee = new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        packed.add(chunk);
        next(null, chunk);
      },
    });
    const unpacked: Readable = createGunzip();
    pipeline(createReadStream(this.path), tee, unpacked as ReturnType<typeof createGunzip>, () => undefined);
    let [page, rest]: [string[], Buffer] = [[], Buffer.alloc(0)];
    try {
      for await (const chunk of unpacked as AsyncIterable<Buffer>) {
        plain.update(chunk);
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const end = bytes.lastIndexOf(10);
        rest = bytes.subarray(end + 1);
        if (rest.length > LONGEST_LINE) throw new BadSegment('it has a line without end');
        if (end < 0) continue;
        page.push(...bytes.toString('utf8', 0, end).split('\n'));
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
    } catch (error) {
      if (error instanceof BadSegment) throw error;
      throw new BadSegment(`it does not unpack (${(error as NodeJS.ErrnoException).code ?? 'no gzip'})`, {
        cause: error,
      });
    } finally {
      unpacked.destroy();
    }
    if (rest.length > 0) throw new BadSegment('its last line is cut off');
    if (page.length > 0) yield page;
    this.sums = { packed: packed.end(), plain: plain.digest('hex') };
  }
}
