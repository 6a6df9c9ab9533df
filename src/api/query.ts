import { isId } from './headers.js';
import { Problem } from './problem.js';

/** A request's query, not looked at yet. */
export type Query = Readonly<Record<string, unknown>>;

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

/** A list of one id; undefined when it is absent. */
export function idsOf(query: Query, name: string): readonly string[] | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  if (isId(text)) return [text];
  throw fault(name, 'uuid', 'phải là mã (UUID viết thường)', 'must be an id (a lower-case UUID)');
}

/** A list of one of some words; undefined when it is absent. */
export function choicesOf<T extends string>(
  query: Query,
  name: string,
  choices: readonly T[],
): readonly T[] | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const found = choices.find((one) => one === text);
  if (found !== undefined) return [found];
  const all = choices.join(', ');
  throw fault(name, 'choice', `phải là một trong: ${all}`, `must be one of: ${all}`);
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
