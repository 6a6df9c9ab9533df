import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { FieldGroup } from '../fieldGroups.js';
import { canonicalJson } from './canonical.js';
import { SealBroken, type JsonObject, type SealContext } from './port.js';

/** The two keys that a (person, group) key is never used without: one encrypts, one makes nonces. */
export interface DerivedKeys {
  readonly keyId: string;
  readonly cipherKey: Buffer;
  readonly nonceKey: Buffer;
}

const FORMAT = 'h1';
const BLOCK = 64;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Derives (HKDF-SHA-256) from one 32-byte key what sealing needs; both die with it. */
export function deriveKeys(keyId: string, key: Buffer): DerivedKeys {
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `hoso seal ${FORMAT} ${use}`, 32));
  return { keyId, cipherKey: derive('cipher'), nonceKey: derive('nonce') };
}

/**
 * The ciphertext text `h1.<key id>.<base64url of nonce, ciphertext, tag>` of one group's values. Deterministic: the
 * nonce is made of the key, the place and the plaintext, so that a retry gives the same bytes.
 */
export function sealGroup(
  keys: DerivedKeys,
  context: SealContext,
  group: FieldGroup,
  values: JsonObject,
): string {
  const plaintext = pad(Buffer.from(canonicalJson(values)));
  const place = placeOf(context, group);
  const nonce = createHmac('sha256', keys.nonceKey)
    .update(place)
    .update(plaintext)
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.cipherKey, nonce);
  cipher.setAAD(place);
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `${FORMAT}.${keys.keyId}.${sealed.toString('base64url')}`;
}

/** The id of the key that a ciphertext was sealed with. Throws SealBroken for a format this release does not know. */
export function keyIdOf(ciphertext: string): string {
  const [format, keyId] = ciphertext.split('.', 2);
  if (format !== FORMAT || keyId === undefined) throw new SealBroken('a ciphertext of an unknown format');
  return keyId;
}

/** Opens what `sealGroup` made. Throws SealBroken when it was altered or stands in another place. */
export function openGroup(
  keys: DerivedKeys,
  context: SealContext,
  group: FieldGroup,
  ciphertext: string,
): JsonObject {
  const sealed = Buffer.from(ciphertext.slice(FORMAT.length + keys.keyId.length + 2), 'base64url');
  const broken = () =>
    new SealBroken(`event ${context.eventId}: the ${group} part does not open: it was altered or moved`);
  if (sealed.length < NONCE_BYTES + TAG_BYTES + BLOCK) throw broken();
  const decipher = createDecipheriv('aes-256-gcm', keys.cipherKey, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(placeOf(context, group));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const body = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    return JSON.parse(unpad(Buffer.concat([body, decipher.final()]))) as JsonObject;
  } catch {
    throw broken();
  }
}

/** Length-prefixed parts: no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function placeOf({ stream, eventId }: SealContext, group: FieldGroup): Buffer {
  return lengthPrefixed([stream, eventId, group]);
}

/** Four bytes of length, the text, zeros up to the next multiple of 64: the length tells less of the value. */
function pad(text: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((text.length + 4) / BLOCK) * BLOCK);
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  return padded;
}

function unpad(padded: Buffer): string {
  return padded.toString('utf8', 4, 4 + padded.readUInt32BE());
}
