import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { FieldGroup } from '../fieldGroups.js';
import { lengthPrefixed } from './bytes.js';
import { canonicalJson } from './canonical.js';
import { SealBroken, type JsonObject, type SealContext } from './port.js';

/** The two keys that a (person, group) key is never used without: one encrypts, one makes nonces. */
export interface DerivedKeys {
  readonly keyId: string;
  readonly cipherKey: KeyObject;
  readonly nonceKey: KeyObject;
}

/** A ciphertext text taken apart: which key it names, and the base64url of nonce, ciphertext and tag. */
export interface SealedText {
  readonly keyId: string;
  readonly body: string;
}

const FORMAT = 'h1';
const BLOCK = 64;
const LENGTH_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Derives (HKDF-SHA-256) from one 32-byte key what sealing needs; both die with it. */
export function deriveKeys(keyId: string, key: Buffer): DerivedKeys {
  const derive = (use: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `hoso seal ${FORMAT} ${use}`, 32)));
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
  const plaintext = padded(canonicalJson(values));
  const place = placeOf(context, group);
  // The padded text carries its own length, so that place and text cannot run into each other.
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

/** Takes a ciphertext text apart. Throws SealBroken for a format this release does not know. */
export function parseSealed(text: unknown): SealedText {
  const dot = typeof text === 'string' ? text.indexOf('.', FORMAT.length + 1) : -1;
  if (typeof text !== 'string' || dot < 0 || !text.startsWith(`${FORMAT}.`))
    throw new SealBroken(
      'a ciphertext of an unknown format: it was altered, or a newer release wrote it; read this log with that release',
    );
  return { keyId: text.slice(FORMAT.length + 1, dot), body: text.slice(dot + 1) };
}

/** Opens what `sealGroup` made. Throws SealBroken when a character of it was altered or it stands in another place. */
export function openGroup(
  keys: DerivedKeys,
  context: SealContext,
  group: FieldGroup,
  { body }: SealedText,
): JsonObject {
  const sealed = Buffer.from(body, 'base64url');
  // Decoding is lenient (unused bits, foreign characters); what is stored is one text and no other.
  if (sealed.length < NONCE_BYTES + BLOCK + TAG_BYTES || sealed.toString('base64url') !== body)
    throw broken(context, group);
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', keys.cipherKey, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(placeOf(context, group));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, end));
    decipher.final(); // throws where the tag does not fit; in this mode it has no bytes left to give
    return JSON.parse(unpadded(plaintext)) as JsonObject;
  } catch {
    throw broken(context, group);
  }
}

function broken({ eventId }: SealContext, group: FieldGroup): SealBroken {
  return new SealBroken(
    `event ${eventId}: the ${group} part does not open: it was altered or moved; verify the log against its backup`,
  );
}

function placeOf({ stream, eventId }: SealContext, group: FieldGroup): Buffer {
  return lengthPrefixed([stream, eventId, group]);
}

/** The length (4 bytes), the text, zeros up to the next multiple of 64: the ciphertext tells less of the value. */
function padded(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc(Math.ceil((LENGTH_BYTES + length) / BLOCK) * BLOCK);
  bytes.writeUInt32BE(length);
  bytes.write(text, LENGTH_BYTES);
  return bytes;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + bytes.readUInt32BE());
}
