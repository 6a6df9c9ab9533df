import { createHash } from 'node:crypto';
import { DataSource, DefaultNamingStrategy, getMetadataArgsStorage } from 'typeorm';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { EntityClass, Projection, SubjectKind } from './projection.js';
import { UsedByPlaces, UsedByUnit, UsedReference } from './rows.js';

/** The column that says whose row it is. */
export const OWNER: Readonly<Record<SubjectKind, string>> = {
  person: 'person',
  unit: 'unit',
  catalogue: 'list',
  proposal: 'proposal',
  places: 'places',
};

export interface ColumnShape {
  /** Property of the entity. */
  readonly property: string;
  readonly name: string;
  /** PostgreSQL's type, `text[]` for an array. */
  readonly type: string;
  readonly comment: string;
}

/** A table as its entity declares it. */
export interface TableShape {
  readonly entity: EntityClass;
  readonly name: string;
  readonly comment: string;
  /** Column of the subject; with `n` the primary key. */
  readonly owner: string;
  readonly columns: readonly ColumnShape[];
}

/** Entities name columns as code does, tables as SQL does. */
class SnakeNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? snake(property);
  }
}

function snake(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Where the runner keeps what reference data a subject's rows were folded with; null: this kind cannot use any. */
const USED: Readonly<Record<SubjectKind, EntityClass | null>> = {
  person: UsedReference,
  unit: UsedByUnit,
  catalogue: null,
  proposal: null,
  places: UsedByPlaces,
};

/** That table of a projection that uses reference data. */
export function usedReferenceOf({ name, of }: Projection): EntityClass {
  const table = USED[of];
  if (table === null) throw new Error(`projection ${name}: rows of a ${of} cannot use reference data`);
  return table;
}

/** All entities of a model: its own, and those that the runner adds. */
export function entitiesOf(projection: Projection): readonly EntityClass[] {
  return projection.usesReference ? [...projection.tables, usedReferenceOf(projection)] : projection.tables;
}

const shapes = new WeakMap<Projection, readonly TableShape[]>();

/** The tables of a model. Throws when an entity lacks a comment: every table and column says what it is. */
export function tablesOf(projection: Projection): readonly TableShape[] {
  let tables = shapes.get(projection);
  if (tables === undefined) {
    tables = readTables(projection);
    shapes.set(projection, tables);
  }
  return tables;
}

function readTables(projection: Projection): TableShape[] {
  const storage = getMetadataArgsStorage();
  return entitiesOf(projection).map((entity) => {
    const table = storage.tables.find((t) => t.target === entity);
    const { name, comment } = table ?? {};
    if (name === undefined || comment === undefined)
      throw new Error(`projection ${projection.name}: entity ${entity.name} needs a name and a comment`);
    const columns = lineage(entity).flatMap((target) => storage.columns.filter((c) => c.target === target));
    return {
      entity,
      name,
      comment,
      owner: OWNER[projection.of],
      columns: columns.map(({ propertyName, options }) => {
        if (options.comment === undefined)
          throw new Error(`projection ${projection.name}: column ${name}.${propertyName} needs a comment`);
        return {
          property: propertyName,
          name: options.name ?? snake(propertyName),
          type: String(options.type) + (options.array === true ? '[]' : ''),
          comment: options.comment,
        };
      }),
    };
  });
}

/** The class and those it extends, the root first. */
function lineage(entity: EntityClass): object[] {
  const chain: object[] = [];
  for (
    let c: unknown = entity;
    typeof c === 'function' && c !== Function.prototype;
    c = Object.getPrototypeOf(c)
  )
    chain.unshift(c);
  return chain;
}

/** What makes a model's tables in a schema; indexes are made after its first fold. */
export interface TableStatements {
  readonly tables: readonly string[];
  readonly indexes: readonly string[];
  /** SHA-256 of all of them: two builds with one version and different tables do not mix. */
  readonly definition: string;
}

// A name that no schema has: TypeORM finds none of the tables there, and proposes them all.
const PLACEHOLDER = 'hoso_model_to_be';
const known = new WeakMap<Projection, Promise<TableStatements>>();

/** The statements that TypeORM makes of the entities, for the schema of one generation. */
export async function statementsFor(
  projection: Projection,
  schema: string,
  connection: ConnectionSettings,
): Promise<TableStatements> {
  let statements = known.get(projection);
  if (statements === undefined) {
    statements = ask(projection, connection);
    known.set(projection, statements);
    statements.catch(() => known.delete(projection));
  }
  const { tables, indexes, definition } = await statements;
  const place = (sql: string) => sql.replaceAll(`"${PLACEHOLDER}"`, `"${schema}"`);
  return { tables: tables.map(place), indexes: indexes.map(place), definition };
}

async function ask(projection: Projection, connection: ConnectionSettings): Promise<TableStatements> {
  const { host, port, database, user, password, ssl, ...extra } = connection;
  const source = new DataSource({
    type: 'postgres',
    host,
    port,
    database,
    username: user,
    schema: PLACEHOLDER,
    entities: [...entitiesOf(projection)],
    namingStrategy: new SnakeNames(),
    installExtensions: false,
    logger: 'debug',
    poolSize: 2,
    extra,
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
  });
  await source.initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    const statements = upQueries.map(({ query }) => query);
    const isIndex = (sql: string) => /^CREATE (UNIQUE )?INDEX/.test(sql);
    return {
      tables: statements.filter((s) => !isIndex(s)),
      indexes: statements.filter(isIndex),
      definition: createHash('sha256').update(statements.join('\n')).digest('hex'),
    };
  } finally {
    await source.destroy();
  }
}
