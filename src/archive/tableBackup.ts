import { rename, rm } from 'node:fs/promises';
import pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection.js';
import { sealedLines, SealedWriter, type Opener } from './sealedFile.js';

/** A table that a backup takes whole. */
export interface BackedTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** In this order, so that rows stand in no order of their own. */
  readonly key: string;
}

/** The keyring: keys as the master key wraps them, and what a destroyed key leaves. */
export const KEY_TABLES: readonly BackedTable[] = [
  {
    table: 'keys.master',
    columns: ['id', 'kind', 'master_id', 'wrapped', 'created_at', 'rotated_at'],
    key: 'kind',
  },
  {
    table: 'keys.keys',
    columns: ['id', 'owner', 'field_group', 'master_id', 'wrapped', 'created_at', 'destroyed_at'],
    key: 'id',
  },
];

/** What accounts have outside the log: hashes of passwords and secrets. Sessions and failures end with a restore. */
export const ACCOUNT_TABLES: readonly BackedTable[] = [
  {
    table: 'accounts.credential',
    columns: ['account', 'password_hash', 'second_factor', 'last_step', 'code_hash', 'code_until'],
    key: 'account',
  },
  { table: 'accounts.secret', columns: ['account', 'secret_hash', 'id'], key: 'account, secret_hash' },
];

const PAGE = 2_000;

/** Writes tables, as they are at one moment, into a sealed file; answers how many rows. */
export async function backUpTables(
  connection: ConnectionSettings,
  tables: readonly BackedTable[],
  file: string,
  opener: Opener,
): Promise<number> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  const draft = `${file}.new`;
  let count = 0;
  try {
    const writer = await SealedWriter.create(draft, opener);
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const { table, columns, key } of tables) {
      // As JSON: the server writes times and bytes in a form that it reads again without loss.
      await client.query(
        `DECLARE rows NO SCROLL CURSOR FOR
         SELECT row_to_json(t)::text AS row FROM (SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${key}) t`,
      );
      for (;;) {
        const { rows } = await client.query<{ row: string }>(`FETCH ${PAGE} FROM rows`);
        for (const { row } of rows) await writer.write(`${table} ${row}\n`);
        count += rows.length;
        if (rows.length < PAGE) break;
      }
      await client.query('CLOSE rows');
    }
    await client.query('COMMIT');
    await writer.end();
    await rename(draft, file);
  } finally {
    await client.end();
    await rm(draft, { force: true });
  }
  return count;
}

/**
 * Puts the rows of a sealed file back, all or none; rows that are there stay as they are, so that twice changes nothing.
 * Answers how many came.
 */
export async function restoreTables(
  connection: ConnectionSettings,
  tables: readonly BackedTable[],
  file: string,
  opener: Opener,
): Promise<number> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  let count = 0;
  try {
    await client.query('BEGIN');
    const put = async ({ table, columns }: BackedTable, rows: readonly string[]): Promise<void> => {
      if (rows.length === 0) return;
      const names = columns.join(', ');
      const { rowCount } = await client.query(
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1) ON CONFLICT DO NOTHING`,
        [`[${rows.join(',')}]`],
      );
      count += rowCount ?? 0;
    };
    let [at, rows]: [BackedTable | undefined, string[]] = [undefined, []];
    for await (const line of sealedLines(file, opener)) {
      const space = line.indexOf(' ');
      const table = tables.find((t) => t.table === line.slice(0, space));
      if (table === undefined) throw new Error(`a backup of ${line.slice(0, space)} is not known here`);
      if (at !== undefined && (table !== at || rows.length === PAGE)) {
        await put(at, rows);
        rows = [];
      }
      at = table;
      rows.push(line.slice(space + 1));
    }
    if (at !== undefined) await put(at, rows);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  return count;
}
