/** Bags of small logs, and what may become of their files. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archive, type ArchiveOptions, type ArchiveReport } from '../../src/archive/archive.js';
import { filesBelow, TAG_FILES } from '../../src/archive/bag.js';
import { archivableEvents } from '../../src/archive/source.js';
import { readmeText } from '../../src/archive/readme.js';
import { SIGNER, type Kept } from '../evidence/support.js';

/** A directory that is gone when the suite ends. */
export function workplace(): { at(name: string): string; copy(from: string, to: string): Promise<string> } {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hoso-archive-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));
  return {
    at: (name) => join(directory, name),
    copy: async (from, to) => {
      await cp(from, join(directory, to), { recursive: true });
      return join(directory, to);
    },
  };
}

/** Archives a log as it is now. */
export async function archived(
  kept: Kept,
  directory: string,
  more: Partial<ArchiveOptions> = {},
): Promise<ArchiveReport> {
  const { log, evidence } = kept;
  return archive({
    directory,
    source: archivableEvents(log),
    checkpoint: await evidence.publish(),
    published: (size) => evidence.published(size),
    keys: [SIGNER.verifier],
    companions: (kinds) =>
      Promise.resolve(
        new Map([
          ['data/README.txt', readmeText('events')],
          ...kinds.map((kind) => [`data/schemas/${kind}.schema.json`, '{}\n'] as const),
        ]),
      ),
    segmentEvents: 1_000,
    ...more,
  });
}

/** Every file of a bag with its bytes. */
export async function contents(directory: string): Promise<Map<string, string>> {
  const paths = [...(await filesBelow(directory)).sort(), ...TAG_FILES];
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, (await readFile(join(directory, path))).toString('base64')] as const),
    ),
  );
}

/** Turns one bit of a file. */
export async function damage(file: string, at = 0.5): Promise<void> {
  const bytes = await readFile(file);
  const place = Math.floor(bytes.length * at);
  bytes[place] = (bytes[place] ?? 0) ^ 4;
  await writeFile(file, bytes);
}
