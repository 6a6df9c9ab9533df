import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { BEGINNING, type AppendRequest, type EventLog } from '../../src/event-log/port.js';
import { appendCall } from '../../src/event-log/postgres/batch.js';
import { clientConfig } from '../../src/event-log/postgres/connecting.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { checkOrder, event, newStream, request } from '../contract/eventLogContract.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

/** Two processes on one log, interleaved by hand: each a connection with a transaction held open. */
describe('Two writers of the log on PostgreSQL', () => {
  let database: TestDatabase;
  let log: EventLog;
  let a: pg.Client;
  let b: pg.Client;
  let superuser: pg.Client;

  beforeEach(async () => {
    database = await testDatabase();
    log = await openPostgresLog({ connection: database.log });
    [a, b] = [new pg.Client({ ...database.log }), new pg.Client({ ...database.log })];
    superuser = new pg.Client({ ...database.superuser });
    await Promise.all([a.connect(), b.connect(), superuser.connect()]);
  });
  afterEach(async () => {
    await Promise.all([a.end(), b.end(), superuser.end()]);
    await log.close();
    await database.close();
  });

  type Row = [
    kind: string,
    first: string | null,
    last: string | null,
    position: string | null,
    ...rest: unknown[],
  ];
  const call = async (client: pg.Client, ...requests: AppendRequest[]): Promise<Row[]> =>
    (await client.query<Row>(appendCall(requests, null))).rows;

  /** Until a session, given by its connection or by its name, waits for another's lock. */
  async function untilWaiting(who: pg.Client | string): Promise<void> {
    const { processID = 0 } = typeof who === 'string' ? {} : (who as pg.Client & { processID: number });
    for (;;) {
      const { rowCount } = await superuser.query(
        `SELECT 1 FROM pg_stat_activity
          WHERE (pid = $1 OR application_name = $2) AND datname = current_database() AND wait_event_type = 'Lock'`,
        [processID, typeof who === 'string' ? who : ''],
      );
      if (rowCount !== 0) return;
    }
  }

  it('the second waits for the first, and is judged by what the first left: one stream', async () => {
    const stream = newStream();
    await a.query('BEGIN');
    expect((await call(a, request(stream, 'none')))[0]?.[0]).to.equal('a');
    const second = call(b, request(stream, 'none'), request(newStream(), 'none'));
    await untilWaiting(b);
    await a.query('COMMIT');
    const [refused, accepted] = await second;
    expect(refused?.slice(0, 3)).to.deep.equal(['w', null, '0']);
    expect(accepted?.slice(0, 4)).to.deep.equal(['a', '0', '0', '2']);
    await checkOrder(log);
  });

  it('the second waits for the first, and is judged by what the first left: the same events', async () => {
    const one = request(newStream(), 'none', event(), event());
    await a.query('BEGIN');
    await call(a, one);
    const again = call(b, one);
    await untilWaiting(b);
    await a.query('COMMIT');
    expect((await again)[0]?.slice(0, 4)).to.deep.equal(['r', '0', '1', '2']);
    expect(await checkOrder(log)).to.have.length(2);
  });

  it('the second waits for the first, and is judged by what the first left: an id on another stream', async () => {
    const id = randomUUID();
    await a.query('BEGIN');
    await call(a, request(newStream(), 'none', event('{}', id)));
    const elsewhere = call(b, request(newStream(), 'none', event('{}', id)));
    await untilWaiting(b);
    await a.query('COMMIT');
    expect((await elsewhere)[0]?.[0]).to.equal('w');
    expect(await checkOrder(log)).to.have.length(1);
  });

  it('a batch that looked all new is judged anew when another process was first: each request by itself', async () => {
    const [stream, id] = [newStream(), randomUUID()];
    const same = request(newStream(), 'none', event());
    await a.query('BEGIN');
    await call(a, request(stream, 'none'), request(newStream(), 'none', event('{}', id)), same);
    const batch = log.appendBulk([
      request(stream, 'none'),
      request(newStream(), 'none', event('{"other":1}', id)),
      same,
      request(newStream(), 'none', event(), event()),
    ]);
    await untilWaiting('hoso log bulk writer');
    await a.query('COMMIT');
    const [taken, differs, repeated, appended] = await batch;
    expect(taken).to.deep.include({ kind: 'wrongRevision', actual: 0 });
    expect(differs).to.deep.include({ kind: 'contentDiffers', eventId: id });
    expect(repeated).to.deep.include({ kind: 'alreadyAppended', sequence: 3 });
    expect(appended).to.deep.include({ kind: 'appended', firstRevision: 0, lastRevision: 1, sequence: 5 });
    expect(await checkOrder(log)).to.have.length(5);
  });

  it('what the first rolls back leaves no gap', async () => {
    const stream = newStream();
    await a.query('BEGIN');
    await call(a, request(stream, 'none', event(), event(), event()));
    const second = call(b, request(stream, 'none'));
    await untilWaiting(b);
    await a.query('ROLLBACK');
    expect((await second)[0]?.slice(0, 4)).to.deep.equal(['a', '0', '0', '1']);
    await checkOrder(log);
  });

  it('a reader sees nothing of the first until it commits, and nothing of the second before', async () => {
    await a.query('BEGIN');
    await call(a, request(newStream(), 'none'));
    const second = call(b, request(newStream(), 'none'));
    await untilWaiting(b);
    expect(await log.readAll(BEGINNING, 10)).to.deep.equal([]);
    expect((await log.head()).sequence).to.equal(0);
    await a.query('COMMIT');
    await second;
    expect(await checkOrder(log)).to.have.length(2);
  });

  it('who inserts without asking takes the same turn, and does not deadlock', async () => {
    await a.query('BEGIN');
    await call(a, request(newStream(), 'none'));
    const forged = b
      .query(
        `INSERT INTO log.events VALUES (1, 'person-x', 0, '${randomUUID()}', 'forged', 1, '{}', '{}', now())`,
      )
      .catch((error: unknown) => error);
    await untilWaiting(b);
    expect((await call(a, request(newStream(), 'none')))[0]?.[0]).to.equal('a');
    await a.query('COMMIT');
    expect(((await forged) as pg.DatabaseError).code).to.match(/^23/);
    expect(await checkOrder(log)).to.have.length(2);
  });

  it('who waits too long for the head gives up and tries again: its append is not lost', async () => {
    const troubles: string[] = [];
    let another: () => void = () => undefined;
    const patient = await openPostgresLog({
      connection: database.log,
      lockTimeout: 50,
      logger: {
        warn: (fields) => {
          troubles.push(JSON.stringify(fields));
          another();
        },
      },
    });
    await a.query('BEGIN');
    await a.query('SELECT log.lock_head()');
    const appended = patient.append(request(newStream(), 'none'));
    await new Promise<void>((resolve) => {
      another = resolve;
    });
    await a.query('COMMIT');
    expect((await appended).kind).to.equal('appended');
    expect(troubles.join()).to.match(/lock timeout/);
    await patient.close();
  });

  it('who sits idle on the head is thrown out', async () => {
    const idle = new pg.Client({
      ...clientConfig(database.log, 'idle'),
      idle_in_transaction_session_timeout: 50,
    });
    idle.on('error', () => undefined);
    await idle.connect();
    await idle.query('BEGIN');
    await idle.query('SELECT log.lock_head()');
    expect((await log.append(request(newStream(), 'none'))).kind).to.equal('appended');
    await idle.end();
  });

  it('the log’s sessions plan without JIT and wait for nothing for ever', async () => {
    const session = new pg.Client(clientConfig(database.log, 'settings'));
    await session.connect();
    const { rows } = await session.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE name = 'jit' OR name LIKE '%\\_timeout' AND setting <> '0' ORDER BY 1`,
    );
    await session.end();
    expect(Object.fromEntries(rows.map((r) => [r.name, r.setting]))).to.include({
      jit: 'off',
      lock_timeout: '5000',
      idle_in_transaction_session_timeout: '10000',
      statement_timeout: '20000',
    });
  });
});
