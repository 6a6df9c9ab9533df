import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorError } from '../operatorError.js';
import { digestOfFile } from './digest.js';
import { syncDirectory } from './files.js';

const HASH = /^[0-9a-f]{64}$/;

/**
 * Copies stored scans, each a sealed file named by the SHA-256 of its bytes, to `ab/<hash>` below a directory; those that
 * are there stay. Every copy is compared with its name before it gets it. Answers how many came. Rejects with an
 * OperatorError that names the first file that is not what its name says.
 */
export async function copyAttachments(from: string, to: string): Promise<number> {
  let count = 0;
  for (const file of await filesBelow(from)) {
    const name = file.slice(-64);
    const target = join(to, name.slice(0, 2), name);
    if ((await stat(target).catch(() => null)) !== null) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const draft = `${target}.new`;
    await copyFile(file, draft);
    if ((await digestOfFile(draft)).sha256 !== name)
      throw new OperatorError(
        `The attachment ${file} is damaged: it is not what its name says.`,
        'Take another copy of it.',
      );
    await rename(draft, target);
    await syncDirectory(dirname(target));
    count += 1;
  }
  return count;
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    },
  );
  const files = entries.filter((entry) => entry.isFile() && HASH.test(entry.name));
  return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}
