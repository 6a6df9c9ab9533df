import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import type { Opener } from '../../src/archive/sealedFile.js';
import { ACCOUNT_TABLES, backUpTables, KEY_TABLES, restoreTables } from '../../src/archive/tableBackup.js';
import { openSealer } from '../../src/sealing/sealer.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { workplace } from './support.js';

describe('A backup of keys and accounts', function () {
  this.timeout(60_000);
  const place = workplace();
  const opener: Opener = { passphrase: 'mật khẩu sao lưu' };
  let from: TestDatabase;
  let to: TestDatabase;

  before(async () => {
    [from, to] = [await testDatabase(), await testDatabase()];
  });
  after(async () => {
    await from.close();
    await to.close();
  });

  const rows = async (connection: pg.ClientConfig, table: string): Promise<unknown[]> => {
    const client = new pg.Client({ ...connection });
    await client.connect();
    return (await client.query(`SELECT * FROM ${table} ORDER BY 1`).finally(() => client.end()))
      .rows as unknown[];
  };

  it('opens what was sealed before, in another database; twice changes nothing', async () => {
    const masterKeyFile = place.at('master.key');
    const { sealer } = await openSealer({ connection: from.keys, masterKeyFile });
    const context = { stream: 'person-1', eventId: randomUUID() };
    const sealed = await sealer.seal('person-1', context, { health: { bloodType: 'O' } });
    await sealer.seal('person-2', context, { health: { bloodType: 'A' } });
    const [key] = await sealer.keysInUse([{ owner: 'person-2', group: 'health' }]);
    await sealer.destroy([key!]);
    await sealer.close();
    expect(await backUpTables(from.keys, KEY_TABLES, place.at('keys'), opener)).to.equal(4);
    expect(await restoreTables(to.keysOwner, KEY_TABLES, place.at('keys'), opener)).to.equal(4);
    expect(await restoreTables(to.keysOwner, KEY_TABLES, place.at('keys'), opener)).to.equal(0);
    for (const { table } of KEY_TABLES)
      expect(await rows(to.keysOwner, table)).to.deep.equal(await rows(from.keysOwner, table));
    const { sealer: again } = await openSealer({ connection: to.keys, masterKeyFile, mayBegin: false });
    expect(await again.unsealMany([{ owner: 'person-1', context, sealed }])).to.deep.equal([
      { values: { health: { bloodType: 'O' } }, erased: [] },
    ]);
    await again.close();
  });

  it('keeps what accounts prove themselves with, byte for byte', async () => {
    const client = new pg.Client({ ...from.access });
    await client.connect();
    for (let i = 0; i < 5; i++)
      await client.query(
        `INSERT INTO accounts.credential VALUES ($1, $2, 'h1.x', 7, $3, '2026-01-02T03:04:05.678901Z')`,
        [randomUUID(), `$argon2id$“${i}”`, Buffer.from([i, 0, 255])],
      );
    await client.query('INSERT INTO accounts.secret VALUES ($1, $2, $1)', [
      randomUUID(),
      Buffer.alloc(32, 3),
    ]);
    await client.end();
    await backUpTables(from.access, ACCOUNT_TABLES, place.at('accounts'), opener);
    expect(await restoreTables(to.owner, ACCOUNT_TABLES, place.at('accounts'), opener)).to.equal(6);
    for (const { table } of ACCOUNT_TABLES)
      expect(await rows(to.owner, table)).to.deep.equal(await rows(from.owner, table));
  });
});
