import { Problem, type Fault } from './problem.js';

/** Deeper bodies are nobody's honest form. */
const DEEPEST = 60;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON body strictly: UTF-8 without bytes that it cannot have, no key twice in one object, no key that
 * JavaScript reserves, no U+0000, no bottomless nesting. Throws Problem (400): what is not said in one clear way is not
 * guessed at. Members that are null are left out: an absent value and a null one mean the same.
 */
export function readJsonBody(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (text.trim() === '') throw broken('thân yêu cầu rỗng', 'the body is empty');
  let members = 0;
  const take = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return checked(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) throw broken('lồng nhau quá sâu', 'nested too deeply');
    if (Array.isArray(value)) return value.map((v) => take(v, depth + 1));
    const kept: Record<string, unknown> = {};
    for (const [key, v] of Object.entries(value)) {
      members++;
      if (RESERVED.has(key)) throw broken('có tên trường không được dùng', 'a key is reserved');
      const inner = take(v, depth + 1);
      if (inner !== null) kept[checked(key)] = inner;
    }
    return kept;
  };
  const value = take(parse(text), 0);
  if (members !== membersIn(text))
    throw broken('một trường xuất hiện hai lần', 'a key stands twice in one object');
  return value;
}

const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw broken('thân yêu cầu không phải UTF-8 hợp lệ', 'the body is not valid UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words repeat what was sent.
    throw broken('thân yêu cầu không phải JSON hợp lệ', 'the body is not valid JSON');
  }
}

function checked(text: string): string {
  if (text.includes('\0')) throw broken('có ký tự U+0000', 'a text holds U+0000');
  if (!text.isWellFormed()) throw broken('có ký tự hỏng', 'a text holds half a surrogate pair');
  return text;
}

/** The members written in a JSON text: its colons outside strings. More than were kept: a key stood twice. */
function membersIn(text: string): number {
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === COLON) members++;
    else if (char === QUOTE) i = endOfString(text, i);
  }
  return members;
}

const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The place of the quote that ends the string beginning at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
}

function broken(vi: string, en: string): Problem {
  const fault: Fault = { pointer: '', rule: 'json', vi, en };
  return new Problem('malformed', [fault]);
}
