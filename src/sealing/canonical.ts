import canonicalize from 'canonicalize';
import type { Json } from './port.js';

/** A value that canonical JSON cannot carry without loss. The text names the place in the value, never what stands there. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/** Deeper values than anything we store; without a limit a hostile body would end in a stack overflow. */
const DEEPEST = 100;
const INTEGER_KEY = /^(0|[1-9]\d*)$/;

/**
 * Canonical JSON text (RFC 8785). Throws NotCanonical for what it cannot carry without loss: undefined, functions,
 * objects that are not plain data (dates, maps, bytes), numbers that are not finite or beyond 2^53, lone surrogates,
 * keys that look like integers, which engines that parse and print again would reorder, the key `__proto__`, and
 * nesting beyond 100. Minus zero becomes zero, as the RFC has it.
 */
export function canonicalJson(value: Json): string {
  check(value, '', 0);
  return canonicalize(value) as string;
}

/** The same value with all text, keys too, in Unicode normal form C. Throws NotCanonical when two keys become one. */
export function nfc<T extends Json>(value: T): T {
  return normalised(value, 0) as T;
}

function normalised(value: Json, depth: number): Json {
  if (typeof value === 'string') return value.normalize('NFC');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new NotCanonical(`nested deeper than ${DEEPEST}`);
  if (Array.isArray(value)) return (value as readonly Json[]).map((v) => normalised(v, depth + 1));
  const entries = Object.entries(value);
  const result = Object.fromEntries(entries.map(([k, v]) => [k.normalize('NFC'), normalised(v, depth + 1)]));
  if (Object.keys(result).length !== entries.length)
    throw new NotCanonical('two keys of an object are the same text');
  return result;
}

function check(value: unknown, at: string, depth: number): void {
  const refuse = (why: string) => new NotCanonical(`${at || '/'}: ${why}`);
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw refuse('text with a lone surrogate');
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw refuse('a number that JSON cannot carry exactly');
      return;
    case 'object':
      if (value === null) return;
      if (depth > DEEPEST) throw refuse(`nested deeper than ${DEEPEST}`);
      if (Array.isArray(value)) {
        // By index: forEach would pass over holes, which print as nothing.
        for (let i = 0; i < value.length; i++) check(value[i], `${at}/${i}`, depth + 1);
        return;
      }
      if ('toJSON' in value || Object.prototype.toString.call(value) !== '[object Object]')
        throw refuse('an object that is not plain data');
      for (const [key, v] of Object.entries(value)) {
        if (!key.isWellFormed()) throw refuse('a key with a lone surrogate');
        if (INTEGER_KEY.test(key)) throw refuse('a key that looks like an integer');
        if (key === '__proto__') throw refuse('a key that JavaScript reserves');
        check(v, `${at}/${key}`, depth + 1);
      }
      return;
    default:
      throw refuse(`${typeof value} is not JSON`);
  }
}
