import { expect } from 'chai';
import pg from 'pg';
import { BEGINNING, type EventLog } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { event, request } from '../contract/eventLogContract.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

/** A service reads small categories whole at its start, of a log of millions: accounts, destructions, catalogues. */
describe('Reading a long log on PostgreSQL', () => {
  const EVENTS = 50_000;
  let database: TestDatabase;
  let log: EventLog;
  let superuser: pg.Client;

  before(async function () {
    this.timeout(60_000);
    database = await testDatabase();
    superuser = new pg.Client({ ...database.superuser });
    await superuser.connect();
    log = await openPostgresLog({ connection: database.log });
    await log.append(request('rare-a', 'none', event(), event(), event()));
    await superuser.query(
      `INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
       SELECT 4 + n, 'person-' || n / 40, n % 40, gen_random_uuid(), 'x', 1, '{}', '{}', clock_timestamp()
         FROM generate_series(0, ${EVENTS - 1}) n`,
    );
    await superuser.query('ANALYZE log.events');
    // What these statements read themselves is counted now, and not while the test counts.
    await superuser.query('SELECT pg_stat_force_next_flush()');
  });
  after(async () => {
    await log.close();
    await superuser.end();
    await database.close();
  });

  /** Entries of indexes of the log that were read so far; what its sessions count is told once a second. */
  async function entriesRead(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { rows } = await superuser.query<{ n: number }>(
      `SELECT sum(idx_tup_read)::float8 AS n FROM pg_stat_user_indexes WHERE schemaname = 'log' AND relname = 'events'`,
    );
    return rows[0]?.n ?? NaN;
  }

  it('a category of few events costs few, however many stand beside it', async () => {
    const { position } = await log.head();
    const before = await entriesRead();
    const found = await log.readCategories(['rare-', 'none-'], BEGINNING, position, 1_000);
    expect(found.map((e) => [e.stream, e.revision])).to.deep.equal([
      ['rare-a', 0],
      ['rare-a', 1],
      ['rare-a', 2],
    ]);
    expect((await entriesRead()) - before).to.be.within(3, 100);
  });

  it('what is added goes to the end of its file too: no vacuum makes the room in old pages known', async () => {
    const { rows } = await superuser.query<{ options: string[] }>(
      `SELECT reloptions AS options FROM pg_class WHERE oid = 'log.events'::regclass`,
    );
    expect(rows[0]?.options).to.deep.equal(['autovacuum_vacuum_insert_threshold=-1']);
  });
});
