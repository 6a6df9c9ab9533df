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
  // JSON.stringify writes numbers and text as the RFC wants them (it is defined by it), and keys as they come.
  return JSON.stringify(ordered(value, []));
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

/** The same value with the keys of every object in order. `path` names where it stands. */
function ordered(value: unknown, path: string[]): unknown {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw refused(path, 'text with a lone surrogate');
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw refused(path, 'a number that JSON cannot carry exactly');
      return value;
    case 'object':
      if (value === null) return null;
      if (path.length > DEEPEST) throw refused(path, `nested deeper than ${DEEPEST}`);
      return Array.isArray(value) ? orderedItems(value, path) : orderedFields(value, path);
    default:
      throw refused(path, `${typeof value} is not JSON`);
  }
}

function orderedItems(items: readonly unknown[], path: string[]): unknown[] {
  // From the length: forEach and map would pass over holes.
  return Array.from(items, (item, i) => below(item, String(i), path));
}

function orderedFields(value: object, path: string[]): object {
  if ('toJSON' in value || Object.prototype.toString.call(value) !== '[object Object]')
    throw refused(path, 'an object that is not plain data');
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    if (!key.isWellFormed()) throw refused(path, 'a key with a lone surrogate');
    if (INTEGER_KEY.test(key)) throw refused(path, 'a key that looks like an integer');
    if (key === '__proto__') throw refused(path, 'a key that JavaScript reserves');
    fields[key] = below((value as Readonly<Record<string, unknown>>)[key], key, path);
  }
  return fields;
}

function below(value: unknown, key: string, path: string[]): unknown {
  path.push(key);
  const result = ordered(value, path);
  path.pop();
  return result;
}

function refused(path: readonly string[], why: string): NotCanonical {
  return new NotCanonical(`${path.length === 0 ? '/' : `/${path.join('/')}`}: ${why}`);
}
