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

/** Characters of a part that wait in memory, so that a block is worth its encryption. */
const BLOCK = 32_000;
const MODE = 0o600;
const [NONCE, TAG, LENGTH, OWNER] = [12, 16, 4, 36];

export async function openSpill(parent: string): Promise<SpillPlace> {
  return { directory: await mkdtemp(join(parent, 'hoso-import-')), key: randomBytes(32) };
}

export async function removeSpill({ directory }: SpillPlace): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

/** A value as text, whose it is, and its place among all. */
export interface Kept {
  /** A UUID. */
  readonly owner: string;
  readonly order: number;
  readonly text: string;
}

/**
 * Texts parted into files by a number, so that all of one part can be taken up together in bounded memory, however
 * scattered they came. Each thread writes files of its own, by its name, and reads those of all.
 */
export class PartedSpill {
  private readonly waiting = new Map<number, { lines: string[]; size: number }>();

  constructor(
    private readonly place: SpillPlace,
    private readonly writer: string,
  ) {}

  /** @param kept its text without a line's end */
  add(part: number, { owner, order, text }: Kept): void {
    const line = `${owner}${order} ${text}`;
    let own = this.waiting.get(part);
    if (own === undefined) this.waiting.set(part, (own = { lines: [], size: 0 }));
    own.lines.push(line);
    own.size += line.length;
    if (own.size >= BLOCK) this.flush(part, own.lines);
  }

  /** Ends writing. */
  finish(): void {
    for (const [part, { lines }] of this.waiting) this.flush(part, lines);
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
        for (const line of opened(this.place, bytes.subarray(at + LENGTH, end)).split('\n')) {
          const space = line.indexOf(' ');
          all.push({
            owner: line.slice(0, OWNER),
            order: Number(line.slice(OWNER, space)),
            text: line.slice(space + 1),
          });
        }
        at = end;
      }
    }
    return all.sort((a, b) => a.order - b.order);
  }

  private flush(part: number, lines: readonly string[]): void {
    this.waiting.delete(part);
    const block = sealed(this.place, lines.join('\n'));
    const length = Buffer.alloc(LENGTH);
    length.writeUInt32BE(block.length);
    // Opened for each block: an import has more parts than a process may have files.
    appendFileSync(this.fileOf(part, this.writer), Buffer.concat([length, block]), { mode: MODE });
  }

  private fileOf(part: number, writer: string): string {
    return join(this.place.directory, `${writer}-${part}`);
  }
}

/** One value after another, each found again by its place. */
export class BlockSpill<T> {
  private readonly file: string;
  private end = 0;

  constructor(
    private readonly place: SpillPlace,
    writer: string,
  ) {
    this.file = `${writer}-blocks`;
  }

  add(value: T): BlockPlace {
    const block = sealed(this.place, JSON.stringify(value));
    appendFileSync(join(this.place.directory, this.file), block, { mode: MODE });
    const offset = this.end;
    this.end += block.length;
    return { file: this.file, offset, length: block.length };
  }

  read({ file, offset, length }: BlockPlace): T {
    const block = Buffer.alloc(length);
    const handle = openSync(join(this.place.directory, file), 'r');
    try {
      readSync(handle, block, 0, length, offset);
    } finally {
      closeSync(handle);
    }
    return JSON.parse(opened(this.place, block)) as T;
  }
}

function sealed({ key }: SpillPlace, text: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function opened({ key }: SpillPlace, block: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, block.subarray(0, NONCE));
  decipher.setAuthTag(block.subarray(-TAG));
  const text = decipher.update(block.subarray(NONCE, -TAG));
  decipher.final(); // throws where the tag does not fit; in this mode it has no bytes left to give
  return text.toString();
}
