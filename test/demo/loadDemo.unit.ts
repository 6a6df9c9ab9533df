import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, DEMO_MARK, type AppendOptions, type AppendRequest } from '../../src/event-log/port.js';
import { PROPOSAL_VERSIONS } from '../../src/proposals/proposal.js';
import { loadDemo } from '../../src/demo/loadDemo.js';
import { ACTIONS } from '../../src/record/registry.js';
import type { HousekeepingKind } from '../../src/record/events.js';
import { stateAt } from '../../src/record/timeline.js';
import { memoryCore, type MemoryCore } from '../support/memoryCore.js';
import { opened, record } from '../support/record.js';
import { TestDesk } from '../support/desk.js';

const PROPOSAL_KINDS = Object.keys(PROPOSAL_VERSIONS);

/** A city as small as shows every kind of thing. */
const FEW = 30;

/** A log that fails after so many appends, as if the process ended there. */
class Ending extends MemoryLog {
  left = Infinity;

  override appendBulk(requests: readonly AppendRequest[], options?: AppendOptions) {
    if (this.left-- <= 0) return Promise.reject(new Error('ended here'));
    return super.appendBulk(requests, options);
  }
}

async function load(log: MemoryLog, persons = FEW) {
  const core = await memoryCore(log, 'demo');
  try {
    return await loadDemo(core, { persons });
  } finally {
    await core.close();
  }
}

const texts = async (log: MemoryLog) =>
  (await log.readAll(BEGINNING, 1_000_000)).map((e) => [
    e.id,
    e.type,
    e.stream,
    e.revision,
    e.data,
    e.recordedAt,
  ]);

describe('The invented city as it is loaded', function () {
  this.timeout(300_000);
  const whole = new MemoryLog();
  let expected: Awaited<ReturnType<typeof texts>>;

  before(async () => {
    expect(await load(whole)).to.include({ outcome: 'loaded', persons: FEW + 3 });
    expected = await texts(whole);
  });

  it('stands in the log after its mark, by a clock that never falls and stops on a day', () => {
    expect(expected[0]?.[1]).to.equal(DEMO_MARK);
    const times = expected.map((e) => String(e[5]));
    expect(times).to.deep.equal([...times].sort());
    expect(times[0]?.slice(0, 10)).to.equal('2012-10-03');
    expect(times.at(-1)?.slice(0, 10)).to.equal('2026-06-30');
  });

  it('an interrupted load is completed by the next, without a difference', async () => {
    const progress: number[] = [];
    for (const appends of [0, 60, 300, 700]) {
      const log = new Ending();
      log.left = appends;
      expect(await load(log).catch((e: unknown) => String(e))).to.include('ended here');
      progress.push((await log.head()).sequence);
      log.left = Infinity;
      await load(log);
      expect(await texts(log), `after ${appends} appends`).to.deep.equal(expected);
    }
    // Each broke off at another place, and none at the end.
    expect(progress).to.deep.equal([...new Set(progress)].sort((a, b) => a - b));
    expect(progress.at(-1)).to.be.lessThan(expected.length);
  });

  it('a load that was completed is left as it is', async () => {
    expect(await load(whole)).to.include({ outcome: 'loaded', persons: FEW + 3 });
    expect(await texts(whole)).to.deep.equal(expected);
  });

  it('uses every action, and corrections, rescissions, a withdrawal, a restoration and a merge', () => {
    const types = new Set(expected.map((e) => e[1]));
    for (const { type } of ACTIONS) expect(types, type).to.include(type);
    const kinds: readonly HousekeepingKind[] = [
      'corrected',
      'rescinded',
      'record_withdrawn',
      'record_restored',
    ];
    for (const status of PROPOSAL_KINDS) expect(types, status).to.include(status);
    for (const kind of kinds) expect(types, kind).to.include(kind);
  });

  it('loads nothing on any other log, and says so', async () => {
    const log = new MemoryLog();
    await new TestDesk(log).done('00000000-0000-4000-8000-00000000000a', [record(opened())]);
    expect((await load(log)).outcome).to.equal('refused');
    expect((await log.head()).sequence).to.equal(1);
  });

  it('shows a correction of June 2026, a merger of records, and a transfer that is still to come', async () => {
    await withCity(async (core) => {
      const { tour } = await loadDemo(core, { persons: FEW });
      const corrected = await core.desk.load(tour.corrected);
      const before = await core.log.sequenceAt('2026-05-31T16:59:59.999Z');
      const stepAt = async (k?: number) =>
        stateAt(await core.desk.timelineOf(corrected, k), '2020-01-01').state.grade?.step;
      expect([await stepAt(before), await stepAt()]).to.deep.equal([1, 2]);
      const merged = await core.desk.timelineOf(await core.desk.load(tour.merged));
      expect(merged.withdrawal?.mergedInto).to.be.a('string');
      const future = await core.desk.timelineOf(await core.desk.load(tour.future));
      const unitOn = (day: string) => stateAt(future, day).state.unit?.unit;
      expect(unitOn('2026-12-01')).not.to.equal(unitOn('2026-11-30'));
    });
  });

  it('loads whole: some 2,000 persons, half of them with 25 facts and more', async () => {
    const log = new MemoryLog();
    const { persons, events } = await load(log, 2_000);
    expect(persons).to.equal(2_003);
    const sizes = new Map<string, number>();
    for (const { stream } of await log.readAll(BEGINNING, 1_000_000))
      if (stream.startsWith('person-')) sizes.set(stream, (sizes.get(stream) ?? 0) + 1);
    expect(sizes.size).to.equal(persons);
    const sorted = [...sizes.values()].sort((a, b) => a - b);
    // Beside what the scripts ask for, a merger copies the duplicate’s facts.
    expect(sorted.reduce((a, b) => a + b)).to.be.within(events, events + 100);
    expect(sorted[Math.floor(persons / 2)]).to.be.at.least(25);
  });

  /** The small city again, with what asks questions of it. */
  async function withCity(use: (core: MemoryCore) => Promise<void>): Promise<void> {
    const core = await memoryCore(new MemoryLog(), 'demo');
    try {
      await use(core);
    } finally {
      await core.close();
    }
  }
});
