import { getMetadataArgsStorage } from './entities.js';
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

/** The name of a property's column. */
export function snake(property: string): string {
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
export function lineage(entity: EntityClass): object[] {
  const chain: object[] = [];
  for (
    let c: unknown = entity;
    typeof c === 'function' && c !== Function.prototype;
    c = Object.getPrototypeOf(c)
  )
    chain.unshift(c);
  return chain;
}
