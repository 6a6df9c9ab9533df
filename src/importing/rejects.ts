import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** A bad line of an import, as it waits to be mended. */
export interface RejectedLine {
  readonly line: number;
  /** The record it speaks of; null: it cannot be told. */
  readonly record: string | null;
  readonly faults: readonly object[];
  /** The line as it came. */
  readonly given: string;
}

/** The directory of rejects in a data directory. */
export function rejectsIn({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'rejects');
}

const ENDING = '.rejects.jsonl';

/** Where the rejects of an import file are kept: in a directory of ours, so that a destruction finds them. */
export async function rejectsFile(directory: string, file: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const which = createHash('sha256').update(resolve(file)).digest('hex').slice(0, 8);
  return join(directory, `${basename(file)}.${which}${ENDING}`);
}

/**
 * Takes the lines of these records out of all rejects, and those of which nobody can tell whose they are; a file that
 * has none left is removed. Safe to repeat; nothing is done where there are no rejects.
 */
export async function forgetRejects(directory: string, records: ReadonlySet<string>): Promise<void> {
  if (records.size === 0) return;
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const file = join(directory, name);
    if (name.endsWith('.new')) await rm(file, { force: true });
    else if (name.endsWith(ENDING)) await forgetIn(file, records);
  }
}

async function forgetIn(file: string, records: ReadonlySet<string>): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const kept = lines.filter((line) => {
    const { record } = JSON.parse(line) as RejectedLine;
    return record !== null && !records.has(record);
  });
  if (kept.length === lines.length) return;
  if (kept.length === 0) {
    await rm(file);
    return;
  }
  await writeFile(`${file}.new`, `${kept.join('\n')}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
