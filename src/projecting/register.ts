import type pg from 'pg';
import type { Position } from '../event-log/port.js';

/** A generation of a read model, as the register has it. */
export interface Model {
  readonly schema: string;
  readonly projection: string;
  readonly version: number;
  readonly generation: number;
  readonly definition: string;
  /** What the entities that made its tables declare; empty: not known. */
  readonly declared: string;
  readonly views: string;
  readonly state: 'building' | 'serving' | 'retired';
  readonly indexed: boolean;
  /** End of the log when its build began. */
  readonly target: Point;
  /** Its checkpoint. */
  readonly at: Point;
  /** When its runner last did something. */
  readonly beatAt: Date;
  readonly stopped: Stop | null;
}

/** A place in the log. */
export interface Point {
  readonly position: Position;
  readonly sequence: number;
}

/** The event that stopped a projection, and why. No personal values. */
export interface Stop {
  readonly at: Date;
  readonly position: Position;
  readonly sequence: number | null;
  readonly event: string;
  readonly type: string;
  readonly error: string;
}

/** Somebody else moved the checkpoint, or this generation is no longer to be run: stop, do not overwrite. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

interface Row {
  readonly schema_name: string;
  readonly projection: string;
  readonly version: number;
  readonly generation: number;
  readonly definition: string;
  readonly declared: string;
  readonly views: string;
  readonly state: Model['state'];
  readonly indexed: boolean;
  readonly target: string;
  readonly target_sequence: string;
  readonly position: string;
  readonly sequence: string;
  readonly beat_at: Date;
  readonly stopped_at: Date | null;
  readonly stopped_position: string | null;
  readonly stopped_sequence: string | null;
  readonly stopped_event: string | null;
  readonly stopped_type: string | null;
  readonly stopped_error: string | null;
}

/** Anything that runs a statement: a client or a pool. */
export type Database = Pick<pg.ClientBase, 'query'>;

/** Every generation there is, of one projection or of all, the newest first. */
export async function models(db: Database, projection?: string): Promise<Model[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM projecting.model WHERE projection = coalesce($1, projection)
      ORDER BY projection, version DESC, generation DESC`,
    [projection ?? null],
  );
  return rows.map(modelOf);
}

/** Enters a new generation, to be built up to the target. */
export async function enter(
  db: Database,
  model: Pick<
    Model,
    'schema' | 'projection' | 'version' | 'generation' | 'definition' | 'declared' | 'target'
  >,
): Promise<Model> {
  const { rows } = await db.query<Row>(
    `INSERT INTO projecting.model (schema_name, projection, version, generation, definition, declared, state,
                                   target, target_sequence, position, sequence)
     VALUES ($1, $2, $3, $4, $5, $6, 'building', $7, $8, 0, 0) RETURNING *`,
    [
      model.schema,
      model.projection,
      model.version,
      model.generation,
      model.definition,
      model.declared,
      model.target.position,
      model.target.sequence,
    ],
  );
  return modelOf(rows[0] as Row);
}

/** Notes what the entities declare of which a generation's tables were found to be made. */
export async function noteDeclared(db: Database, { schema }: Model, declared: string): Promise<void> {
  await db.query('UPDATE projecting.model SET declared = $2 WHERE schema_name = $1', [schema, declared]);
}

/** Moves the checkpoint by compare-and-set, in the transaction of the rows. Rejects with Superseded. */
export async function moveOn(db: Database, model: Model, to: Point): Promise<Model> {
  const { rowCount } = await db.query({
    name: 'move_on',
    text: `UPDATE projecting.model
              SET position = $4, sequence = $5, beat_at = clock_timestamp(),
                  stopped_at = NULL, stopped_position = NULL, stopped_sequence = NULL,
                  stopped_event = NULL, stopped_type = NULL, stopped_error = NULL
            WHERE schema_name = $1 AND position = $2 AND state = $3`,
    values: [model.schema, model.at.position, model.state, to.position, to.sequence],
  });
  if (rowCount !== 1) throw superseded(model);
  return { ...model, at: to, stopped: null };
}

/** A sign of life while there is nothing to do. Rejects with Superseded. */
export async function beat(db: Database, model: Model): Promise<void> {
  const { rowCount } = await db.query({
    name: 'beat',
    text: `UPDATE projecting.model SET beat_at = clock_timestamp()
            WHERE schema_name = $1 AND position = $2 AND state = $3`,
    values: [model.schema, model.at.position, model.state],
  });
  if (rowCount !== 1) throw superseded(model);
}

export async function markIndexed(db: Database, model: Model): Promise<Model> {
  const { rowCount } = await db.query(
    `UPDATE projecting.model SET indexed = true WHERE schema_name = $1 AND position = $2 AND state = $3`,
    [model.schema, model.at.position, model.state],
  );
  if (rowCount !== 1) throw superseded(model);
  return { ...model, indexed: true };
}

/**
 * Makes a finished generation the one that serves, and retires the one before it, in the caller's transaction. Rejects
 * with Superseded when it is not where the caller thinks, or when a newer version serves already.
 */
export async function serve(db: Database, model: Model): Promise<Model> {
  await db.query(
    `UPDATE projecting.model SET state = 'retired'
      WHERE projection = $1 AND state = 'serving' AND version <= $2`,
    [model.projection, model.version],
  );
  const { rowCount } = await db.query(
    `UPDATE projecting.model m SET state = 'serving'
      WHERE schema_name = $1 AND position = $2 AND state = 'building'
        AND NOT EXISTS (SELECT FROM projecting.model o WHERE o.projection = m.projection AND o.state = 'serving')`,
    [model.schema, model.at.position],
  );
  if (rowCount !== 1) throw superseded(model);
  return { ...model, state: 'serving' };
}

/** Says what stopped a generation; the next batch that goes through takes it back. */
export async function stopAt(db: Database, model: Model, stop: Omit<Stop, 'at'>): Promise<void> {
  await db.query(
    `UPDATE projecting.model
        SET stopped_at = clock_timestamp(), stopped_position = $3, stopped_sequence = $4,
            stopped_event = $5, stopped_type = $6, stopped_error = $7
      WHERE schema_name = $1 AND position = $2`,
    [model.schema, model.at.position, stop.position, stop.sequence, stop.event, stop.type, stop.error],
  );
}

function superseded(model: Model): Superseded {
  return new Superseded(
    `read model ${model.schema} is no longer at position ${model.at.position} and ${model.state}: another process runs it`,
  );
}

function modelOf(row: Row): Model {
  return {
    schema: row.schema_name,
    projection: row.projection,
    version: row.version,
    generation: row.generation,
    definition: row.definition,
    declared: row.declared,
    views: row.views,
    state: row.state,
    indexed: row.indexed,
    target: { position: BigInt(row.target), sequence: Number(row.target_sequence) },
    at: { position: BigInt(row.position), sequence: Number(row.sequence) },
    beatAt: row.beat_at,
    stopped:
      row.stopped_at === null
        ? null
        : {
            at: row.stopped_at,
            position: BigInt(row.stopped_position ?? 0),
            sequence: row.stopped_sequence === null ? null : Number(row.stopped_sequence),
            event: row.stopped_event ?? '',
            type: row.stopped_type ?? '',
            error: row.stopped_error ?? '',
          },
  };
}
