import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityClass, TableRows } from './projection.js';
import type { ColumnShape, TableShape } from './tables.js';

/** A subject's rows, all of them. */
export interface Folded {
  /** Its id. */
  readonly subject: string;
  readonly rows: readonly TableRows[];
}

/** How many subjects' digests are kept, to write only the rows that changed. */
const SUBJECTS_KEPT = 50_000;

/**
 * Writes rows of one generation, set by set. A row is named by its subject and its number; a set's rows replace what
 * was there. Call `committed` after the transaction's commit.
 */
export class Writer {
  /** By subject: digests of its rows as committed, table by table. */
  private readonly written = new LRUCache<string, readonly (readonly string[])[]>({ max: SUBJECTS_KEPT });
  private readonly pending = new Map<string, readonly (readonly string[])[]>();

  constructor(
    private readonly schema: string,
    private readonly shapes: readonly TableShape[],
  ) {}

  /** Rows of subjects of which nothing is there yet, at bulk speed. */
  async copy(client: pg.ClientBase, set: readonly Folded[]): Promise<void> {
    for (const shape of this.shapes) {
      const lines = set.flatMap(({ subject, rows }) =>
        rowsFor(rows, shape.entity).map((row, n) => copyLine(shape, subject, n, row)),
      );
      if (lines.length === 0) continue;
      const columns = shape.columns.map((c) => `"${c.name}"`).join(', ');
      const sink = client.query(copyFrom(`COPY "${this.schema}"."${shape.name}" (${columns}) FROM STDIN`));
      await pipeline(Readable.from(chunksOf(lines)), sink);
    }
  }

  /** Whether it knows what is there of a subject. */
  knows(subject: string): boolean {
    return this.pending.has(subject) || this.written.has(subject);
  }

  /** Forgets what is there of a subject, so that all its rows are written: what stands there must not stay. */
  forget(subject: string): void {
    this.pending.delete(subject);
    this.written.delete(subject);
  }

  /** Takes the caller's word for what is there: rows folded as of the checkpoint. */
  assume(set: readonly Folded[]): void {
    for (const { subject, rows } of set)
      this.written.set(
        subject,
        this.shapes.map((shape) => rowsFor(rows, shape.entity).map((row) => digestOf(shape, row))),
      );
  }

  /** Rows of subjects of which some are there: only those that differ are written, those too many deleted. */
  async merge(client: pg.ClientBase, set: readonly Folded[]): Promise<void> {
    const digests = new Map(set.map(({ subject }) => [subject, [] as string[][]]));
    for (const [t, shape] of this.shapes.entries()) {
      const changed: object[] = [];
      const shrunk: { id: string; length: number }[] = [];
      for (const { subject, rows } of set) {
        const before = (this.pending.get(subject) ?? this.written.get(subject))?.[t];
        const after = rowsFor(rows, shape.entity).map((row, n) => {
          const digest = digestOf(shape, row);
          if (before?.[n] !== digest) changed.push(plainRow(shape, subject, n, row));
          return digest;
        });
        digests.get(subject)?.push(after);
        if (before === undefined || before.length > after.length)
          shrunk.push({ id: subject, length: after.length });
      }
      if (shrunk.length > 0) await this.cut(client, shape, shrunk);
      if (changed.length > 0) await this.upsert(client, shape, changed);
    }
    for (const [subject, own] of digests) this.pending.set(subject, own);
  }

  /** What was written since is durable. */
  committed(): void {
    for (const [subject, digests] of this.pending) this.written.set(subject, digests);
    this.pending.clear();
  }

  /** What was written since is gone. */
  rolledBack(): void {
    this.pending.clear();
  }

  private async cut(
    client: pg.ClientBase,
    shape: TableShape,
    shrunk: readonly { id: string; length: number }[],
  ): Promise<void> {
    const type = shape.columns.find((c) => c.name === shape.owner)?.type ?? 'text';
    await client.query({
      name: `cut ${shape.name}`,
      text: `DELETE FROM "${this.schema}"."${shape.name}" t
              USING unnest($1::${type}[], $2::integer[]) AS s (id, length)
              WHERE t."${shape.owner}" = s.id AND t.n >= s.length`,
      values: [shrunk.map((s) => s.id), shrunk.map((s) => s.length)],
    });
  }

  private async upsert(client: pg.ClientBase, shape: TableShape, rows: readonly object[]): Promise<void> {
    const table = `"${this.schema}"."${shape.name}"`;
    const names = shape.columns.map((c) => `"${c.name}"`);
    const rest = names.filter((c) => c !== `"${shape.owner}"` && c !== '"n"');
    // A row that stands already is left untouched: an upsert would lock it, and so write to its page.
    await client.query({
      name: `upsert ${shape.name}`,
      text: `INSERT INTO ${table} (${names.join(', ')})
             SELECT ${names.map((c) => `r.${c}`).join(', ')}
               FROM json_populate_recordset(NULL::${table}, $1::json) r
              WHERE NOT EXISTS (SELECT FROM ${table} o
                                 WHERE o."${shape.owner}" = r."${shape.owner}" AND o.n = r.n AND o IS NOT DISTINCT FROM r)
                 ON CONFLICT ("${shape.owner}", n) DO UPDATE
                SET ${rest.map((c) => `${c} = excluded.${c}`).join(', ')}`,
      values: [JSON.stringify(rows)],
    });
  }
}

function rowsFor(rows: readonly TableRows[], entity: EntityClass): readonly object[] {
  return rows.find((r) => r.table === entity)?.rows ?? [];
}

/** The value of a column, the subject's and the row's own. A property left out is null. */
function valueOf(column: ColumnShape, owner: string, subject: string, n: number, row: object): unknown {
  if (column.name === owner) return subject;
  if (column.name === 'n') return n;
  return (row as Record<string, unknown>)[column.property] ?? null;
}

/** Of row objects met before: a fold may answer with the same object where nothing changed. */
const digests = new WeakMap<object, string>();

/** What tells a row's content from another's. Its subject and number are its place, not its content. */
function digestOf(shape: TableShape, row: object): string {
  let digest = digests.get(row);
  if (digest === undefined) {
    digest = hash('md5', copyLine(shape, '', 0, row), 'base64');
    digests.set(row, digest);
  }
  return digest;
}

function plainRow(shape: TableShape, subject: string, n: number, row: object): object {
  const plain: Record<string, unknown> = {};
  for (const column of shape.columns) plain[column.name] = valueOf(column, shape.owner, subject, n, row);
  return plain;
}

function copyLine(shape: TableShape, subject: string, n: number, row: object): string {
  let line = '';
  for (const [i, column] of shape.columns.entries()) {
    if (i > 0) line += '\t';
    line += copyText(column.type, valueOf(column, shape.owner, subject, n, row));
  }
  return line + '\n';
}

/** A value in COPY's text format. */
function copyText(type: string, value: unknown): string {
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

/** Lines in pieces of some 64 kB: one write for each line would cost more than the line. */
function* chunksOf(lines: readonly string[]): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
