import { readFileSync } from 'node:fs';

/** The version of this release; every answer about a record names it. */
export const RELEASE: string = readRelease();

function readRelease(): string {
  // Beside the sources, and two levels up from the compiled file.
  for (const place of ['../../package.json', '../../../package.json'])
    try {
      return (JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { version: string })
        .version;
    } catch {
      continue;
    }
  return 'unknown';
}
