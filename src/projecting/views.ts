import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Projection } from './projection.js';
import { models, type Database, type Model } from './register.js';
import { tablesOf } from './tables.js';

/** A view that readers meet: of schema `reporting`, or of schema `models`. */
interface View {
  /** With its schema. */
  readonly name: string;
  /** Statements, with `{projection}` for the schema of that projection's model. */
  readonly sql: string;
  /** The projections whose tables it reads. */
  readonly of: readonly string[];
  readonly grant: boolean;
}

/** Serialises the switches of all processes; any fixed numbers will do. */
const SWITCHING = '8060, 61';

const cache = new WeakMap<Projection, readonly View[]>();

/** The views of a projection: its own of `reporting`, and one of `models` for each of its tables. */
function viewsOf(projection: Projection): readonly View[] {
  const known = cache.get(projection);
  if (known !== undefined) return known;
  const folder = projection.views;
  const files = folder === null ? [] : readdirSync(folder).filter((f) => f.endsWith('.sql'));
  const views = [
    ...tablesOf(projection).map(({ name, comment }) => {
      const view = `models.${projection.name}_${name}`;
      const sql = `CREATE OR REPLACE VIEW ${view} AS SELECT * FROM {${projection.name}}."${name}";
                   COMMENT ON VIEW ${view} IS '${comment.replaceAll("'", "''")}'`;
      return { name: view, sql, of: [projection.name], grant: false };
    }),
    ...files.sort().map((file) => {
      const sql = readFileSync(new URL(file, folder ?? undefined), 'utf8');
      const of = [...new Set([...sql.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1] as string))];
      return { name: `reporting.${file.slice(0, -4)}`, sql, of, grant: true };
    }),
  ];
  cache.set(projection, views);
  return views;
}

/** What tells one release's views on a projection from another's. */
export function viewsDigest(projection: string, all: readonly Projection[]): string {
  const concerned = all.flatMap(viewsOf).filter((v) => v.of.includes(projection));
  return createHash('sha256')
    .update(concerned.map((v) => v.sql).join('\n'))
    .digest('hex');
}

/**
 * Points the views that read a projection's tables to the models that serve, in the caller's transaction. A view that
 * also needs a model which does not serve yet comes with that one; one of a newer release is left alone.
 */
export async function pointViews(
  db: Database,
  projection: string,
  all: readonly Projection[],
): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(${SWITCHING})`);
  const serving = new Map<string, Model>();
  for (const model of await models(db)) if (model.state === 'serving') serving.set(model.projection, model);
  const declared = new Map(all.map((p) => [p.name, p]));
  const ready = (name: string) => serving.get(name)?.version === declared.get(name)?.version;
  for (const view of all.flatMap(viewsOf))
    if (view.of.includes(projection) && view.of.every(ready)) await point(db, view, serving, declared);
  await db.query(`UPDATE projecting.model SET views = $2 WHERE projection = $1 AND state = 'serving'`, [
    projection,
    viewsDigest(projection, all),
  ]);
}

async function point(
  db: Database,
  view: View,
  serving: ReadonlyMap<string, Model>,
  declared: ReadonlyMap<string, Projection>,
): Promise<void> {
  const sql = view.sql.replace(/\{([a-z_]+)\}/g, (_, name: string) => `"${serving.get(name)?.schema ?? ''}"`);
  await db.query('SAVEPOINT view');
  try {
    await db.query(sql);
  } catch (error) {
    // Its columns changed with the version: it cannot be replaced in place.
    if ((error as { code?: string }).code !== '42P16') throw error;
    await db.query('ROLLBACK TO SAVEPOINT view');
    await db.query(`DROP VIEW ${view.name}`);
    await db.query(sql);
  }
  await db.query('RELEASE SAVEPOINT view');
  await commentColumns(db, view, declared);
  if (view.grant) await db.query(`GRANT SELECT ON ${view.name} TO hoso_reporting`);
}

/** A column that the view's file says nothing of carries the comment of the table's column of the same name. */
async function commentColumns(
  db: Database,
  view: View,
  declared: ReadonlyMap<string, Projection>,
): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
        AND col_description(attrelid, attnum) IS NULL`,
    [view.name],
  );
  if (rows.length === 0) return;
  const comments = new Map<string, string>();
  for (const name of view.of)
    for (const table of declared.has(name) ? tablesOf(declared.get(name) as Projection) : [])
      if (!view.name.startsWith('models.') || view.name === `models.${name}_${table.name}`)
        for (const c of table.columns) if (!comments.has(c.name)) comments.set(c.name, c.comment);
  const statements = rows.map(({ name }) => {
    const comment = comments.get(name);
    if (comment === undefined)
      throw new Error(`view ${view.name}: say in its file what column ${name} is (COMMENT ON COLUMN)`);
    return `COMMENT ON COLUMN ${view.name}."${name}" IS '${comment.replaceAll("'", "''")}'`;
  });
  await db.query(statements.join(';\n'));
}
