import type { Folded } from './folding.js';
import type { EntityClass, TableRows } from './projection.js';
import type { ColumnShape, TableShape } from './tables.js';

/** The rows of one table that a set of subjects has, as COPY takes them in its text format; empty where there are none. */
export function copyText(shape: TableShape, set: readonly Folded[]): string {
  let text = '';
  for (const { subject, rows } of set)
    for (const [n, row] of rowsFor(rows, shape.entity).entries()) text += copyLine(shape, subject, n, row);
  return text;
}

/** A subject's rows of one table. */
export function rowsFor(rows: readonly TableRows[], entity: EntityClass): readonly object[] {
  return rows.find((r) => r.table === entity)?.rows ?? [];
}

/** The value of a column, the subject's and the row's own. A property left out is null. */
export function valueOf(
  column: ColumnShape,
  owner: string,
  subject: string,
  n: number,
  row: object,
): unknown {
  if (column.name === owner) return subject;
  if (column.name === 'n') return n;
  return (row as Record<string, unknown>)[column.property] ?? null;
}

/** One row with its line end. */
export function copyLine(shape: TableShape, subject: string, n: number, row: object): string {
  let line = '';
  for (const [i, column] of shape.columns.entries()) {
    if (i > 0) line += '\t';
    line += textOf(column.type, valueOf(column, shape.owner, subject, n, row));
  }
  return line + '\n';
}

function textOf(type: string, value: unknown): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return type === 'jsonb' ? escape(JSON.stringify(value)) : escape(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return escape(type.endsWith('[]') ? arrayText(value as readonly string[]) : JSON.stringify(value));
}

function arrayText(values: readonly string[]): string {
  return `{${values.map((v) => `"${v.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

const SPECIAL = /[\\\t\n\r]/;

function escape(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
