import type { Json } from './port.js';

/** A value that canonical JSON cannot carry without loss. The text names the place in the value, never what stands there. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/** Deeper values than anything we store; without a limit a hostile body would end in a stack overflow. */
const DEEPEST = 100;
const INTEGER_KEY = /^(0|[1-9]\d*)$/;
/** What JSON writes otherwise than it stands; and surrogates, in pairs or alone. */
// eslint-disable-next-line no-control-regex
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;
/** Most keys whose text is remembered; the same few come again and again. */
const KEYS_KEPT = 5_000;

/**
 * Canonical JSON text (RFC 8785). Throws NotCanonical for what it cannot carry without loss: undefined, functions,
 * objects that are not plain data (dates, maps, bytes), numbers that are not finite or beyond 2^53, lone surrogates,
 * keys that look like integers, which engines that parse and print again would reorder, the key `__proto__`, and
 * nesting beyond 100. Minus zero becomes zero, as the RFC has it.
 */
export function canonicalJson(value: Json): string {
  return textOf(value, []);
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

/**
 * Its text, written in one go: an ordered copy for JSON.stringify takes twice as long. `path` names where it stands.
 * JSON.stringify writes numbers and strings as the RFC wants them (it is defined by it).
 */
function textOf(value: unknown, path: string[]): string {
  switch (typeof value) {
    case 'string':
      if (!SPECIAL.test(value)) return `"${value}"`;
      if (!value.isWellFormed()) throw refused(path, 'text with a lone surrogate');
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw refused(path, 'a number that JSON cannot carry exactly');
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      if (path.length > DEEPEST) throw refused(path, `nested deeper than ${DEEPEST}`);
      return Array.isArray(value) ? itemsText(value, path) : fieldsText(value, path);
    default:
      throw refused(path, `${typeof value} is not JSON`);
  }
}

function itemsText(items: readonly unknown[], path: string[]): string {
  let text = '';
  // By index: forEach and map would pass over holes.
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += textBelow(items[i], String(i), path);
  }
  return `[${text}]`;
}

function fieldsText(value: object, path: string[]): string {
  if ('toJSON' in value || Object.prototype.toString.call(value) !== '[object Object]')
    throw refused(path, 'an object that is not plain data');
  let text = '';
  for (const key of Object.keys(value).sort()) {
    if (text !== '') text += ',';
    text += keyText(key, path) + textBelow((value as Readonly<Record<string, unknown>>)[key], key, path);
  }
  return `{${text}}`;
}

const keyTexts = new Map<string, string>();

/** A key and its colon. */
function keyText(key: string, path: readonly string[]): string {
  let text = keyTexts.get(key);
  if (text !== undefined) return text;
  if (!key.isWellFormed()) throw refused(path, 'a key with a lone surrogate');
  if (INTEGER_KEY.test(key)) throw refused(path, 'a key that looks like an integer');
  if (key === '__proto__') throw refused(path, 'a key that JavaScript reserves');
  text = `${JSON.stringify(key)}:`;
  if (keyTexts.size >= KEYS_KEPT) keyTexts.clear();
  keyTexts.set(key, text);
  return text;
}

function textBelow(value: unknown, key: string, path: string[]): string {
  path.push(key);
  const text = textOf(value, path);
  path.pop();
  return text;
}

function refused(path: readonly string[], why: string): NotCanonical {
  return new NotCanonical(`${path.length === 0 ? '/' : `/${path.join('/')}`}: ${why}`);
}
