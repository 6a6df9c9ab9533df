import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttachmentBroken, headerLine, headerOf, type Header } from './format.js';
import { TELLING_BYTES } from './mediaType.js';

/** What is known of a content that was received, before it is stored. */
export interface Received {
  /** SHA-256, hexadecimal. */
  readonly content: string;
  readonly size: number;
  /** Its first bytes. */
  readonly first: Buffer;
  /** Reads it again. */
  read(): AsyncIterable<Buffer>;
  /** Forgets it; always to be called. */
  drop(): Promise<void>;
}

/** More bytes came than are taken. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * Stored scans as files of a directory, each named by the SHA-256 of its bytes: `settled/ab/<hash>` those that an event
 * names, `new/<hash>` those that none may name yet, `draft/` what is being written. A file comes into being under its
 * name by renaming, when all of it is on disk.
 */
export class AttachmentStore {
  constructor(private readonly directory: string) {}

  /**
   * Receives a content of at most so many bytes. What is kept of it meanwhile is encrypted under a key in memory, so
   * that what a kill leaves behind tells nothing. Rejects with TooLarge.
   */
  async receive(source: AsyncIterable<Buffer>, most: number): Promise<Received> {
    const file = await this.draft();
    const [key, iv] = [randomBytes(32), randomBytes(16)];
    const cipher = createCipheriv('aes-256-ctr', key, iv);
    const hash = createHash('sha256');
    let size = 0;
    let first = Buffer.alloc(0);
    const handle = await open(file, 'wx', 0o600);
    try {
      for await (const bytes of source) {
        size += bytes.length;
        if (size > most) throw new TooLarge(`more than ${most} bytes`);
        if (first.length < TELLING_BYTES) first = Buffer.concat([first, bytes]).subarray(0, TELLING_BYTES);
        hash.update(bytes);
        await handle.write(cipher.update(bytes));
      }
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return {
      content: hash.digest('hex'),
      size,
      first,
      read: () => deciphered(createReadStream(file), key, iv),
      drop: () => rm(file, { force: true }),
    };
  }

  /** Stores bytes; answers their hash, and whether they were not there yet. On disk before it resolves. */
  async put(bytes: AsyncIterable<Buffer>): Promise<{ stored: string; isNew: boolean }> {
    const file = await this.draft();
    const hash = createHash('sha256');
    try {
      const handle = await open(file, 'wx', 0o600);
      try {
        for await (const some of bytes) {
          hash.update(some);
          await handle.write(some);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      const stored = hash.digest('hex');
      const there = await this.find(stored);
      if (there !== null) {
        await touch(there);
        await rm(file);
        return { stored, isNew: false };
      }
      await rename(file, this.newPath(stored));
      await syncDirectory(join(this.directory, 'new'));
      return { stored, isNew: true };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  /** What a stored file says of itself; null: there is none. Rejects with AttachmentBroken. */
  async header(stored: string): Promise<Header | null> {
    const file = await this.find(stored);
    return file === null ? null : headerOf(await headerLine(createReadStream(file, { end: 8_191 })));
  }

  /** The bytes of a stored file, once it is known to be the one of its name. Rejects with AttachmentBroken. */
  async read(stored: string): Promise<AsyncIterable<Buffer> | null> {
    const file = await this.find(stored);
    if (file === null) return null;
    if ((await hashOf(file)) !== stored) throw new AttachmentBroken('it is another file than was stored');
    return createReadStream(file);
  }

  /** Whether a file of this name is there, and is what its name says. */
  async check(stored: string): Promise<'whole' | 'missing' | 'altered'> {
    const file = await this.find(stored);
    if (file === null) return 'missing';
    return (await hashOf(file)) === stored ? 'whole' : 'altered';
  }

  /** Keeps a new one from being tidied away for a while: a command is about to name it. */
  async use(stored: string): Promise<void> {
    const file = await this.find(stored);
    if (file !== null) await touch(file);
  }

  /** Those that no event may name yet, with the time (milliseconds) since they were stored or used. */
  async fresh(): Promise<{ stored: string; age: number }[]> {
    const found: { stored: string; age: number }[] = [];
    for (const stored of await list(join(this.directory, 'new'))) {
      const { mtimeMs } = await stat(this.newPath(stored));
      if (HASH.test(stored)) found.push({ stored, age: Date.now() - mtimeMs });
    }
    return found;
  }

  /** Takes a new one to those that are named by an event. */
  async settle(stored: string): Promise<void> {
    const target = this.settledPath(stored);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(this.newPath(stored), target);
    await syncDirectory(dirname(target));
  }

  /** Removes a new one that nothing names. */
  async discard(stored: string): Promise<void> {
    await rm(this.newPath(stored), { force: true });
  }

  /** Removes what a kill left half written, when it is older than this (milliseconds). */
  async sweep(age: number): Promise<void> {
    for (const name of await list(join(this.directory, 'draft'))) {
      const file = join(this.directory, 'draft', name);
      const found = await stat(file).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > age) await rm(file, { force: true });
    }
  }

  private async find(stored: string): Promise<string | null> {
    if (!HASH.test(stored)) return null;
    // In this order: a file moves from the first place to the second.
    for (const file of [this.newPath(stored), this.settledPath(stored)])
      if ((await stat(file).catch(() => null)) !== null) return file;
    return null;
  }

  private async draft(): Promise<string> {
    for (const part of ['new', 'draft'])
      await mkdir(join(this.directory, part), { recursive: true, mode: 0o700 });
    return join(this.directory, 'draft', randomBytes(12).toString('hex'));
  }

  private newPath(stored: string): string {
    return join(this.directory, 'new', stored);
  }

  private settledPath(stored: string): string {
    return join(this.directory, 'settled', stored.slice(0, 2), stored);
  }
}

async function* deciphered(bytes: AsyncIterable<Buffer>, key: Buffer, iv: Buffer): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv('aes-256-ctr', key, iv);
  for await (const some of bytes) yield decipher.update(some);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) hash.update(bytes);
  return hash.digest('hex');
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // a directory cannot be opened there
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
