/** The kinds of scans that are taken, told by their first bytes whatever a caller calls them. */
const KINDS = [
  { type: 'application/pdf', ending: 'pdf', starts: Buffer.from('%PDF-') },
  { type: 'image/jpeg', ending: 'jpg', starts: Buffer.from([0xff, 0xd8, 0xff]) },
  { type: 'image/png', ending: 'png', starts: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
] as const;

export type MediaType = (typeof KINDS)[number]['type'];

export const MEDIA_TYPES: readonly MediaType[] = KINDS.map(({ type }) => type);

/** So many first bytes tell the kind. */
export const TELLING_BYTES = 8;

/** Null: none of those that are taken. */
export function mediaTypeOf(first: Buffer): MediaType | null {
  return KINDS.find(({ starts }) => first.subarray(0, starts.length).equals(starts))?.type ?? null;
}

/** The ending of a file's name. */
export function endingOf(type: MediaType): string {
  return KINDS.find((kind) => kind.type === type)?.ending ?? 'bin';
}
