/** Where things stand in the bag. Storage format: never changed. */

/** The form of an archive; another form has another number. */
export const FORMAT = 'hoso-archive-1';

/** A segment ends before it would hold more events, or more uncompressed bytes, than these. */
export const SEGMENT_EVENTS = 100_000;
export const SEGMENT_BYTES = 64 * 1024 * 1024;

export const CHECKPOINT = 'data/checkpoint';
export const TILES = 'data/tiles';

/** Labels of bag-info.txt. */
export const LABEL = {
  format: 'Hoso-Format',
  log: 'Hoso-Log',
  origin: 'Hoso-Origin',
  entries: 'Hoso-Entries',
  lastRecordedAt: 'Hoso-Last-Recorded-At',
} as const;

/** The logs there are: what was recorded, and who read what. Each has a tree, and a bag, of its own. */
export type LogName = 'events' | 'reads';

/** A file of entries in a row, by sequence. */
export interface Segment {
  readonly first: number;
  readonly last: number;
}

/** @param log `events` or `reads`: which log the segment is of. */
export function segmentPath(log: string, segment: Segment): string {
  return `data/${log}/${segmentName(segment)}.gz`;
}

/** The name of the uncompressed file. */
export function segmentName({ first, last }: Segment): string {
  const digits = (n: number): string => String(n).padStart(12, '0');
  return `${digits(first)}-${digits(last)}.jsonl`;
}

/** Which entries a segment of that name holds; undefined for any other name. */
export function segmentOf(name: string): Segment | undefined {
  const [, first, last] = /^(\d{12})-(\d{12})\.jsonl$/.exec(name) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** Names the file that holds the SHA-256 of each uncompressed segment. */
export function plainSumsPath(log: string): string {
  return `data/${log}-sha256.txt`;
}

/** The sums of uncompressed segments, in the form of sha256sum. */
export function plainSums(segments: readonly (Segment & { readonly plain: string })[]): string {
  return segments.map((segment) => `${segment.plain}  ${segmentName(segment)}\n`).join('');
}

/** Reads plainSums; undefined for anything else. */
export function parsePlainSums(text: string): (Segment & { readonly plain: string })[] | undefined {
  const segments = text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, plain, name = ''] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      const segment = segmentOf(name);
      return plain === undefined || segment === undefined ? undefined : { ...segment, plain };
    });
  const whole = segments.filter((segment) => segment !== undefined);
  const inOrder = whole.every((s, i) => s.first === (whole[i - 1]?.last ?? 0) + 1 && s.last >= s.first);
  return whole.length === segments.length && inOrder ? whole : undefined;
}
