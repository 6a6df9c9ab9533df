import { Problem } from './problem.js';

type Query = Readonly<Record<string, unknown>>;

/** One value of a parameter; undefined when it is absent. A parameter given twice is a Problem (422). */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value === '' ? undefined : value;
  throw fault(name, 'single', 'chỉ được nêu một lần', 'may be given once only');
}

/** `true` or `false` (default). */
export function flagOf(query: Query, name: string): boolean {
  const text = textOf(query, name);
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw fault(name, 'boolean', 'phải là true hoặc false', 'must be true or false');
}

/** A page's size: 1 to `most`. */
export function limitOf(query: Query, standard: number, most: number): number {
  const text = textOf(query, 'limit');
  if (text === undefined) return standard;
  const limit = Number(text);
  if (/^\d{1,6}$/.test(text) && limit >= 1 && limit <= most) return limit;
  throw fault(
    'limit',
    'limit',
    `phải là số nguyên từ 1 đến ${most}`,
    `must be a whole number from 1 to ${most}`,
  );
}

/** Refuses parameters that the route does not know. */
export function onlyKnown(query: Query, known: readonly string[]): void {
  for (const name of Object.keys(query))
    if (!known.includes(name))
      throw fault(
        name,
        'unknown_parameter',
        'tham số này không được dùng ở đây',
        'this parameter is not known here',
      );
}

export function fault(parameter: string, rule: string, vi: string, en: string): Problem {
  return new Problem('invalid', [{ parameter, rule, vi, en }]);
}
