import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Projection } from './projection.js';
import { models, type Database, type Model } from './register.js';
import { NO_SCOPES, ownerOf, SCOPES, showing, type Column } from './showing.js';
import { tablesOf } from './tables.js';

/** A view on the tables of models: of schema `models`, or of schema `whole`, from which that of `reporting` is made. */
interface View {
  /** With its schema. */
  readonly name: string;
  /** Statements, with `{projection}` for the schema of that projection's model. */
  readonly sql: string;
  /** The projections whose tables it reads. */
  readonly of: readonly string[];
  /** Name of the view in schema `reporting` that shows each session its part of it; null: none. */
  readonly shown: string | null;
}

/** Serialises the switches of all processes; any fixed numbers will do. */
const SWITCHING = '8060, 61';

const cache = new WeakMap<Projection, readonly View[]>();

/** The views of a projection: its own of `reporting`, one of `models` for each of its tables, and those of scopes. */
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
      return { name: view, sql, of: [projection.name], shown: null };
    }),
    ...SCOPES.filter((scope) => scope.of === projection.name).map(({ name, of, sql }) => ({
      name,
      sql,
      of: [of],
      shown: null,
    })),
    ...files.sort().map((file) => {
      const sql = readFileSync(new URL(file, folder ?? undefined), 'utf8');
      const read = [...sql.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1] as string);
      const name = file.slice(0, -4);
      return { name: `whole.${name}`, sql, of: [...new Set(read)], shown: name };
    }),
  ];
  cache.set(projection, views);
  return views;
}

/** What tells one release's views on a projection from another's. */
export function viewsDigest(projection: string, all: readonly Projection[]): string {
  const concerned = all.flatMap(viewsOf).filter((v) => v.of.includes(projection));
  return createHash('sha256')
    .update([...concerned.map((v) => v.sql), SHOWING].join('\n'))
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
  await db.query(NO_SCOPES);
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
  // First the one that readers lock first, or they and we would wait for each other.
  if (view.shown !== null) await db.query(`DROP VIEW IF EXISTS reporting."${view.shown}"`);
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
  if (view.shown !== null) await show(db, view.name, view.shown);
}

/** What a view of `reporting` is made of, as SQL that PostgreSQL keeps as text: part of the digest. */
const SHOWING = `${showing('{name}', [], 'person')}${showing('{name}', [], 'unit')}`;

/** Makes the view of `reporting`, with the columns that the whole one has now. */
async function show(db: Database, whole: string, name: string): Promise<void> {
  const { rows: columns } = await db.query<Column>(
    `SELECT attname AS name, col_description(attrelid, attnum) AS comment, obj_description(attrelid, 'pg_class') AS about
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [whole],
  );
  const view = `reporting."${name}"`;
  const select = showing(whole, columns, ownerOf(name, columns));
  await db.query(`CREATE VIEW ${view} WITH (security_barrier = true) AS ${select}`);
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  await db.query(
    [
      `COMMENT ON VIEW ${view} IS ${literal(columns[0]?.about ?? '')}`,
      ...columns.map((c) => `COMMENT ON COLUMN ${view}."${c.name}" IS ${literal(c.comment)}`),
      `GRANT SELECT ON ${view} TO hoso_reporting`,
    ].join(';\n'),
  );
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
