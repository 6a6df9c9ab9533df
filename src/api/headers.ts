import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const KEY = /^[\x21-\x7e]{1,200}$/;
const ETAG = /^"(0|[1-9]\d{0,9})"$/;

/** Whether a text is one of our ids: a lower-case UUID. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** The key under which a command is carried out once. Throws Problem (422). */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string {
  const key = header(headers, 'idempotency-key');
  if (KEY.test(key)) return key;
  throw new Problem('invalid', [
    {
      parameter: 'Idempotency-Key',
      rule: 'idempotency_key',
      vi: 'bắt buộc, từ 1 đến 200 ký tự ASCII không có khoảng trắng',
      en: 'is required: 1 to 200 printable ASCII characters without spaces',
    },
  ]);
}

/** The revision that the caller saw (`If-Match: "12"`). Throws Problem (428 without, 422 when it is no ETag of ours). */
export function expectedRevisionOf(headers: IncomingHttpHeaders): number {
  const given = header(headers, 'if-match');
  if (given === '') throw new Problem('precondition-required');
  const revision = ETAG.exec(given)?.[1];
  if (revision !== undefined) return Number(revision);
  throw new Problem('invalid', [
    {
      parameter: 'If-Match',
      rule: 'etag',
      vi: 'phải là một ETag của hồ sơ, ví dụ "12" (kể cả dấu nháy)',
      en: 'must be an ETag of the record, for instance "12" (with the quotes)',
    },
  ]);
}

/** The revision that the caller saw, or `none` for what is to be begun (`If-None-Match: *`). Throws Problem (428, 422). */
export function expectationOf(headers: IncomingHttpHeaders): number | 'none' {
  return header(headers, 'if-none-match') === '*' ? 'none' : expectedRevisionOf(headers);
}

/** What opens a record must say that there is none yet (`If-None-Match: *`). Throws Problem (428). */
export function requireIfNoneMatch(headers: IncomingHttpHeaders): void {
  if (header(headers, 'if-none-match') !== '*') throw new Problem('precondition-required');
}

export function etag(revision: number): string {
  return `"${revision}"`;
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : '';
}
