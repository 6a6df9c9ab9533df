import type pg from 'pg';
import type { Position } from '../event-log/port.js';
import { lockGeneration, unlockGeneration } from './generations.js';
import { models, type Database, type Model } from './register.js';

/**
 * Sees to it that no generation of any read model, of whatever version, holds what a person's rows said before an event
 * at this position: answers the schemas that may still hold it. A generation that runs has folded the person again once
 * it is past the event; of one that nobody runs the rows are deleted, and come back folded anew if it ever runs again.
 */
export async function forgetPerson(
  client: pg.ClientBase,
  person: string,
  position: Position,
): Promise<string[]> {
  const left: string[] = [];
  for (const model of await models(client)) {
    if (model.state !== 'retired' && model.at.position >= position) continue;
    if (model.state === 'retired') await deleteRows(client, model.schema, person);
    else if (!(await deleteIfIdle(client, model, person))) left.push(model.schema);
  }
  return left;
}

async function deleteIfIdle(client: pg.ClientBase, model: Model, person: string): Promise<boolean> {
  if (!(await lockGeneration(client, model.schema))) return false;
  try {
    await deleteRows(client, model.schema, person);
    return true;
  } finally {
    await unlockGeneration(client, model.schema);
  }
}

/** Tables that begin with the person are folded from the person's stream; a proposal that names one is not. */
async function deleteRows(db: Database, schema: string, person: string): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns
      WHERE table_schema = $1 AND column_name = 'person' AND ordinal_position = 1`,
    [schema],
  );
  for (const { name } of rows) await db.query(`DELETE FROM ${name} WHERE person = $1`, [person]);
}
