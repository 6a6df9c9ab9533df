import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { copyLine, rowsFor, valueOf } from './copyText.js';
import type { Folded } from './folding.js';
import type { TableShape } from './tables.js';

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
