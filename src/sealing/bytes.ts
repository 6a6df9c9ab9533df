import { NotCanonical } from './canonical.js';

/**
 * Each part as UTF-8 behind its length (4 bytes, big-endian): no two lists of parts give the same bytes. Throws
 * NotCanonical for a lone surrogate, which UTF-8 cannot tell from another.
 */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  let size = 0;
  for (const part of parts) {
    if (!part.isWellFormed()) throw new NotCanonical('text with a lone surrogate');
    size += 4 + Buffer.byteLength(part);
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) {
    const length = bytes.write(part, at + 4);
    bytes.writeUInt32BE(length, at);
    at += 4 + length;
  }
  return bytes;
}

/** A UUID, version 8, of the first 16 bytes. */
export function uuidOf(bytes: Buffer): string {
  const own = Buffer.from(bytes.subarray(0, 16));
  own[6] = ((own[6] ?? 0) & 0x0f) | 0x80;
  own[8] = ((own[8] ?? 0) & 0x3f) | 0x80;
  const hex = own.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
