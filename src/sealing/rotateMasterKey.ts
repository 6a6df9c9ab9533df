import pg from 'pg';
import { OperatorError } from '../operatorError.js';
import type { FieldGroup } from '../fieldGroups.js';
import { boundTo, readMasterRows, type MasterRow } from './keyRows.js';
import {
  loadMasterKey,
  loadMasterKeys,
  makeNextMasterKey,
  putNextInPlace,
  type MasterKey,
} from './masterKey.js';
import { MasterKeyRefused } from './port.js';

export interface RotationOptions {
  /** The key database, as its owner. */
  readonly connection: pg.ClientConfig;
  readonly masterKeyFile: string;
  /** Ends it after the batch at hand; the next run goes on. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
  /** Keys wrapped anew in one transaction. Default: 2,000. */
  readonly batch?: number;
}

export interface RotationReport {
  /** Names of the master keys. */
  readonly from: string;
  readonly to: string;
  /** Keys wrapped anew by this run. */
  readonly keys: number;
  readonly interrupted: boolean;
}

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly field_group: FieldGroup;
  readonly wrapped: Buffer;
}

/**
 * Exchanges the master key. The new one is made in a file beside the old one (`<file>.next`), comes into force for all
 * that is made from then on, then wraps every key anew, batch by batch, and at last takes the old one's place. Between
 * any two of these steps it may be killed: a service knows both files and goes on, and the next run does what is left.
 * Afterwards the old master key opens nothing of this database, and the new one nothing of an older backup of it.
 * Rejects with MasterKeyRefused, OperatorError.
 */
export async function rotateMasterKey(options: RotationOptions): Promise<RotationReport> {
  const { connection, masterKeyFile, batch = 2_000 } = options;
  const client = new pg.Client({ ...connection, application_name: 'hoso rotation' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await alone(client);
    const old = await loadMasterKey(masterKeyFile);
    await checkOurs(await readMasterRows(client), old, masterKeyFile);
    const next = await makeNextMasterKey(masterKeyFile);
    await bringIntoForce(client, old, next);
    const keys = await wrapAll(client, [old, next], batch, options);
    const interrupted = keys === null;
    if (!interrupted) {
      // Rows as they were wrapped before are still in the files until the tables are written anew.
      await client.query('VACUUM FULL keys.keys');
      await client.query('VACUUM FULL keys.master');
      await putNextInPlace(masterKeyFile);
    }
    return { from: old.id, to: next.id, keys: keys ?? 0, interrupted };
  } finally {
    await client.end();
  }
}

async function alone(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock(8060, 70) AS got');
  if (rows[0]?.got !== true)
    throw new OperatorError('Another process is rotating the master key.', 'Wait until it has ended.');
}

/** Before a new key is made: the file's is in force, or was until an interrupted rotation. */
async function checkOurs(rows: readonly MasterRow[], old: MasterKey, file: string): Promise<void> {
  if (rows.length < 2)
    throw new MasterKeyRefused(
      'The keyring is not whole: there is nothing to rotate.',
      'Start the service first.',
    );
  if (rows.every((row) => row.master_id === old.id)) return;
  const known = await loadMasterKeys(file);
  if (rows.every((row) => row.master_id === known.at(-1)?.id)) return;
  throw new MasterKeyRefused(
    `The master key in ${file} is ${old.id}, but the keys are wrapped by ${rows[0]?.master_id ?? '?'}.`,
    'Restore the master key file that belongs to this key database, or name it in HOSO_MASTER_KEY_FILE.',
  );
}

/** From its commit on no key is made under the old one: keys.obtain refuses it, and who has it looks at the files again. */
async function bringIntoForce(client: pg.Client, old: MasterKey, next: MasterKey): Promise<void> {
  await client.query('BEGIN');
  try {
    // Waits for those that are making keys under the old one; who comes after waits for us.
    await client.query('LOCK TABLE keys.keys IN SHARE ROW EXCLUSIVE MODE');
    for (const { id, kind, master_id, wrapped } of await readMasterRows(client)) {
      if (master_id === next.id) continue;
      const value = old.unwrap([id, kind], wrapped);
      if (value === undefined)
        throw new MasterKeyRefused(
          `The keyring’s ${kind} value was altered.`,
          'Restore the keys’ backup first.',
        );
      await client.query(
        'UPDATE keys.master SET wrapped = $2, master_id = $3, rotated_at = clock_timestamp() WHERE id = $1',
        [id, next.wrap([id, kind], value), next.id],
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** How many keys were wrapped anew; null: interrupted before the last. */
async function wrapAll(
  client: pg.Client,
  masters: readonly [MasterKey, MasterKey],
  batch: number,
  { signal, onProgress = () => undefined }: RotationOptions,
): Promise<number | null> {
  const [, next] = masters;
  const { rows: counted } = await client.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM keys.keys WHERE wrapped IS NOT NULL AND master_id <> $1',
    [next.id],
  );
  const of = counted[0]?.n ?? 0;
  let done = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    if (signal?.aborted === true) return null;
    const { rows } = await client.query<Row>(
      `SELECT id, owner, field_group, wrapped FROM keys.keys
        WHERE id > $1 AND wrapped IS NOT NULL AND master_id <> $2 ORDER BY id LIMIT $3`,
      [after, next.id, batch],
    );
    const last = rows.at(-1);
    if (last === undefined) return done;
    await client.query(
      `UPDATE keys.keys k SET wrapped = u.wrapped, master_id = $3
         FROM unnest($1::uuid[], $2::bytea[]) AS u(id, wrapped) WHERE k.id = u.id AND k.wrapped IS NOT NULL`,
      [rows.map(({ id }) => id), rows.map((row) => wrappedAnew(row, masters)), next.id],
    );
    after = last.id;
    done += rows.length;
    onProgress(done, of);
  }
}

function wrappedAnew({ id, owner, field_group: group, wrapped }: Row, masters: readonly MasterKey[]): Buffer {
  const place = boundTo(id, { owner, group });
  const key = masters.map((master) => master.unwrap(place, wrapped)).find((found) => found !== undefined);
  if (key === undefined)
    throw new OperatorError(
      `Key ${id} opens under neither master key: it was altered in the key database.`,
      'Restore it from the keys’ backup, then run this again: what was done stays.',
    );
  return (masters.at(-1) as MasterKey).wrap(place, key);
}

/** How many keys were destroyed since the master key was last exchanged: an older backup of them still opens. */
export async function destroyedSinceRotation(connection: pg.ClientConfig): Promise<number> {
  const client = new pg.Client({ ...connection, application_name: 'hoso rotation' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM keys.keys
        WHERE destroyed_at > coalesce((SELECT max(rotated_at) FROM keys.master), '-infinity')`,
    );
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}
