import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where the files of a tree are kept, by path with slashes. */
export interface TileStore {
  /** Undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Whole or not at all; on disk before it resolves. */
  write(path: string, bytes: Buffer): Promise<void>;
  /** Removes a file, or all below a directory; nothing where there is none. */
  remove(path: string): Promise<void>;
}

/** Files below a directory, each written beside and renamed into place: readers and other processes never see a part. */
export class FileTiles implements TileStore {
  constructor(private readonly directory: string) {}

  /** The tiles of a log (`events`, `reads`), where a data directory keeps them. */
  static of(dataDir: string, log: string): FileTiles {
    return new FileTiles(join(dataDir, 'evidence', log));
  }

  async read(path: string): Promise<Buffer | undefined> {
    return readFile(join(this.directory, path)).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    });
  }

  async write(path: string, bytes: Buffer): Promise<void> {
    const file = join(this.directory, path);
    const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
    await mkdir(dirname(file), { recursive: true });
    try {
      const handle = await open(draft, 'wx', 0o644);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    if (process.platform === 'win32') return; // a directory cannot be opened there
    const directory = await open(dirname(file), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.directory, path), { recursive: true, force: true });
  }
}

/** Files in memory, for fast tests. */
export class MemoryTiles implements TileStore {
  readonly files = new Map<string, Buffer>();

  read(path: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.files.get(path));
  }

  write(path: string, bytes: Buffer): Promise<void> {
    this.files.set(path, Buffer.from(bytes));
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    for (const file of [...this.files.keys()])
      if (file === path || file.startsWith(`${path}/`)) this.files.delete(file);
    return Promise.resolve();
  }
}
