import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { EventLog } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { event, newStream, request } from '../contract/eventLogContract.js';

/** What a statement was refused with: SQLSTATE, and the rule of log.advance_head where it is one of those. */
interface Refusal {
  readonly code: string | undefined;
  readonly rule: string | undefined;
}

const DENIED = '42501';

describe('The log’s roles and triggers in PostgreSQL', () => {
  let database: TestDatabase;
  let log: EventLog;
  const sessions: Partial<Record<'log' | 'projector' | 'owner' | 'superuser', pg.Client>> = {};
  const stream = newStream();

  before(async () => {
    database = await testDatabase();
    log = await openPostgresLog({ connection: database.log });
    await log.append(request(stream, 'none', event(), event()));
    for (const role of ['log', 'projector', 'owner', 'superuser'] as const) {
      const client = new pg.Client({ ...database[role] });
      await client.connect();
      sessions[role] = client;
    }
  });
  after(async () => {
    for (const client of Object.values(sessions)) await client.end();
    await log.close();
    await database.close();
  });

  type Role = keyof typeof sessions;
  const as = (role: Role): pg.Client => sessions[role]!;

  async function refusal(run: Promise<unknown>): Promise<Refusal> {
    const error = await run.then(
      () => undefined,
      (e: unknown) => e,
    );
    if (!(error instanceof pg.DatabaseError)) throw new Error('it was not refused', { cause: error });
    return { code: error.code, rule: error.constraint };
  }

  /** Whatever was tried, the log is what it was. */
  afterEach(async () => {
    const { rows } = await as('superuser').query<{ events: string; head: string }>(
      `SELECT (SELECT count(*) FROM log.events) AS events, position AS head FROM log.head`,
    );
    const { rows: triggers } = await as('superuser').query<{ name: string }>(
      `SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'log.events'::regclass AND tgenabled = 'A' ORDER BY 1`,
    );
    expect(rows).to.deep.equal([{ events: '2', head: '2' }]);
    expect(triggers.map(({ name }) => name)).to.deep.equal([
      'a_queue_for_head',
      'advance_head',
      'refuse_change',
    ]);
  });

  const DENIED_TO_THE_SERVICE: Readonly<Record<string, string>> = {
    'UPDATE events': `UPDATE log.events SET data = '{}'`,
    'UPDATE of no row': `UPDATE log.events SET data = '{}' WHERE false`,
    'DELETE events': 'DELETE FROM log.events',
    'TRUNCATE events': 'TRUNCATE log.events',
    'MERGE into events': `MERGE INTO log.events e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`,
    'INSERT that updates on conflict': `INSERT INTO log.events SELECT * FROM log.events
       ON CONFLICT (id) DO UPDATE SET data = '{}'`,
    'UPDATE head': 'UPDATE log.head SET position = 0',
    'DELETE head': 'DELETE FROM log.head',
    'INSERT head': 'INSERT INTO log.head VALUES (false, 7)',
    'SELECT head FOR UPDATE, but by lock_head': 'SELECT * FROM log.head FOR UPDATE',
    'ALTER TABLE': 'ALTER TABLE log.events ALTER data DROP NOT NULL',
    'ALTER OWNER': 'ALTER TABLE log.events OWNER TO CURRENT_USER',
    'DROP TABLE': 'DROP TABLE log.events',
    'DROP SCHEMA': 'DROP SCHEMA log CASCADE',
    'DROP FUNCTION': 'DROP FUNCTION log.advance_head() CASCADE',
    'DROP TRIGGER': 'DROP TRIGGER refuse_change ON log.events',
    'DISABLE TRIGGER': 'ALTER TABLE log.events DISABLE TRIGGER advance_head',
    'DISABLE TRIGGER ALL': 'ALTER TABLE log.events DISABLE TRIGGER ALL',
    session_replication_role: 'SET session_replication_role = replica',
    'CREATE RULE': 'CREATE RULE quietly AS ON INSERT TO log.events DO INSTEAD NOTHING',
    'CREATE TRIGGER': `CREATE TRIGGER mine BEFORE INSERT ON log.events
       FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    'replace a function': `CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    'CREATE in the schema': 'CREATE TABLE log.mine ()',
    'SET ROLE to the owner': 'SET ROLE hoso_owner',
  };
  for (const role of ['log', 'projector'] as const)
    for (const [name, statement] of Object.entries(DENIED_TO_THE_SERVICE))
      it(`the ${role} role may not: ${name}`, async () => {
        expect((await refusal(as(role).query(statement))).code).to.equal(DENIED);
      });

  for (const role of ['log', 'projector'] as const)
    it(`the ${role} role gains nothing by granting to itself`, async () => {
      await as(role).query('GRANT ALL ON log.events, log.head TO CURRENT_USER'); // only warns
      expect((await refusal(as(role).query(`UPDATE log.head SET position = 0`))).code).to.equal(DENIED);
    });

  for (const [name, statement] of Object.entries({
    'INSERT events': `INSERT INTO log.events SELECT * FROM log.events`,
    append: `SELECT log.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL)`,
    'lock the head': 'SELECT log.lock_head()',
  }))
    it(`the projector role may not: ${name}`, async () => {
      expect((await refusal(as('projector').query(statement))).code).to.equal(DENIED);
    });

  for (const role of ['owner', 'superuser'] as const)
    for (const [name, statement] of Object.entries({
      'UPDATE events': `UPDATE log.events SET data = '{}'`,
      'DELETE events': 'DELETE FROM log.events',
      'TRUNCATE events': 'TRUNCATE log.events',
      'DELETE head': 'DELETE FROM log.head',
      'TRUNCATE head': 'TRUNCATE log.head',
    }))
      it(`even for the ${role} the trigger refuses: ${name}`, async () => {
        expect((await refusal(as(role).query(statement))).code).to.equal(DENIED);
      });

  it('even a superuser who replicates meets the triggers', async () => {
    const client = as('superuser');
    await client.query('SET session_replication_role = replica');
    try {
      expect((await refusal(client.query('DELETE FROM log.events'))).code).to.equal(DENIED);
      expect((await refusal(forge(client, { position: 9 }))).rule).to.equal('events_follow_head');
    } finally {
      await client.query('RESET session_replication_role');
    }
  });

  it('strangers may not even look', async () => {
    await as('superuser').query('DROP ROLE IF EXISTS stranger; CREATE ROLE stranger');
    try {
      for (const statement of [
        'SELECT * FROM log.events',
        'SELECT * FROM log.head',
        'SELECT log.lock_head()',
      ]) {
        await as('superuser').query('SET ROLE stranger');
        expect((await refusal(as('superuser').query(statement))).code).to.equal(DENIED);
        await as('superuser').query('RESET ROLE');
      }
    } finally {
      await as('superuser').query('RESET ROLE; DROP ROLE stranger');
    }
  });

  describe('an INSERT of the log role past log.append', () => {
    const FORGED: Readonly<Record<string, readonly [Forged[], string]>> = {
      'that skips a position': [[{ position: 4 }], 'events_follow_head'],
      'on a position that is taken': [[{ position: 2 }], 'events_position'],
      'of an earlier position': [[{ position: 0 }], 'events_follow_head'],
      'with a hole inside': [[{ position: 3 }, { position: 5, stream: newStream() }], 'events_follow_head'],
      'that skips a revision': [[{ revision: 3 }], 'events_follow_stream'],
      'of a revision that is taken': [[{ revision: 1 }], 'events_revision'],
      'of a negative revision': [[{ revision: -1 }], 'events_follow_stream'],
      'that begins a stream above 0': [[{ stream: newStream(), revision: 1 }], 'events_follow_stream'],
      'that turns revisions around': [
        [
          { position: 3, revision: 3 },
          { position: 4, revision: 2 },
        ],
        'events_follow_stream',
      ],
      'that goes back in time': [[{ recordedAt: '2020-01-01T00:00:00Z' }], 'events_time_never_falls'],
      'before all times': [[{ recordedAt: '-infinity' }], 'events_time_never_falls'],
      'that goes back in time inside': [
        [
          { position: 3, revision: 2, recordedAt: soon(50) },
          { position: 4, revision: 3, recordedAt: soon(40) },
        ],
        'events_time_never_falls',
      ],
      'of the far future': [[{ recordedAt: '9999-01-01T00:00:00Z' }], 'events_time_not_in_future'],
      'at no time at all': [[{ recordedAt: 'infinity' }], 'events_time_not_in_future'],
      'of an id that is taken': [[{ id: 'taken' }], 'events_id'],
    };
    for (const [name, [rows, rule]] of Object.entries(FORGED)) {
      it(`${name} is refused`, async () => {
        expect((await refusal(forge(as('log'), ...rows))).rule).to.equal(rule);
      });
      it(`${name} is refused, also by COPY`, async () => {
        expect((await refusal(copy(as('log'), ...rows))).rule).to.equal(rule);
      });
    }

    it('on conflict do nothing moves nothing', async () => {
      await as('log').query('INSERT INTO log.events SELECT * FROM log.events ON CONFLICT DO NOTHING');
    });

    it('that follows is accepted, in whole milliseconds, and moves the head', async () => {
      const client = as('log');
      await client.query('BEGIN');
      try {
        await forge(
          client,
          { recordedAt: soon(10).replace('Z', '456Z') },
          { position: 4, revision: 3, recordedAt: soon(20) },
        );
        const { rows } = await client.query<{ position: string; whole: boolean }>(
          `SELECT h.position, e.recorded_at = date_trunc('milliseconds', e.recorded_at) AS whole
             FROM log.head h, log.events e WHERE e.position = 3`,
        );
        expect(rows).to.deep.equal([{ position: '4', whole: true }]);
      } finally {
        await client.query('ROLLBACK');
      }
    });

    it('by COPY that follows is accepted: so an archive comes back, with its own times', async () => {
      const client = as('log');
      await client.query('BEGIN');
      try {
        await client.query('SELECT log.lock_head()');
        await copy(client, {}, { position: 4, stream: newStream(), recordedAt: soon(20) });
        const { rows } = await client.query<{ position: string }>('SELECT position FROM log.head');
        expect(rows).to.deep.equal([{ position: '4' }]);
      } finally {
        await client.query('ROLLBACK');
      }
    });

    it('called by log.append with wrong arithmetic is refused by the trigger', async () => {
      const call = as('log').query(
        `SELECT log.append($1, '{-1,-1}', '{1,1}', '{0,0}', '{1,2}', $2, '{t,t}', '{1,1}', '{1,1}', '{1,1}', NULL)`,
        [Array.from({ length: 2 }, () => 'person-same'), [randomUUID(), randomUUID()]],
      );
      expect((await refusal(call)).code).to.equal('23505');
    });
  });

  interface Forged {
    readonly position?: number;
    readonly stream?: string;
    readonly revision?: number;
    readonly id?: string;
    readonly recordedAt?: string;
  }

  /** Rows that follow the log, but for what is told. */
  async function rowsOf(forged: readonly Forged[]): Promise<string[][]> {
    const [first] = await log.readStream(stream);
    return forged.map((f, i) => [
      String(f.position ?? 3),
      f.stream ?? stream,
      String(f.revision ?? (f.stream === undefined ? 2 + i : 0)),
      f.id === 'taken' ? first!.id : randomUUID(),
      'forged',
      '1',
      '{}',
      '{}',
      f.recordedAt ?? soon(0),
    ]);
  }

  async function forge(client: pg.Client, ...forged: readonly Forged[]): Promise<unknown> {
    const rows = await rowsOf(forged);
    const binds = rows.map((row, i) => `(${row.map((_, j) => `$${i * row.length + j + 1}`).join(', ')})`);
    return client.query(`INSERT INTO log.events VALUES ${binds.join(', ')}`, rows.flat());
  }

  async function copy(client: pg.Client, ...forged: readonly Forged[]): Promise<void> {
    const rows = await rowsOf(forged);
    return new Promise((resolve, reject) => {
      const into = client.query(copyStreams.from('COPY log.events FROM STDIN'));
      into.on('finish', resolve);
      into.on('error', reject);
      into.end(rows.map((row) => `${row.join('\t')}\n`).join(''));
    });
  }
});

/** So many milliseconds from now. */
function soon(milliseconds: number): string {
  return new Date(Date.now() + 60_000 + milliseconds).toISOString();
}

describe('The log’s schema', () => {
  it('tells what every table, column, function and trigger is for', async () => {
    const database = await testDatabase();
    const client = new pg.Client({ ...database.superuser });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(`
      SELECT c.relname || '.' || a.attname AS name FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       WHERE c.relnamespace = 'log'::regnamespace AND c.relkind = 'r' AND col_description(c.oid, a.attnum) IS NULL
      UNION ALL
      SELECT c.relname FROM pg_class c
       WHERE c.relnamespace = 'log'::regnamespace AND c.relkind = 'r' AND obj_description(c.oid, 'pg_class') IS NULL
      UNION ALL
      SELECT p.proname FROM pg_proc p
       WHERE p.pronamespace = 'log'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
      UNION ALL
      SELECT t.tgname FROM pg_trigger t
       WHERE NOT t.tgisinternal AND t.tgrelid = 'log.events'::regclass AND obj_description(t.oid, 'pg_trigger') IS NULL`);
    await client.end();
    await database.close();
    expect(rows).to.deep.equal([]);
  });
});
