import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Keyring, KeyName, KeyState, LiveKey } from './keyring.js';
import { loadMasterKey, makeMasterKey, type MasterKey } from './masterKey.js';
import { MasterKeyRefused } from './port.js';

export interface KeyringOptions {
  /** The key database, as the role hoso_keys. */
  readonly connection: pg.ClientConfig;
  readonly masterKeyFile: string;
}

/** A known value: what it opens to tells the right master key from a wrong one. */
const CHECK = Buffer.from('hoso keyring check value, 32 byte');

interface MasterRow {
  readonly id: string;
  readonly kind: 'check' | 'index';
  readonly wrapped: Buffer;
}

/** The keyring in a PostgreSQL database of its own, wrapped by a master key in a file. */
export class PostgresKeyring implements Keyring {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
    private readonly index: Buffer,
    /** Whether this start made the master key: it must be backed up. */
    readonly madeMasterKey: boolean,
  ) {}

  /**
   * Opens the keyring. An empty keyring without a master key file gets a new one; a keyring with keys does not.
   * Rejects with MasterKeyRefused when the master key is missing or not the one that wrapped the keys.
   */
  static async open({ connection, masterKeyFile }: KeyringOptions): Promise<PostgresKeyring> {
    const pool = new pg.Pool({ ...connection, application_name: 'hoso keys', max: 4 });
    pool.on('error', () => undefined);
    try {
      const known = await readMaster(pool);
      const { key, made } =
        known.length > 0
          ? { key: await loadMasterKey(masterKeyFile), made: false }
          : await makeMasterKey(masterKeyFile);
      if (known.length === 0) await writeMaster(pool, key);
      const rows = await readMaster(pool);
      const open = (kind: MasterRow['kind']) => {
        const row = rows.find((r) => r.kind === kind);
        if (row === undefined)
          throw new MasterKeyRefused(
            `The keyring has no ${kind} value.`,
            'Restore the keyring from its backup.',
          );
        return key.unwrap(row.id, row.wrapped);
      };
      if (!open('check').equals(CHECK))
        throw new MasterKeyRefused(
          'The keyring’s check value is not ours.',
          'Restore the keyring from its backup.',
        );
      return new PostgresKeyring(pool, key, open('index'), made);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  async obtain(names: readonly KeyName[]): Promise<LiveKey[]> {
    if (names.length === 0) return [];
    const made = names.map(() => ({ id: randomUUID(), key: randomBytes(32) }));
    const { rows } = await this.pool.query<{ key_id: string; key: Buffer }>({
      name: 'obtain',
      text: 'SELECT key_id, key FROM keys.obtain($1, $2, $3, $4, $5)',
      values: [
        names.map((n) => n.owner),
        names.map((n) => n.group),
        made.map((m) => m.id),
        made.map((m) => this.master.wrap(m.id, m.key)),
        this.master.id,
      ],
    });
    return rows.map((row) => ({ keyId: row.key_id, key: this.master.unwrap(row.key_id, row.key) }));
  }

  async find(keyIds: readonly string[]): Promise<KeyState[]> {
    const { rows } = await this.pool.query<{ id: string; wrapped: Buffer | null }>({
      name: 'find',
      text: 'SELECT k.id, k.wrapped FROM unnest($1::uuid[]) u(id) JOIN keys.keys k ON k.id = u.id',
      values: [keyIds],
    });
    const found = new Map(rows.map((row) => [row.id, row.wrapped]));
    return keyIds.map((keyId) => {
      const wrapped = found.get(keyId);
      if (wrapped === undefined) return 'missing';
      return wrapped === null ? 'destroyed' : { keyId, key: this.master.unwrap(keyId, wrapped) };
    });
  }

  indexKey(): Buffer {
    return this.index;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

async function readMaster(pool: pg.Pool): Promise<MasterRow[]> {
  return (await pool.query<MasterRow>('SELECT id, kind, wrapped FROM keys.master')).rows;
}

async function writeMaster(pool: pg.Pool, master: MasterKey): Promise<void> {
  const [check, index] = [randomUUID(), randomUUID()];
  // Of two processes that start at once the first one's values stand, for both of them: together or not at all.
  await pool
    .query(
      `INSERT INTO keys.master (id, kind, master_id, wrapped) VALUES ($1, 'check', $3, $4), ($2, 'index', $3, $5)`,
      [check, index, master.id, master.wrap(check, CHECK), master.wrap(index, randomBytes(32))],
    )
    .catch((error: unknown) => {
      if ((error as { code?: string }).code !== '23505') throw error;
    });
}
