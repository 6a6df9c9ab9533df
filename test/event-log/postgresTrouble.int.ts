import { expect } from 'chai';
import pg from 'pg';
import { BEGINNING, LogUnavailable, type EventLog, type RecordedEvent } from '../../src/event-log/port.js';
import { openPostgresLog, type PostgresLogOptions } from '../../src/event-log/postgres/postgresLog.js';
import { losesFirstAnswer } from './losingProxy.js';
import { checkOrder, event, newStream, request } from '../contract/eventLogContract.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

describe('The log on PostgreSQL, when something goes wrong', () => {
  let database: TestDatabase;
  let superuser: pg.Client;
  let logs: EventLog[];

  beforeEach(async () => {
    database = await testDatabase();
    superuser = new pg.Client({ ...database.superuser });
    await superuser.connect();
    logs = [];
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await superuser.end();
    await database.close();
  });

  async function open(options: Partial<PostgresLogOptions> = {}): Promise<EventLog> {
    const log = await openPostgresLog({ connection: database.log, ...options });
    logs.push(log);
    return log;
  }

  /** Ends the log's sessions whose name holds the text; answers how many. */
  async function kill(name: string): Promise<number> {
    const { rowCount } = await superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE '%' || $1 || '%' AND datname = current_database()`,
      [name],
    );
    return rowCount ?? 0;
  }

  /** Until somebody of that name is there, in that state. */
  async function until(condition: string): Promise<void> {
    for (;;) {
      const { rowCount } = await superuser.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`,
      );
      if (rowCount !== 0) return;
    }
  }

  /** Holds the head in a session of its own, so that appends stay in flight, until let go. */
  async function holdHead(): Promise<() => Promise<void>> {
    const client = new pg.Client({ ...database.log });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT log.lock_head()');
    return async () => {
      await client.query('COMMIT');
      await client.end();
    };
  }

  const WAITING = `application_name = 'hoso log writer' AND wait_event_type = 'Lock'`;

  it('appends in flight when their session is ended are sent again: each stands once', async () => {
    const log = await open();
    const requests = Array.from({ length: 100 }, () => request(newStream(), 'none', event(), event()));
    const letGo = await holdHead();
    const outcomes = Promise.all(requests.map((one) => log.append(one)));
    await until(WAITING);
    expect(await kill('log writer')).to.be.greaterThan(0);
    await letGo();
    expect(new Set((await outcomes).map((o) => o.kind))).to.deep.equal(new Set(['appended']));
    expect(await checkOrder(log)).to.have.length(200);
  });

  it('an answer lost after the commit is fetched by sending the same ids: one copy, the first positions', async () => {
    const log = await open();
    const first = await log.append(request(newStream(), 'none'));
    const one = request(newStream(), 'none', event(), event());
    const proxy = await losesFirstAnswer(database.log, one.events[0]!.id);
    const beyond = await open({ connection: { ...database.log, ...proxy.address } });
    const outcome = await beyond.append(one);
    expect(proxy.lost()).to.equal(1);
    expect(outcome).to.deep.include({
      kind: 'alreadyAppended',
      firstRevision: 0,
      lastRevision: 1,
      sequence: 3,
    });
    expect(first.kind).to.equal('appended');
    expect(await checkOrder(log)).to.have.length(3);
    await beyond.close();
    await proxy.close();
  });

  it('bulk appends in flight when their session is ended are sent again', async () => {
    const log = await open();
    const requests = Array.from({ length: 600 }, () => request(newStream(), 'none', event(), event()));
    const letGo = await holdHead();
    const outcomes = log.appendBulk(requests);
    await until(`application_name = 'hoso log bulk writer' AND wait_event_type = 'Lock'`);
    await kill('bulk writer');
    await letGo();
    expect((await outcomes).every((o) => o.kind === 'appended')).to.equal(true);
    expect(await checkOrder(log)).to.have.length(1200);
  });

  it('an append whose outcome stays unknown for too long is given up as LogUnavailable', async () => {
    const log = await open({ retryFor: 100 });
    await superuser.query(`ALTER ROLE hoso_log CONNECTION LIMIT 0`);
    try {
      await kill('hoso log');
      const refused = await log.append(request(newStream(), 'none')).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(LogUnavailable);
      const unread = await log.head().catch((error: unknown) => error);
      expect(unread).to.be.instanceOf(LogUnavailable);
    } finally {
      await superuser.query('ALTER ROLE hoso_log CONNECTION LIMIT -1');
    }
    expect((await log.append(request(newStream(), 'none'))).kind).to.equal('appended');
  });

  it('what the database refuses fails its own append, not its neighbours’', async () => {
    const log = await open();
    const bad = newStream();
    await superuser.query(`ALTER TABLE log.events ADD CHECK (stream_id <> '${bad}')`);
    const letGo = await holdHead();
    const first = log.append(request(newStream(), 'none'));
    await until(WAITING);
    const rest = [newStream(), bad, newStream()].map((stream) => log.append(request(stream, 'none')));
    const settled = Promise.allSettled([first, ...rest]);
    await letGo();
    expect((await settled).map((s) => s.status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await checkOrder(log)).to.have.length(3);
  });

  describe('a subscription', () => {
    /** Follows a log into a list. */
    function follow(log: EventLog): {
      seen: RecordedEvent[];
      until: (n: number) => Promise<void>;
      stop: () => void;
    } {
      const stop = new AbortController();
      const seen: RecordedEvent[] = [];
      let look: () => void = () => undefined;
      void (async () => {
        for await (const batch of log.subscribe({ after: BEGINNING, signal: stop.signal })) {
          seen.push(...batch);
          look();
        }
      })();
      return {
        seen,
        stop: () => {
          stop.abort();
        },
        until: (n) =>
          new Promise((resolve) => {
            look = () => {
              if (seen.length >= n) resolve();
            };
            look();
          }),
      };
    }

    it('hears of other processes’ events by NOTIFY, long before its poll', async () => {
      const [mine, other] = [await open({ poll: 600_000 }), await open()];
      const follower = follow(mine);
      await until(`application_name = 'hoso log listener' AND query LIKE 'LISTEN%' AND state = 'idle'`);
      await other.append(request(newStream(), 'none'));
      await follower.until(1);
      await other.appendBulk([request(newStream(), 'none')]);
      await follower.until(2);
      follower.stop();
    });

    it('hears of its own process’s events without NOTIFY and without its poll', async () => {
      const log = await open({ poll: 600_000, listen: false });
      const follower = follow(log);
      for (let i = 1; i <= 20; i++) {
        await log.append(request(newStream(), 'none'));
        await follower.until(i);
      }
      follower.stop();
    });

    it('sees them by its poll when nobody listens', async () => {
      const [mine, other] = [await open({ poll: 20, listen: false }), await open()];
      const follower = follow(mine);
      await other.append(request(newStream(), 'none'));
      await follower.until(1);
      await other.append(request(newStream(), 'none'));
      await follower.until(2);
      follower.stop();
    });

    it('whose listening session is ended sees them, and listens again', async () => {
      const [mine, other] = [await open({ poll: 600_000 }), await open()];
      const follower = follow(mine);
      for (let i = 1; i <= 3; i++) {
        await until(`application_name = 'hoso log listener' AND query LIKE 'LISTEN%' AND state = 'idle'`);
        await kill('listener');
        await other.append(request(newStream(), 'none'));
        await follower.until(i);
      }
      follower.stop();
    });

    it('goes on where it was when every session is ended, again and again', async () => {
      const log = await open({ poll: 20 });
      const follower = follow(log);
      for (let i = 1; i <= 5; i++) {
        await kill('hoso log');
        await log.append(request(newStream(), 'none'));
        await follower.until(i);
      }
      expect(follower.seen.map((e) => e.sequence)).to.deep.equal([1, 2, 3, 4, 5]);
      follower.stop();
    });

    it('ends when the log is closed', async () => {
      const log = await open({ poll: 600_000 });
      const batches = log.subscribe({ after: BEGINNING, signal: new AbortController().signal });
      const next = batches[Symbol.asyncIterator]().next();
      await log.close();
      expect((await next).done).to.equal(true);
    });
  });
});
