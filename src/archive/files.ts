import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file, on disk before it resolves; the directories above are made. */
export async function writeDurably(file: string, content: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file beside and renames it into place: whole or not at all. */
export async function replaceFile(file: string, content: string | Buffer, mode?: number): Promise<void> {
  const draft = `${file}.new`;
  await writeDurably(draft, content, mode);
  await rename(draft, file);
  await syncDirectory(dirname(file));
}

/** Makes names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // a directory cannot be opened there
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes files, and the directories that become empty, up to a root. */
export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(join(root, path), { force: true });
    for (let above = dirname(path); above !== '.'; above = dirname(above))
      if (
        !(await rmdir(join(root, above)).then(
          () => true,
          () => false,
        ))
      )
        break;
  }
}
