import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Digester, type Digest } from './digest.js';

/** A file of the archive and what it unpacks to. */
export interface GzipDigest extends Digest {
  /** SHA-256 of the uncompressed bytes, hexadecimal: the same whatever packs them. */
  readonly plain: string;
  readonly plainBytes: number;
}

const OS_AT = 9;
const OS_UNKNOWN = 255;

/** Text packed into a gzip file whose header tells neither time nor name nor system: the same text, the same bytes. */
export class GzipFile {
  private readonly gzip = createGzip({ level: 6 });
  private readonly packed = new Digester();
  private readonly plain = createHash('sha256');
  private readonly done: Promise<void>;
  private plainBytes = 0;

  /** Opens the file, replacing one that is there. */
  constructor(path: string) {
    let isFirst = true;
    const tee = new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        if (isFirst) chunk[OS_AT] = OS_UNKNOWN;
        isFirst = false;
        this.packed.add(chunk);
        next(null, chunk);
      },
    });
    this.done = pipeline(this.gzip, tee, createWriteStream(path, { flush: true }));
    this.done.catch(() => undefined); // met by whoever writes or ends
  }

  get bytes(): number {
    return this.plainBytes;
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.plain.update(bytes);
    this.plainBytes += bytes.length;
    if (!this.gzip.write(bytes)) await Promise.race([once(this.gzip, 'drain'), this.done]);
  }

  /** Resolves when the file is whole and on disk. */
  async end(): Promise<GzipDigest> {
    this.gzip.end();
    await this.done;
    return { ...this.packed.end(), plain: this.plain.digest('hex'), plainBytes: this.plainBytes };
  }

  /** Lets go of a file that is not wanted any more. */
  async abandon(): Promise<void> {
    this.gzip.destroy();
    await this.done.catch(() => undefined);
  }
}
