import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** What a manifest says of a file. */
export interface Digest {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Hexadecimal. */
  readonly sha512: string;
}

/** Both hashes of a manifest at once. */
export class Digester {
  private readonly sha256 = createHash('sha256');
  private readonly sha512 = createHash('sha512');
  private bytes = 0;

  add(chunk: Buffer): void {
    this.sha256.update(chunk);
    this.sha512.update(chunk);
    this.bytes += chunk.length;
  }

  end(): Digest {
    return { bytes: this.bytes, sha256: this.sha256.digest('hex'), sha512: this.sha512.digest('hex') };
  }
}

export function digestOf(bytes: Buffer): Digest {
  const digester = new Digester();
  digester.add(bytes);
  return digester.end();
}

/** Reads a file whole, piece by piece; `onChunk` sees what is read. */
export async function digestOfFile(
  path: string,
  onChunk: (chunk: Buffer) => void = () => undefined,
): Promise<Digest> {
  const digester = new Digester();
  for await (const chunk of createReadStream(path)) {
    digester.add(chunk as Buffer);
    onChunk(chunk as Buffer);
  }
  return digester.end();
}
