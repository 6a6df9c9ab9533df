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
function copyLine(shape: TableShape, subject: string, n: number, row: object): string {
  let line = '';
  for (const [i, part] of partsOf(shape).entries()) {
    if (i > 0) line += '\t';
    line += part(subject, n, row as Row);
  }
  return line + '\n';
}

type Row = Readonly<Record<string, unknown>>;
type Part = (subject: string, n: number, row: Row) => string;

const known = new WeakMap<TableShape, readonly Part[]>();

/** How each column is written: found out once for a table, not for each of its values. */
function partsOf(shape: TableShape): readonly Part[] {
  let parts = known.get(shape);
  if (parts === undefined) {
    parts = shape.columns.map((column) => partOf(column, shape.owner));
    known.set(shape, parts);
  }
  return parts;
}

function partOf({ name, property, type }: ColumnShape, owner: string): Part {
  if (name === owner) return (subject) => escape(subject);
  if (name === 'n') return (_subject, n) => String(n);
  const text = textOf(type);
  return (_subject, _n, row) => {
    const value = row[property];
    return value === null || value === undefined ? '\\N' : text(value);
  };
}

/** A value of a type in COPY's text format. */
function textOf(type: string): (value: unknown) => string {
  if (type === 'jsonb') return (value) => escape(JSON.stringify(value));
  if (type.endsWith('[]')) return (value) => escape(arrayText(value as readonly string[]));
  return (value) => (typeof value === 'string' ? escape(value) : String(value));
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
