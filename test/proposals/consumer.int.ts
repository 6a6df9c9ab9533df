import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ConsumerRunner, type ConsumerRunnerOptions } from '../../src/consuming/consumerRunner.js';
import type { Consumer } from '../../src/consuming/consumer.js';
import { BEGINNING, LogUnavailable, type EventLog, type RecordedEvent } from '../../src/event-log/port.js';
import { GATE_DEFAULTS } from '../../src/proposals/gates.js';
import { openProposals } from '../../src/proposals/openProposals.js';
import { RecordDesk } from '../../src/recording/recordDesk.js';
import { deskReferences } from '../../src/core.js';
import { opened as unitOpened } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';
import { ACTOR } from '../support/desk.js';
import { quietLogger } from '../support/logger.js';
import { fact, graded, raisedEarly, record, UNIT } from '../support/record.js';
import { today } from '../support/wholePerson.js';
import { wholeRecord } from '../support/wholeRecord.js';

const RAISE = fact('step_raised_regular', today(), { grade: '01.003', step: 2 });
const frame = (key: string) => ({ actor: ACTOR, idempotencyKey: key, body: key, dryRun: false });

describe('The process of proposals, on PostgreSQL', () => {
  let w: World;
  const running: ConsumerRunner[] = [];
  before(async () => {
    w = await World.open();
    const fact = unitOpened('1990-01-01', { code: 'snv', level: 3 });
    await w.unit(UNIT.homeAffairs, { kind: 'record', fact });
  });
  afterEach(() => Promise.all(running.splice(0).map((r) => r.stop())));
  after(() => w.close());

  /** The desk and consumer of a process of its own. */
  function process(log: EventLog = w.log) {
    const { sealer, references } = w;
    const desk = new RecordDesk(log, sealer, deskReferences(references));
    const overdue = () => Promise.resolve({ count: 0, sequence: 0 });
    const places = () => Promise.resolve([]);
    return openProposals({ log, sealer, desk, references }, { overdue, places }, GATE_DEFAULTS);
  }

  function run(consumer: Consumer, more: Partial<ConsumerRunnerOptions> = {}): ConsumerRunner {
    const { log, db } = w;
    const tuning = { beatEvery: 50, takeOverEvery: 20, retryStopped: 50 };
    const runner = new ConsumerRunner({
      log,
      consumer,
      connection: db.projector,
      logger: quietLogger,
      ...tuning,
      ...more,
    });
    runner.start();
    running.push(runner);
    return runner;
  }

  /** Until a checkpoint has reached the end of the log as it is now, and what was added by then. */
  async function caughtUp(name: string): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      const { position } = await w.log.head();
      const [row] = await w.rows<{ position: string }>(
        'SELECT position FROM consuming.consumer WHERE name = $1',
        [name],
      );
      quiet = row !== undefined && BigInt(row.position) >= position ? quiet + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('decided by a process that was killed before it recorded, it is recorded once by those that run on', async () => {
    const person = personId(1);
    const facts = wholeRecord(today(), { grade: graded('2013-01-01') });
    await w.done(person, ...facts.map((f) => record(f)));
    let isDead = false;
    const dying: EventLog = {
      append: async (...asked) => {
        if (isDead) throw new LogUnavailable('killed');
        const outcome = await w.log.append(...asked);
        if (asked[0].events[0]?.type === 'proposal_decided') isDead = true;
        return outcome;
      },
      appendBulk: (...asked) => w.log.appendBulk(...asked),
      readStream: (...asked) => w.log.readStream(...asked),
      readStreams: (...asked) => w.log.readStreams(...asked),
      readEvents: (...asked) => w.log.readEvents(...asked),
      readAll: (...asked) => w.log.readAll(...asked),
      readCategories: (...asked) => w.log.readCategories(...asked),
      readBeginnings: (...asked) => w.log.readBeginnings(...asked),
      readMatching: (...asked) => w.log.readMatching(...asked),
      subscribe: (...asked) => w.log.subscribe(...asked),
      head: () => w.log.head(),
      positionAt: (...asked) => w.log.positionAt(...asked),
      sequenceAt: (...asked) => w.log.sequenceAt(...asked),
      close: () => w.log.close(),
    };
    const { desk } = process(dying);
    const made = await desk.propose({ ...frame('made'), record: person, proposed: { content: RAISE } });
    if (made.kind !== 'done') throw new Error(JSON.stringify(made));
    await desk.take({ ...frame('checked'), id: made.id, expected: 0, step: { kind: 'check' } });
    const step = { kind: 'decide', document: { number: '9/QĐ' } } as const;
    const cut = await desk
      .take({
        ...frame('decided'),
        actor: { ...ACTOR, account: randomUUID() },
        id: made.id,
        expected: 1,
        step,
      })
      .catch((e: unknown) => e);
    expect(cut).to.be.instanceOf(LogUnavailable);

    const [one, other] = [process(), process()];
    const first = run(one.consumer);
    run(other.consumer);
    await caughtUp('proposals');
    await first.stop();
    const { proposal } = await other.desk.load(made.id);
    expect(proposal?.status).to.equal('recorded');
    const raises = (await w.desk.load(person)).stored.filter((e) => e.type === 'step_raised_regular');
    expect(raises.map((e) => e.id)).to.deep.equal([proposal?.event]);
  });

  it('is run by one at a time, and taken over from its checkpoint: every event comes, none twice', async () => {
    const met: [string, number][] = [];
    const consumer = (who: string): Consumer => ({
      name: 'counter',
      start: () => Promise.resolve(),
      take: (batch) => {
        met.push(...batch.map((e): [string, number] => [who, e.sequence ?? 0]));
        return Promise.resolve();
      },
    });
    const a = run(consumer('a'));
    await caughtUp('counter');
    run(consumer('b'));
    await w.unit(randomUUID(), { kind: 'record', fact: unitOpened('2000-01-01', { code: 'x1' }) });
    await caughtUp('counter');
    expect(met.every(([who]) => who === 'a')).to.equal(true);
    await a.stop();
    await w.unit(randomUUID(), { kind: 'record', fact: unitOpened('2000-01-01', { code: 'x2' }) });
    await caughtUp('counter');
    expect(met.at(-1)?.[0]).to.equal('b');
    const { sequence } = await w.log.head();
    expect(met.map(([, n]) => n)).to.deep.equal(Array.from({ length: sequence }, (_, i) => i + 1));
  });

  it('far behind it is fed only what it says matters to it; near the end, every event', async () => {
    const met: RecordedEvent[] = [];
    const consumer: Consumer = {
      name: 'choosing',
      start: () => Promise.resolve(),
      concerns: () => ({ categories: ['unit-'], types: [], streams: [] }),
      take: (batch) => {
        met.push(...batch);
        return Promise.resolve();
      },
    };
    const person = wholeRecord(today()).map((f) => record(f));
    await w.done(personId(2), ...person);
    await w.unit(randomUUID(), { kind: 'record', fact: unitOpened('2000-01-01', { code: 'x3' }) });
    await w.done(personId(3), ...person);
    run(consumer, { look: 3 });
    await caughtUp('choosing');
    const all = await w.log.readAll(BEGINNING, 1_000);
    const near = Math.floor((all.length - 1) / 3) * 3;
    expect(near).to.be.greaterThan(0);
    expect(met.map((e) => e.sequence)).to.deep.equal(
      all.filter((e, i) => i >= near || e.stream.startsWith('unit-')).map((e) => e.sequence),
    );
  });

  it('an early raise of long ago takes its place, though the rest of its record was passed over', async () => {
    const facts = wholeRecord(today(), { grade: graded('2013-01-01') });
    await w.done(personId(4), ...facts.map((f) => record(f)), record(raisedEarly('2015-01-01', 2)));
    await w.done(personId(5), ...facts.map((f) => record(f)));
    run(process().consumer, { look: 2 });
    await caughtUp('proposals');
    const { position } = await w.log.head();
    const places = await w.log.readCategories(['earlyraises-'], BEGINNING, position, 10);
    const raise = (await w.desk.load(personId(4))).stored.at(-1);
    expect(
      places.map((e) => [e.type, (JSON.parse(e.data) as { open: { by: string } }).open.by]),
    ).to.deep.equal([['early_raise_place_taken', raise?.id]]);
  });

  it('stops at what it cannot take, says so, and goes on once it can: nothing is skipped', async () => {
    let isBroken = true;
    let taken = 0;
    const consumer: Consumer = {
      name: 'breaking',
      start: () => Promise.resolve(),
      take: (batch) => {
        if (isBroken) return Promise.reject(new TypeError('unforeseen'));
        taken += batch.length;
        return Promise.resolve();
      },
    };
    const runner = run(consumer);
    while (runner.trouble === null) await new Promise((resolve) => setTimeout(resolve, 10));
    const stopped = () =>
      w.rows<{ position: string; stopped_error: string | null }>(
        `SELECT position, stopped_error FROM consuming.consumer WHERE name = 'breaking'`,
      );
    expect((await stopped())[0]?.position).to.equal('0');
    expect((await stopped())[0]?.stopped_error).to.match(/^TypeError/);
    isBroken = false;
    await caughtUp('breaking');
    expect([runner.trouble, taken]).to.deep.equal([null, (await w.log.head()).sequence]);
    expect((await stopped())[0]?.stopped_error).to.equal(null);
  });
});
