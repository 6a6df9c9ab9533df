import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { FieldGroup } from '../fieldGroups.js';
import { KeyDatabase } from './keyDatabase.js';
import type { DestroyedKey, Keyring, KeyName, LiveKey, NamedKey } from './keyring.js';
import { boundTo, MASTER_ROWS, type MasterRow } from './keyRows.js';
import { loadMasterKeys, makeMasterKey, type MasterKey } from './masterKey.js';
import { KeysUnavailable, MasterKeyRefused, SealBroken } from './port.js';

export interface KeyringOptions {
  /** The key database, as the role hoso_keys. */
  readonly connection: pg.ClientConfig;
  /** Outside the data directory. */
  readonly masterKeyFile: string;
  /**
   * Whether an empty keyring may be begun, the default. Say false where the log already has events: their keys were
   * lost then, and a new keyring would hide it.
   */
  readonly mayBegin?: boolean;
  /** For how long a database out of reach is asked again, in milliseconds. Default: 5 seconds. */
  readonly patience?: number;
}

/** A known value: what it opens to tells the right master key from a wrong one. */
const CHECK = Buffer.from('hoso keyring check value');

const RESTORE = 'Restore the key database from its backup, with the master key file that belongs to it.';

const RESTART = 'Restart the service with the master key file that is now in force.';

/** SQLSTATE of keys.obtain for a master key that a rotation has replaced. */
const NOT_IN_FORCE = 'HK001';

type MasterKeys = readonly [MasterKey, ...MasterKey[]];

interface KeyRow {
  readonly owner: string;
  readonly field_group: FieldGroup;
  readonly key_id: string;
  /** Null once destroyed. */
  readonly key: Buffer | null;
  readonly master_id: string;
}

/** The keyring in a PostgreSQL database of its own, wrapped by a master key in a file. */
export class PostgresKeyring implements Keyring {
  private constructor(
    private readonly database: KeyDatabase,
    private readonly file: string,
    /** The one in force first; others while a rotation is at work, when some keys are still under the one before. */
    private masters: MasterKeys,
    private readonly index: Buffer,
    /** Whether the master key came into use at this start: it must be backed up. */
    readonly madeMasterKey: boolean,
  ) {}

