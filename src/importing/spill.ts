import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where an import keeps what does not fit into memory, in a private directory. The files hold personal data: encrypted
 * under a key that is in memory alone, so that what a kill leaves behind tells nothing. Removed at the end in any other
 * case.
 */
export interface SpillPlace {
  readonly directory: string;
  readonly key: Uint8Array;
}

/** A block of one file. */
export interface BlockPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a part that wait in memory, so that a block is worth its encryption. */
const BLOCK = 32_000;
/** Bytes of a UTF-16 unit in UTF-8, at most. */
const UNIT = 3;
const MODE = 0o600;
const [NONCE, TAG, LENGTH, ID] = [12, 16, 4, 36];

export async function openSpill(parent: string): Promise<SpillPlace> {
  return { directory: await mkdtemp(join(parent, 'hoso-import-')), key: randomBytes(32) };
}

export async function removeSpill({ directory }: SpillPlace): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

/** A value as text, its id, whose it is, and its place among all. */
export interface Kept {
  /** A UUID. */
  readonly owner: string;
  /** A UUID. */
  readonly id: string;
  readonly order: number;
  readonly text: string;
}

/** Lines of a part that wait: as bytes, for as strings the collector would copy each twice. */
interface Block {
  readonly bytes: Buffer;
  size: number;
}

/**
 * Texts parted into files by a number, so that all of one part can be taken up together in bounded memory, however
 * scattered they came. Each thread writes files of its own, by its name, and reads those of all.
 */
export class PartedSpill {
  private readonly waiting = new Map<number, Block>();

  constructor(
    private readonly place: SpillPlace,
    private readonly writer: string,
  ) {}

  /** @param kept its text without a line's end */
  add(part: number, { owner, id, order, text }: Kept): void {
    const line = `${owner}${id}${order} ${text}\n`;
    const most = line.length * UNIT;
    let block = this.waiting.get(part);
    if (block === undefined) {
      block = { bytes: Buffer.allocUnsafeSlow(BLOCK), size: 0 };
      this.waiting.set(part, block);
    }
    if (block.size + most > BLOCK) this.flush(part, block);
    if (most > BLOCK) this.write(part, Buffer.from(line));
    else block.size += block.bytes.write(line, block.size);
  }

  /** Ends writing. */
  finish(): void {
    for (const [part, block] of this.waiting) this.flush(part, block);
    this.waiting.clear();
  }

  /** All of a part, by whichever of these writers they came, in order. */
  read(part: number, writers: readonly string[]): Kept[] {
    const all: Kept[] = [];
    for (const writer of writers) {
      const file = this.fileOf(part, writer);
      if (!existsSync(file)) continue;
      const bytes = readFileSync(file);
      for (let at = 0; at < bytes.length;) {
        const end = at + LENGTH + bytes.readUInt32BE(at);
        for (const line of opened(this.place, bytes.subarray(at + LENGTH, end))
          .slice(0, -1)
          .split('\n')) {
          const space = line.indexOf(' ');
          all.push({
            owner: line.slice(0, ID),
            id: line.slice(ID, 2 * ID),
            order: Number(line.slice(2 * ID, space)),
            text: line.slice(space + 1),
          });
        }
        at = end;
      }
    }
    return all.sort((a, b) => a.order - b.order);
  }

  private flush(part: number, block: Block): void {
    if (block.size > 0) this.write(part, block.bytes.subarray(0, block.size));
    block.size = 0;
  }

  private write(part: number, lines: Uint8Array): void {
    const block = sealed(this.place, [lines]);
    const length = Buffer.alloc(LENGTH);
    length.writeUInt32BE(block.length);
    // Opened for each block: an import has more parts than a process may have files.
    appendFileSync(this.fileOf(part, this.writer), Buffer.concat([length, block]), { mode: MODE });
  }

  private fileOf(part: number, writer: string): string {
    return join(this.place.directory, `${writer}-${part}`);
  }
}

/** Values in blocks, one block after another, each found again by its place. */
export class BlockSpill<T> {
  private readonly file: string;
  private end = 0;

  constructor(
    private readonly place: SpillPlace,
    writer: string,
  ) {
    this.file = `${writer}-blocks`;
  }

  /** @param values each as `bytesOf` gives it: as bytes, a value is not in the collector's way until others have come */
  add(values: readonly Uint8Array[]): BlockPlace {
    const block = sealed(this.place, values);
    appendFileSync(join(this.place.directory, this.file), block, { mode: MODE });
    const offset = this.end;
    this.end += block.length;
    return { file: this.file, offset, length: block.length };
  }

  read({ file, offset, length }: BlockPlace): T[] {
    const block = Buffer.alloc(length);
    const handle = openSync(join(this.place.directory, file), 'r');
    try {
      readSync(handle, block, 0, length, offset);
    } finally {
      closeSync(handle);
    }
    const lines = opened(this.place, block).slice(0, -1).split('\n');
    return lines.map((line) => JSON.parse(line) as T);
  }

  bytesOf(value: T): Uint8Array {
    return Buffer.from(`${JSON.stringify(value)}\n`);
  }
}

function sealed({ key }: SpillPlace, content: readonly Uint8Array[]): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const parts = content.map((part) => cipher.update(part));
  return Buffer.concat([nonce, ...parts, cipher.final(), cipher.getAuthTag()]);
}

function opened({ key }: SpillPlace, block: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, block.subarray(0, NONCE));
  decipher.setAuthTag(block.subarray(-TAG));
  const text = decipher.update(block.subarray(NONCE, -TAG));
  decipher.final(); // throws where the tag does not fit; in this mode it has no bytes left to give
  return text.toString();
}
