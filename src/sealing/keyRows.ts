/** What the key database's rows mean, for whoever reads and whoever rotates them. */
import type pg from 'pg';
import type { KeyName } from './keyring.js';

export interface MasterRow {
  readonly id: string;
  readonly kind: 'check' | 'index';
  readonly master_id: string;
  readonly wrapped: Buffer;
}

export const MASTER_ROWS = 'SELECT id, kind, master_id, wrapped FROM keys.master';

export async function readMasterRows(client: pg.ClientBase): Promise<MasterRow[]> {
  return (await client.query<MasterRow>(MASTER_ROWS)).rows;
}

/** A key's bytes open only as the key of the person and group they were made for. */
export function boundTo(keyId: string, { owner, group }: KeyName): string[] {
  return [keyId, owner, group];
}
