import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { rowsFor, valueOf } from './copyText.js';
import type { Folded } from './folding.js';
import { sameRow } from './sameRow.js';
import type { TableShape } from './tables.js';

/** How many rows are kept, to write only those that changed: of the subjects written last. */
const ROWS_KEPT = 20_000;

/** A subject's rows, table by table. */
type Rows = readonly (readonly object[])[];

/**
 * Writes rows of one generation, set by set. A row is named by its subject and its number; a set's rows replace what
 * was there. Call `committed` after the transaction's commit.
 */
export class Writer {
  /** By subject: its rows as committed. */
  private readonly written = new LRUCache<string, Rows>({
    maxSize: ROWS_KEPT,
    sizeCalculation: (tables) => tables.reduce((sum, rows) => sum + rows.length, 1),
  });
  private readonly pending = new Map<string, Rows>();

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
    for (const folded of set) this.written.set(folded.subject, this.tablesOf(folded));
  }

  /** Rows of subjects of which some are there: only those that differ are written, those too many deleted. */
  async merge(client: pg.ClientBase, set: readonly Folded[]): Promise<void> {
    const met = set.map((folded) => ({
      id: folded.subject,
      before: this.pending.get(folded.subject) ?? this.written.get(folded.subject),
      after: this.tablesOf(folded),
    }));
    for (const [t, shape] of this.shapes.entries()) {
      const changed: object[] = [];
      const shrunk: { id: string; length: number }[] = [];
      for (const { id, before, after } of met) {
        const old = before?.[t];
        const rows = after[t] ?? [];
        for (const [n, row] of rows.entries())
          if (!sameRow(shape, old?.[n], row)) changed.push(plainRow(shape, id, n, row));
        if (old === undefined || old.length > rows.length) shrunk.push({ id, length: rows.length });
      }
      if (shrunk.length > 0) await this.cut(client, shape, shrunk);
      if (changed.length > 0) await this.upsert(client, shape, changed);
    }
    for (const { id, after } of met) this.pending.set(id, after);
  }

  /** What was written since is durable. */
  committed(): void {
    for (const [subject, rows] of this.pending) this.written.set(subject, rows);
    this.pending.clear();
  }

  /** What was written since is gone. */
  rolledBack(): void {
    this.pending.clear();
  }

  private tablesOf({ rows }: Folded): Rows {
    return this.shapes.map((shape) => rowsFor(rows, shape.entity));
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
    // Only rows that differ from what stands come here. Looking whether they do would read the whole table: the planner
    // joins what stands to the rows given.
    await client.query({
      name: `upsert ${shape.name}`,
      text: `INSERT INTO ${table} (${names.join(', ')})
             SELECT ${names.map((c) => `r.${c}`).join(', ')}
               FROM json_populate_recordset(NULL::${table}, $1::json) r
                 ON CONFLICT ("${shape.owner}", n) DO UPDATE
                SET ${rest.map((c) => `${c} = excluded.${c}`).join(', ')}`,
      values: [JSON.stringify(rows)],
    });
  }
}

/** By column's name; one that is not there is null, which most of a wide table's are. */
function plainRow(shape: TableShape, subject: string, n: number, row: object): object {
  const plain: Record<string, unknown> = {};
  for (const column of shape.columns) {
    const value = valueOf(column, shape.owner, subject, n, row);
    if (value !== null) plain[column.name] = value;
  }
  return plain;
}