  /**
   * Opens the keyring. An empty keyring is begun, with a new master key where the file is missing; a keyring with keys
   * is not. Rejects with MasterKeyRefused when the master key is missing or not the one that wrapped the keys, and when
   * the keyring is not whole; with KeysUnavailable when its database is out of reach.
   */
  static async open(options: KeyringOptions): Promise<PostgresKeyring> {
    const { connection, masterKeyFile, mayBegin = true, patience = 5_000 } = options;
    const database = new KeyDatabase(connection, patience);
    try {
      const begun = (await readMaster(database)).length > 0;
      if (!begun) await checkMayBegin(database, mayBegin);
      const known: MasterKeys = begun
        ? await loadMasterKeys(masterKeyFile)
        : [await makeMasterKey(masterKeyFile)];
      if (!begun) await begin(database, known[0]);
      const rows = await readMaster(database);
      const masters = inForceFirst(rows, known);
      const index = checked(rows, masters[0], masterKeyFile);
      return new PostgresKeyring(database, masterKeyFile, masters, index, !begun);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async obtain(names: readonly KeyName[]): Promise<LiveKey[]> {
    if (names.length === 0) return [];
    // A key may be destroyed between its making and its reading: then there is room for a new one.
    for (let attempt = 0; attempt < 3; attempt++) {
      const keys = await this.obtainOnce(names);
      const found = names.map((name) => keys.get(textOf(name))).filter((key) => key !== undefined);
      if (found.length === names.length) return found;
    }
    throw new KeysUnavailable('Keys vanish from the key database as soon as they are made.');
  }

  async find(keyIds: readonly string[]): Promise<(LiveKey | DestroyedKey | undefined)[]> {
    if (keyIds.length === 0) return [];
    const rows = await this.database.ask<KeyRow>(
      'find',
      `SELECT k.owner, k.field_group, k.id AS key_id, k.wrapped AS key, k.master_id
         FROM unnest($1::uuid[]) AS u(id), LATERAL (SELECT * FROM keys.keys WHERE id = u.id LIMIT 1) AS k`,
      [keyIds],
    );
    await this.meet(rows);
    const found = new Map(rows.map((row) => [row.key_id, this.keyOf(row)]));
    return keyIds.map((id) => found.get(id));
  }

  async inUse(names: readonly KeyName[]): Promise<NamedKey[]> {
    if (names.length === 0) return [];
    const rows = await this.database.ask<Pick<KeyRow, 'owner' | 'field_group' | 'key_id'>>(
      'in use',
      `SELECT k.owner, k.field_group, k.id AS key_id
         FROM unnest($1::text[], $2::text[]) AS u(owner, field_group),
              LATERAL (SELECT * FROM keys.keys
                        WHERE owner = u.owner AND field_group = u.field_group AND destroyed_at IS NULL LIMIT 1) AS k`,
      [names.map(({ owner }) => owner), names.map(({ group }) => group)],
    );
    return rows.map(({ owner, field_group: group, key_id: keyId }) => ({ owner, group, keyId }));
  }

  async destroy(keys: readonly NamedKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.database.ask('destroy', 'SELECT keys.destroy($1, $2, $3)', [
      keys.map(({ keyId }) => keyId),
      keys.map(({ owner }) => owner),
      keys.map(({ group }) => group),
    ]);
  }

  indexKey(): Buffer {
    return this.index;
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  /** The live keys found; none when the master key has just been rotated: ask again. */
  private async obtainOnce(names: readonly KeyName[]): Promise<Map<string, LiveKey>> {
    const ids = names.map(() => randomUUID());
    const [master] = this.masters;
    const rows = await this.database
      .ask<KeyRow>('obtain', 'SELECT * FROM keys.obtain($1, $2, $3, $4, $5)', [
        names.map(({ owner }) => owner),
        names.map(({ group }) => group),
        ids,
        names.map((name, i) => master.wrap(boundTo(ids[i] ?? '', name), randomBytes(32))),
        master.id,
      ])
      .catch(async (error: unknown) => {
        if ((error as { code?: unknown }).code !== NOT_IN_FORCE) throw error;
        await this.lookAgain();
        if (this.masters[0].id !== master.id) return [];
        throw new MasterKeyRefused(
          `The master key ${master.id} was rotated and is no longer in force.`,
          RESTART,
          {
            cause: error,
          },
        );
      });
    await this.meet(rows);
    const live = rows.map((row) => this.keyOf(row)).filter((key) => key.key !== null);
    return new Map(live.map((key) => [textOf(key), key]));
  }

  /** Keys under a master key that is not known here: a rotation has begun since the files were read. */
  private async meet(rows: readonly KeyRow[]): Promise<void> {
    const known = new Set(this.masters.map(({ id }) => id));
    if (rows.some(({ key, master_id }) => key !== null && !known.has(master_id))) await this.lookAgain();
  }

  /** Reads the master key files anew. Those known before stay known: an answer under way may still need them. */
  private async lookAgain(): Promise<void> {
    const found = await loadMasterKeys(this.file);
    const rows = await readMaster(this.database);
    const ids = new Set(found.map(({ id }) => id));
    const masters = inForceFirst(rows, [...found, ...this.masters.filter(({ id }) => !ids.has(id))]);
    checked(rows, masters[0], this.file);
    this.masters = masters;
  }

  private keyOf({
    owner,
    field_group: group,
    key_id: keyId,
    key: wrapped,
    master_id,
  }: KeyRow): LiveKey | DestroyedKey {
    if (wrapped === null) return { owner, group, keyId, key: null };
    for (const master of this.masters) {
      const key = master.unwrap(boundTo(keyId, { owner, group }), wrapped);
      if (key !== undefined) return { owner, group, keyId, key };
    }
    if (this.masters.every(({ id }) => id !== master_id))
      throw new MasterKeyRefused(
        `Key ${keyId} is wrapped by the master key ${master_id}, and this service has ${this.masters[0].id}.`,
        RESTART,
      );
    throw new SealBroken(`key ${keyId} was altered in the key database: restore the keys’ backup`);
  }
}

function textOf({ owner, group }: KeyName): string {
  return `${group} ${owner}`;
}

async function readMaster(database: KeyDatabase): Promise<MasterRow[]> {
  return database.ask('master', MASTER_ROWS);
}

/** The one that the keyring's check value names comes first. */
function inForceFirst(rows: readonly MasterRow[], known: MasterKeys): MasterKeys {
  const named = rows.find(({ kind }) => kind === 'check')?.master_id;
  const [first, ...others] = known;
  const inForce = known.find(({ id }) => id === named) ?? first;
  return [inForce, ...[first, ...others].filter((key) => key !== inForce)];
}

/** An empty keyring is only good for an empty log; one that lost its head while it has keys is good for nothing. */
async function checkMayBegin(database: KeyDatabase, mayBegin: boolean): Promise<void> {
  const [row] = await database.ask<{ keys: boolean }>(
    'has keys',
    'SELECT EXISTS (SELECT FROM keys.keys) AS keys',
  );
  if (row?.keys === true) throw new MasterKeyRefused('The keyring has keys, but no check value.', RESTORE);
  if (!mayBegin) throw new MasterKeyRefused('The key database is empty, though the log has events.', RESTORE);
}

/** Of two processes that begin at once the first one's values stand, for both of them: together or not at all. */
async function begin(database: KeyDatabase, master: MasterKey): Promise<void> {
  const [check, index] = [randomUUID(), randomUUID()];
  await database.ask(
    'begin',
    `INSERT INTO keys.master (id, kind, master_id, wrapped) VALUES ($1, 'check', $3, $4), ($2, 'index', $3, $5)
     ON CONFLICT (kind) DO NOTHING`,
    [
      check,
      index,
      master.id,
      master.wrap([check, 'check'], CHECK),
      master.wrap([index, 'index'], randomBytes(32)),
    ],
  );
}

/** The index key, once the check value has told that the master key is the right one. */
function checked(rows: readonly MasterRow[], master: MasterKey, file: string): Buffer {
  const open = (kind: MasterRow['kind']): Buffer => {
    const row = rows.find((r) => r.kind === kind);
    if (row === undefined) throw new MasterKeyRefused(`The keyring has no ${kind} value.`, RESTORE);
    const value = master.unwrap([row.id, kind], row.wrapped);
    if (value !== undefined) return value;
    if (row.master_id !== master.id)
      throw new MasterKeyRefused(
        `The master key in ${file} is ${master.id}, but the keys are wrapped by ${row.master_id}.`,
        'Restore the master key file that belongs to this key database, or name it in HOSO_MASTER_KEY_FILE.',
      );
    throw new MasterKeyRefused(`The keyring’s ${kind} value was altered.`, RESTORE);
  };
  if (!open('check').equals(CHECK))
    throw new MasterKeyRefused('The keyring’s check value is not ours.', RESTORE);
  return open('index');
}
