/** What a node, a network or another application may do to the log in EventStoreDB; G numbers are those of the notes. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openEventStoreDbLog } from '../../../src/event-log/eventstoredb/eventStoreDbLog.js';
import { BadEventStoreDbUrl, checkEventStoreDbUrl } from '../../../src/event-log/eventstoredb/url.js';
import { LogDamaged } from '../../../src/event-log/eventstoredb/wire.js';
import {
  InvalidAppend,
  LogUnavailable,
  MAX_APPEND_BYTES,
  type AppendOutcome,
} from '../../../src/event-log/port.js';
import { OperatorError } from '../../../src/operatorError.js';
import { allOf, checkOrder, event, newStream, request } from '../../contract/eventLogContract.js';
import { forgetNumbering, standInLog } from '../../support/esdb/engines.js';
import { until } from '../../support/until.js';

type Opened = Awaited<ReturnType<typeof standInLog>>;

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error,
  );
}

const given = (type: string, data = '{}') => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(data),
  custom: Buffer.from(''),
});

describe('The log in EventStoreDB', function () {
  this.timeout(60_000);
  let opened: Opened;
  const open = async (options: Parameters<typeof standInLog>[0] = {}): Promise<Opened> =>
    (opened = await standInLog({ timeout: 1_000, retryFor: 20_000, watchdog: 500, ...options }));
  afterEach(() => opened.close());

  /** Sends so many at once, and holds the log against what was answered. */
  async function inFlight(count: number, fault: () => Promise<void>, there = 0): Promise<void> {
    const { log } = opened;
    const requests = Array.from({ length: count }, () => request(newStream(), 'none', event(), event()));
    const sending = Promise.all(requests.map((one) => log.append(one)));
    await fault();
    const outcomes: AppendOutcome[] = await sending;
    expect(outcomes.every((o) => o.kind === 'appended' || o.kind === 'alreadyAppended')).to.equal(true);
    const all = await checkOrder(log);
    expect(all.length, 'nothing lost, nothing twice').to.equal(there + 2 * count);
  }

  it('G1: takes texts only, so that nothing is stringified where it cannot be', async () => {
    const { log } = await open();
    const text = '{"text":"\u2028 🙂","n":12345678901234567890}';
    await log.append(request(newStream(), 'none', event(text)));
    expect((await allOf(log))[0]?.data).to.equal(text);
  });

  it('G2: a node that takes an append and is silent is asked again with the same ids', async () => {
    const { standIn } = await open();
    standIn.faults.silentAppends = true;
    await inFlight(10, async () => {
      await until(() => standIn.appends >= 20);
      standIn.faults.silentAppends = false;
    });
  });

  it('G2: a node that stays silent is unavailable after the time given, and the outcome may be unknown', async () => {
    const { log, standIn } = await open({ retryFor: 1_500 });
    standIn.faults.silentAppends = true;
    expect(await rejection(log.append(request(newStream(), 'none')))).to.be.instanceOf(LogUnavailable);
  });

  it('G2: a batch stream that the node ends is opened again', async () => {
    const { standIn } = await open();
    standIn.faults.closeBatch = 1;
    await inFlight(20, () => Promise.resolve());
  });

  it('G3, G8: killed with 100 appends in flight and started again, it has each once', async () => {
    const { standIn } = await open();
    standIn.faults.delay = 30;
    await inFlight(100, async () => {
      await until(() => standIn.appends >= 50);
      standIn.kill();
      standIn.faults.delay = 0;
      await standIn.start();
    });
  });

  it('G3: written, and the answer lost: one copy, answered as appended', async () => {
    const { standIn } = await open();
    standIn.faults.dropAnswers = 25;
    await inFlight(50, () => Promise.resolve());
    expect(standIn.faults.dropAnswers).to.equal(0);
  });

  it('G4, G7, G9: a node that is not there, or reads without an end, is said to be unavailable in time', async () => {
    const { log, standIn } = await open({ retryFor: 1_500 });
    standIn.faults.silentReads = true;
    expect(await rejection(log.readStream(newStream()))).to.be.instanceOf(LogUnavailable);
    standIn.faults.silentReads = false;
    standIn.kill();
    expect(await rejection(log.readStream(newStream()))).to.be.instanceOf(LogUnavailable);
    await standIn.start();
    expect(await log.readStream(newStream())).to.deep.equal([]);
  });

  it('G4: opening on nothing says where it looked and what to do, without the login', async () => {
    const { database, standIn } = await open();
    const error = await rejection(
      openEventStoreDbLog({
        url: 'esdb://127.0.0.1:1?tls=false',
        prefix: 'x_',
        connection: database.log,
        openFor: 600,
        timeout: 300,
      }),
    );
    expect(error).to.be.instanceOf(OperatorError);
    expect(String(error)).to.match(/127\.0\.0\.1:1 cannot be used.*EVENTSTOREDB_URL/s);
    expect(standIn.appends).to.equal(1);
  });

  it('opening on a node too old for batches of appends says so', async () => {
    const { database, standIn } = await open();
    standIn.faults.noBatchAppend = true;
    await standIn.restart();
    const error = await rejection(
      openEventStoreDbLog({ url: standIn.discoverUrl, prefix: 'x_', connection: database.log }),
    );
    expect(error).to.be.instanceOf(OperatorError);
    expect(String(error)).to.contain('version 21.10 or later');
  });

  it('G5, G22: settings that the client would take silently are refused: no effect, no failures told, a login without TLS', () => {
    for (const bad of [
      'esdb://u:p@h:2113?tls=false',
      'esdb://h?throwOnAppendFailure=false',
      'esdb://h?tlsVerifyCert=false',
      'esdb://h?unknown=1',
      'esdb+discover://a,b',
      'http://h:2113',
      'esdb://h?tls=maybe',
    ])
      expect(() => {
        checkEventStoreDbUrl(bad);
      }, bad).to.throw(BadEventStoreDbUrl);
    for (const good of [
      'esdb://h:2113?tls=false',
      'esdb://u:p%40@a:1,b:2,c:3?tlsCAFile=/ca.pem',
      'esdb+discover://cluster.local:2113',
    ])
      checkEventStoreDbUrl(good);
  });

  it('G10, G12: a subscription that the node drops as too slow, or that breaks, goes on where it was', async () => {
    const { log, standIn } = await open();
    standIn.faults.tooSlow = 3;
    for (let i = 0; i < 10; i++) await log.append(request(newStream(), 'none'));
    await standIn.restart();
    await log.append(request(newStream(), 'none'));
    expect((await checkOrder(log)).length).to.equal(11);
    expect(standIn.faults.tooSlow).to.equal(0);
  });

  it('G12: a subscription that falls silent is made anew (watchdog)', async () => {
    const { log, standIn } = await open();
    standIn.faults.silentSubscriptions = true;
    await standIn.restart();
    const before = standIn.subscriptions;
    await until(() => standIn.subscriptions > before);
    const appending = log.append(request(newStream(), 'none'));
    await until(() => standIn.subscriptions > before + 1);
    standIn.faults.silentSubscriptions = false;
    expect((await appending).kind).to.equal('appended');
    expect((await log.head()).sequence).to.equal(1);
  });

  it('G12: an idle log is no trouble: its subscription is taken up again without a word, and no read is cut off', async () => {
    const told: string[] = [];
    const { log, standIn } = await open({ logger: { warn: (fields) => told.push(JSON.stringify(fields)) } });
    const before = standIn.subscriptions;
    await until(() => standIn.subscriptions >= before + 3);
    expect(told).to.deep.equal([]);
    expect((await log.append(request(newStream(), 'none'))).kind).to.equal('appended');
  });

  it('G13: a stale checkpoint never takes the numbering back', async () => {
    const { log, standIn, again } = await open();
    standIn.faults.staleCheckpoints = true;
    for (let i = 0; i < 200; i++) standIn.store.append('other-1', 'any', [given('noise')]);
    await log.append(request(newStream(), 'none'));
    for (let i = 0; i < 200; i++) standIn.store.append('other-1', 'any', [given('noise')]);
    await log.append(request(newStream(), 'none'));
    const other = await again();
    await other.append(request(newStream(), 'none'));
    expect((await checkOrder(other)).length).to.equal(3);
    await other.close();
  });

  it('G11, G14, G24: pages and subscriptions begin after their position; the system and other applications are not there', async () => {
    const { log, standIn } = await open();
    const positions: bigint[] = [];
    for (let i = 0; i < 30; i++) {
      standIn.store.append('order-1', 'any', [given('shipped'), given('paid')]);
      standIn.store.append('$stats-1', 'any', [given('$statsCollected')]);
      const outcome = await log.append(request(newStream(), 'none'));
      if (outcome.kind === 'appended') positions.push(outcome.position);
    }
    expect((await checkOrder(log)).map((e) => e.position)).to.deep.equal(positions);
    expect((await log.readAll(positions[9]!, 5)).map((e) => e.sequence)).to.deep.equal([11, 12, 13, 14, 15]);
    const stop = new AbortController();
    for await (const batch of log.subscribe({ after: positions[27]!, signal: stop.signal })) {
      expect(batch.map((e) => e.sequence)).to.deep.equal([29, 30]);
      stop.abort();
    }
  });

  it('G6: a wrong revision is told with the actual one', async () => {
    const { log } = await open();
    const stream = newStream();
    await log.append(request(stream, 'none', event(), event()));
    expect(await log.append(request(stream, 0))).to.deep.equal({ kind: 'wrongRevision', stream, actual: 1 });
  });

  it('G15: an id in capitals is refused before the client sees it, for the node answers it twice', async () => {
    const { log } = await open();
    const bad = request(newStream(), 'none', event('{}', randomUUID().toUpperCase()));
    expect(await rejection(log.append(bad))).to.be.instanceOf(InvalidAppend);
  });

  it('§3.4: a double answer, which would end the process, changes nothing', async () => {
    const { log, standIn } = await open();
    standIn.faults.answerTwice = true;
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    try {
      await inFlight(10, () => Promise.resolve());
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    expect(uncaught).to.deep.equal([]);
    expect((await log.head()).sequence).to.equal(20);
  });

  it('G16: times are whole milliseconds and never fall, though the node’s ticks are finer', async () => {
    const { log } = await open();
    for (let i = 0; i < 5; i++) await log.append(request(newStream(), 'none'));
    for (const { recordedAt } of await checkOrder(log)) expect(recordedAt).to.match(/\.\d{3}Z$/);
  });

  it('G17, G25: bytes come back as they went, also keys that look like numbers and long numbers', async () => {
    const { log } = await open();
    const texts = ['{"10":1,"2":1}', '{"n":90071992547409931}', '{"a":null}'];
    const stream = newStream();
    await log.append(request(stream, 'none', ...texts.map((t) => ({ ...event(t), meta: t }))));
    const read = await log.readStream(stream);
    expect(read.map((e) => e.data)).to.deep.equal(texts);
    expect(read.map((e) => e.meta)).to.deep.equal(texts);
  });

  it('G18: what is too large is refused before it is sent, as on any engine; what a node refuses is told at once', async () => {
    const { log, standIn } = await open();
    const before = standIn.appends;
    const large = request(newStream(), 'none', event(JSON.stringify('x'.repeat(MAX_APPEND_BYTES))));
    expect(await rejection(log.append(large))).to.be.instanceOf(InvalidAppend);
    expect(standIn.appends, 'nothing was sent').to.equal(before);
    const largest = request(newStream(), 'none', event(JSON.stringify('x'.repeat(MAX_APPEND_BYTES - 200))));
    expect((await log.append(largest)).kind).to.equal('appended');
    // A node set to less than we allow.
    standIn.faults.overSize = 1;
    const started = Date.now();
    const error = await rejection(log.append(request(newStream(), 'none')));
    expect(error).to.be.instanceOf(LogUnavailable);
    expect(String(error)).to.contain('larger than EventStoreDB takes');
    expect(Date.now() - started, 'not tried again').to.be.lessThan(1_000);
    expect((await checkOrder(log)).length).to.equal(1);
  });

  it('G19: an append of nothing never reaches the node', async () => {
    const { log, standIn } = await open();
    const before = standIn.appends;
    expect(
      await rejection(log.append({ stream: newStream(), expected: 'any', events: [] })),
    ).to.be.instanceOf(InvalidAppend);
    expect(standIn.appends).to.equal(before);
  });

  it('G20: not the leader: the client only finds the leader for its next call, so this one goes again', async () => {
    const { standIn } = await open();
    standIn.faults.notLeader = 3;
    const before = standIn.appends;
    await inFlight(5, () => Promise.resolve());
    expect(standIn.faults.notLeader).to.equal(0);
    expect(standIn.appends - before, 'sent again').to.be.at.least(6);
  });

  it('G21, G24: a link, or anything else that is not of our form, in a stream under our prefix stops the log, naming it', async () => {
    const { log, standIn, prefix } = await open();
    await log.append(request(newStream(), 'none'));
    standIn.store.append(`${prefix}person-x`, 'any', [given('$>', '0@order-1')]);
    const error = await rejection(log.head());
    expect(error).to.be.instanceOf(LogDamaged);
    expect(String(error)).to.contain(`${prefix}person-x`);
  });

  it('G23: a stream of ours that somebody deletes, tombstones or limits stops the log, naming it', async () => {
    for (const harm of ['softDelete', 'tombstone'] as const) {
      const { log, standIn, prefix, close } = await open();
      const stream = newStream();
      await log.append(request(stream, 'none', event(), event()));
      standIn.store[harm](prefix + stream);
      const error = await rejection(log.head());
      expect(error, harm).to.be.instanceOf(LogDamaged);
      expect(String(error)).to.contain(stream);
      if (harm === 'tombstone') {
        expect(await rejection(log.readStream(stream))).to.be.instanceOf(LogDamaged);
        expect(await rejection(log.append(request(stream, 1)))).to.be.instanceOf(LogDamaged);
      } else {
        // Made again by somebody, it begins above 0: never taken for a whole history.
        standIn.store.append(prefix + stream, 'none', [given('happened')]);
        expect(await rejection(log.readStream(stream))).to.be.instanceOf(LogDamaged);
      }
      await close();
    }
    await open();
  });

  for (const others of [0, 5_000])
    it(`refuses to begin where strangers stand under its prefix, ${others} events of others ago; not beside those others`, async () => {
      const { log: first, standIn, database } = await open();
      await first.close();
      const begin = async (prefix: string) => {
        await forgetNumbering(database);
        return openEventStoreDbLog({ url: standIn.url, prefix, connection: database.log });
      };
      standIn.store.append('mine_order-1', 'any', [given('shipped')]);
      for (let i = 0; i < others; i++) standIn.store.append('other-1', 'any', [given('noise')]);
      expect(await rejection(begin('mine_'))).to.be.instanceOf(LogDamaged);
      const log = await begin('ours_');
      await log.append(request(newStream(), 'none'));
      await log.close();
      const again = await begin('ours_');
      expect((await again.head()).sequence, 'counted again from where it begins').to.equal(1);
      await again.close();
    });

  it('same ids with other content are told apart though the node calls both a success', async () => {
    const { log, again } = await open();
    const other = await again();
    const [stream, id] = [newStream(), randomUUID()];
    await log.append(request(stream, 'none', event('{"a":1}', id)), { numbered: false });
    await other.head();
    expect((await other.append(request(stream, 'none', event('{"a":2}', id)))).kind).to.equal(
      'contentDiffers',
    );
    expect((await other.append(request(stream, 'none', event('{"a":1}', id)))).kind).to.equal(
      'alreadyAppended',
    );
    await other.close();
  });

  it('found by the name of a cluster (gossip), it works as by address', async () => {
    const { standIn, prefix, database, log } = await open();
    await log.append(request(newStream(), 'none'));
    const found = await openEventStoreDbLog({ url: standIn.discoverUrl, prefix, connection: database.log });
    expect((await found.head()).sequence).to.equal(1);
    await found.close();
  });

  describe('sequences', () => {
    it('forgotten and counted again are the same', async () => {
      const { log, database, again } = await open();
      const stream = newStream();
      for (let i = 0; i < 20; i++) await log.append(request(i % 3 === 0 ? stream : newStream(), 'any'));
      const before = await checkOrder(log);
      await log.close();
      await forgetNumbering(database);
      const anew = await again();
      expect(await checkOrder(anew)).to.deep.equal(before);
      await anew.close();
    });

    it('are given under load page by page, and without it as events come, densely all the same', async () => {
      const { log } = await open();
      const caller = async (): Promise<void> => {
        for (let i = 0; i < 20; i++)
          await log.append(request(newStream(), 'none'), { numbered: i % 2 === 0 });
      };
      await Promise.all(Array.from({ length: 40 }, caller));
      const last = await log.append(request(newStream(), 'none'));
      expect(last).to.include({ kind: 'appended', sequence: 801 });
      expect((await checkOrder(log)).length).to.equal(801);
    });

    it('are given by another process when the one that gave them ends', async () => {
      const { log, again } = await open();
      const other = await again();
      await log.append(request(newStream(), 'none'));
      await log.close();
      await other.append(request(newStream(), 'none'));
      expect((await checkOrder(other)).length).to.equal(2);
      await other.close();
    });
  });
});
