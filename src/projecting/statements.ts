import { createHash } from 'node:crypto';
import type { ConnectionSettings } from '../postgres/connection.js';
import { openDataSource } from '../postgres/dataSource.js';
import { DefaultNamingStrategy, getMetadataArgsStorage } from './entities.js';
import type { Projection } from './projection.js';
import { entitiesOf, lineage, snake } from './tables.js';

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

/** A table, a column, an index or another thing that TypeORM was told of a class. */
interface Declared {
  readonly target: unknown;
}

const declarations = new WeakMap<Projection, string>();

/**
 * SHA-256 of all that the entities declare, known without asking TypeORM: where it is the same, so are the statements.
 */
export function declarationOf(projection: Projection): string {
  let declaration = declarations.get(projection);
  if (declaration === undefined) declarations.set(projection, (declaration = readDeclaration(projection)));
  return declaration;
}

function readDeclaration(projection: Projection): string {
  const storage = Object.values(getMetadataArgsStorage()).filter((kind) =>
    Array.isArray(kind),
  ) as Declared[][];
  const declared = entitiesOf(projection).map((entity) =>
    lineage(entity).map((target) =>
      storage.map((kind) =>
        kind.filter((one) => one.target === target).map((one) => ({ ...one, target: undefined })),
      ),
    ),
  );
  return createHash('sha256').update(JSON.stringify(declared)).digest('hex');
}

/** Entities name columns as code does, tables as SQL does. */
class SnakeNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? snake(property);
  }
}

async function ask(projection: Projection, connection: ConnectionSettings): Promise<TableStatements> {
  const source = await openDataSource(connection, {
    schema: PLACEHOLDER,
    entities: [...entitiesOf(projection)],
    namingStrategy: new SnakeNames(),
  });
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
