import { expect } from 'chai';
import pg from 'pg';
import { migrate, SchemaRefused, type SqlMigration } from '../../src/postgres/migrate.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const things: SqlMigration = {
  name: '0001-things',
  sql: `CREATE SCHEMA log; CREATE TABLE log.things (id int PRIMARY KEY);
        CREATE FUNCTION log.one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;`,
};
const more: SqlMigration = { name: '0002-more', sql: 'INSERT INTO log.things VALUES (1)' };
const broken: SqlMigration = { name: '0003-broken', sql: 'INSERT INTO log.things VALUES (2); SELECT 1/0' };

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase({ migrated: false });
  });
  afterEach(() => database.close());

  const count = async (): Promise<number> => {
    const client = new pg.Client({ ...database.owner });
    await client.connect();
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM log.things');
    await client.end();
    return rows[0]!.n;
  };

  it('run once, in the order given, and are recorded', async () => {
    expect(await migrate(database.owner, { log: [things, more] })).to.deep.equal([
      'log/0001-things',
      'log/0002-more',
    ]);
    expect(await migrate(database.owner, { log: [things, more] })).to.deep.equal([]);
    expect(await count()).to.equal(1);
  });

  it('are run by one of several processes that start at once', async () => {
    const ran = await Promise.all([1, 2, 3, 4].map(() => migrate(database.owner, { log: [things, more] })));
    expect(ran.flat()).to.have.members(['log/0001-things', 'log/0002-more']).and.lengthOf(2);
    expect(await count()).to.equal(1);
  });

  it('keep what ran before a failing one, nothing of the failing one, and go on when it is mended', async () => {
    const failed = await migrate(database.owner, { log: [things, more, broken] }).catch((e: unknown) => e);
    expect(String(failed)).to.contain('division by zero');
    expect(await count()).to.equal(1);
    const mended = { ...broken, sql: 'INSERT INTO log.things VALUES (2)' };
    expect(await migrate(database.owner, { log: [things, more, mended] })).to.deep.equal(['log/0003-broken']);
    expect(await count()).to.equal(2);
  });

  it('refuse a database of a newer release, naming the remedy', async () => {
    await migrate(database.owner, { log: [things, more] });
    const refused = await migrate(database.owner, { log: [things] }).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(SchemaRefused);
    expect((refused as SchemaRefused).message)
      .to.contain('0002-more')
      .and.contain('newer');
    expect((refused as SchemaRefused).remedy).to.match(/newer release/);
  });

  it('refuse a database whose migration ran with another text', async () => {
    await migrate(database.owner, { log: [things, more] });
    const edited = { ...more, sql: 'SELECT 1' };
    const refused = await migrate(database.owner, { log: [things, edited] }).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(SchemaRefused);
    expect((refused as SchemaRefused).message).to.contain('another build');
  });
});
