import canonicalize from 'canonicalize';
import type { Json } from './port.js';

/** A value that canonical JSON cannot carry without loss. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

const INTEGER_KEY = /^(0|[1-9]\d*)$/;

/**
 * Canonical JSON text (RFC 8785). Throws NotCanonical for what it cannot carry without loss: undefined, functions,
 * numbers that are not finite or beyond 2^53, lone surrogates, and keys that look like integers, which engines that
 * parse and print again would reorder.
 */
export function canonicalJson(value: Json): string {
  check(value, '');
  return canonicalize(value) as string;
}

/** The same value with all text, keys too, in Unicode normal form C. */
export function nfc<T extends Json>(value: T): T {
  return normalised(value) as T;
}

function normalised(value: Json): Json {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return (value as readonly Json[]).map(normalised);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k.normalize('NFC'), normalised(v)]));
}

function check(value: unknown, at: string): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new NotCanonical(`${at || '/'}: text with a lone surrogate`);
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new NotCanonical(`${at || '/'}: a number that JSON cannot carry exactly`);
      return;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value))
        value.forEach((v, i) => {
          check(v, `${at}/${i}`);
        });
      else
        for (const [key, v] of Object.entries(value)) {
          if (INTEGER_KEY.test(key)) throw new NotCanonical(`${at}/${key}: a key that looks like an integer`);
          if (!key.isWellFormed()) throw new NotCanonical(`${at}: a key with a lone surrogate`);
          check(v, `${at}/${key}`);
        }
      return;
    default:
      throw new NotCanonical(`${at || '/'}: ${typeof value} is not JSON`);
  }
}
