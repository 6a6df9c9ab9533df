import type { TableShape } from './tables.js';

/** Whether two rows of a table have the same content; their subject and number are their place, not their content. */
export function sameRow({ columns }: TableShape, a: object | undefined, b: object): boolean {
  if (a === b) return true;
  if (a === undefined) return false;
  for (const { property } of columns)
    if (!sameValue((a as Row)[property] ?? null, (b as Row)[property] ?? null)) return false;
  return true;
}

type Row = Readonly<Record<string, unknown>>;

/** Of plain JSON, which is what rows hold; anything else but the same is another value. */
function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return isPlain(a) && isPlain(b) && sameFields(a as Row, b as Row);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
}

/** Keys in another order are another text. */
function sameFields(a: Row, b: Row): boolean {
  const [mine, others] = [Object.keys(a), Object.keys(b)];
  return (
    mine.length === others.length && mine.every((key, i) => key === others[i] && sameValue(a[key], b[key]))
  );
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
