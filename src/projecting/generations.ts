import pg from 'pg';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { Projection } from './projection.js';
import { enter, models, noteDeclared, type Database, type Model, type Point } from './register.js';
import { declarationOf, statementsFor } from './statements.js';
import { transaction } from './transaction.js';

/** Two builds declare one version of a projection with different tables. */
export class ModelDiffers extends OperatorError {
  override readonly name = 'ModelDiffers';
  constructor(model: Model) {
    super(
      `Read model ${model.schema} was made with other tables than this build declares for version ${model.version}.`,
      `Raise the version of projection ${model.projection}, or start the build that made it.`,
    );
  }
}

export interface Wish {
  readonly projection: Projection;
  readonly connection: ConnectionSettings;
  /** End of the log now: what a new generation is built up to. */
  readonly head: () => Promise<Point>;
  /** A generation beside the one that serves, though it is of the same version. */
  readonly anew: boolean;
  /** So is one that lacks more events than these, when they are the larger part of the log: to build is quicker. */
  readonly farBehind: number;
}

const MAKING = '8060, 62';
const RUNNING = 8061;

/**
 * The generation to run: the one of the declared version that serves, unless it is far behind; else the one of it that
 * is being built; else a new one, whose tables are made here. Null: a newer release's model serves, and this release has
 * no part in it.
 */
export async function generationFor(client: pg.ClientBase, wish: Wish): Promise<Model | null> {
  const { projection, connection } = wish;
  const { name, version } = projection;
  const declared = declarationOf(projection);
  const served = (await models(client, name)).find((m) => m.state === 'serving');
  const anew = wish.anew || (served?.version === version && (await isFarBehind(served, wish)));
  if (!anew && served?.version === version && served.declared === declared) return served;
  // Before the lock: to ask for the statements takes long, and others may ask beside.
  const probe = await statementsFor(projection, 'probe', connection);
  return transaction(client, async () => {
    await client.query(`SELECT pg_advisory_xact_lock(${MAKING})`);
    const all = await models(client, name);
    const serving = all.find((m) => m.state === 'serving');
    if (serving !== undefined && serving.version > version) return null;
    const own = all.filter((m) => m.version === version);
    if (!anew && serving?.version === version) {
      if (serving.definition !== probe.definition) throw new ModelDiffers(serving);
      await noteDeclared(client, serving, declared);
      return serving;
    }
    const begun = own.find(
      (m) =>
        m.state === 'building' &&
        m.definition === probe.definition &&
        (serving?.version !== version || m.generation > serving.generation),
    );
    if (begun !== undefined) return begun;
    const generation = (own[0]?.generation ?? 0) + 1;
    const schema = generation === 1 ? `${name}_v${version}` : `${name}_v${version}_g${generation}`;
    const { tables, definition } = await statementsFor(projection, schema, connection);
    await client.query(`CREATE SCHEMA "${schema}"`);
    await client.query(
      `COMMENT ON SCHEMA "${schema}" IS 'Read model ${name}, version ${version}, generation ${generation}: read it through reporting'`,
    );
    for (const statement of tables) await client.query(statement);
    return enter(client, {
      schema,
      projection: name,
      version,
      generation,
      definition,
      declared,
      target: await wish.head(),
    });
  });
}

/** As after an import without a service. */
async function isFarBehind({ at }: Model, { head, farBehind }: Wish): Promise<boolean> {
  const { sequence } = await head();
  return sequence - at.sequence > Math.max(farBehind, sequence / 2);
}

/** Takes the lock of a generation for this session, if nobody has it. It ends with the connection. */
export async function lockGeneration(db: Database, schema: string): Promise<boolean> {
  const { rows } = await db.query<{ mine: boolean }>(
    `SELECT pg_try_advisory_lock(${RUNNING}, hashtext($1)) AS mine`,
    [schema],
  );
  return rows[0]?.mine === true;
}

/** Lets go of a lock that this session has. */
export async function unlockGeneration(db: Database, schema: string): Promise<void> {
  await db.query(`SELECT pg_advisory_unlock(${RUNNING}, hashtext($1))`, [schema]);
}

/**
 * Drops the schemas of generations that serve no more: those retired, and those begun for a version or a rebuild that
 * something newer has overtaken. Answers their names. One that a process is still at work on, or that somebody reads
 * yet, is left alone.
 */
export async function dropGenerations(client: pg.ClientBase, projection: Projection): Promise<string[]> {
  const dropped: string[] = [];
  const all = await models(client, projection.name);
  const serving = all.find((m) => m.state === 'serving');
  for (const model of all) {
    const overtaken =
      model.state === 'building' &&
      serving !== undefined &&
      (model.version < serving.version ||
        (model.version === serving.version && model.generation < serving.generation));
    if (model.state !== 'retired' && !overtaken) continue;
    if (!(await lockGeneration(client, model.schema))) continue;
    try {
      await transaction(client, () => drop(client, model.schema));
      dropped.push(model.schema);
    } catch (error) {
      if (!isLocked(error)) throw error;
    } finally {
      await unlockGeneration(client, model.schema);
    }
  }
  return dropped;
}

function isLocked(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03';
}

async function drop(client: pg.ClientBase, schema: string): Promise<void> {
  // Whoever waits for a table's lock holds up all who come after.
  await client.query(`SET LOCAL lock_timeout = '500ms'`);
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1`,
    [schema],
  );
  // Not CASCADE: a view that still reads them must stop this.
  if (rows.length > 0) await client.query(`DROP TABLE ${rows.map((r) => r.name).join(', ')}`);
  await client.query(`DROP SCHEMA IF EXISTS "${schema}"`);
  await client.query('DELETE FROM projecting.model WHERE schema_name = $1', [schema]);
}
