import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, DEMO_MARK, type AppendOptions, type AppendRequest } from '../../src/event-log/port.js';
import { loadDemo } from '../../src/demo/loadDemo.js';
import { ACTIONS } from '../../src/record/registry.js';
import { HOUSEKEEPING } from '../../src/record/events.js';
import { stateAt } from '../../src/record/timeline.js';
import { memoryCore } from '../support/memoryCore.js';
import { opened, record } from '../support/record.js';
import { TestDesk } from '../support/desk.js';

const nothing = () => undefined;

/** A log that fails after so many appends, as if the process ended there. */
class Ending extends MemoryLog {
  left = Infinity;

  override append(request: AppendRequest, options?: AppendOptions) {
    if (this.left-- <= 0) return Promise.reject(new Error('ended here'));
    return super.append(request, options);
  }
}

async function load(log: MemoryLog) {
  const core = await memoryCore(log, 'demo');
  try {
    return await loadDemo(core, nothing);
  } finally {
    await core.close();
  }
}

const texts = async (log: MemoryLog) =>
  (await log.readAll(BEGINNING, 100_000)).map((e) => [
    e.id,
    e.type,
    e.stream,
    e.revision,
    e.data,
    e.recordedAt,
  ]);

describe('The invented sample', function () {
  this.timeout(60_000);

  it('stands in the log after its mark, the same in every load, by a clock that never falls', async () => {
    const [a, b] = [new MemoryLog(), new MemoryLog()];
    expect(await load(a)).to.include({ outcome: 'loaded', persons: 203 });
    await load(b);
    const events = await texts(a);
    expect(events[0]?.[1]).to.equal(DEMO_MARK);
    expect(await texts(b)).to.deep.equal(events);
    const times = events.map((e) => String(e[5]));
    expect(times).to.deep.equal([...times].sort());
    expect(times.at(-1)?.slice(0, 4)).to.equal('2026');
  });

  it('uses every action, and corrections, rescissions, a withdrawal, a restoration and a merge', async () => {
    const log = new MemoryLog();
    await load(log);
    const types = new Set((await texts(log)).map((e) => e[1]));
    for (const { type } of ACTIONS) expect(types, type).to.include(type);
    for (const kind of Object.keys(HOUSEKEEPING).filter((k) => k !== 'finding_settled'))
      expect(types, kind).to.include(kind);
  });

  it('an interrupted load is completed by the next, without a difference', async () => {
    const whole = new MemoryLog();
    await load(whole);
    const expected = await texts(whole);
    for (const appends of [0, 1, 9, 40, 333, 900]) {
      const log = new Ending();
      log.left = appends;
      expect(await load(log).catch((e: unknown) => String(e))).to.include('ended here');
      log.left = Infinity;
      await load(log);
      expect(await texts(log), `after ${appends} appends`).to.deep.equal(expected);
    }
  });

  it('loads nothing on any other log, and says so', async () => {
    const log = new MemoryLog();
    await new TestDesk(log).done('00000000-0000-4000-8000-00000000000a', [record(opened())]);
    expect((await load(log)).outcome).to.equal('refused');
    expect((await log.head()).sequence).to.equal(1);
  });

  it('has late entries and corrections: what was known before is another thing than what is known now', async () => {
    const core = await memoryCore(new MemoryLog(), 'demo');
    const { tour } = await loadDemo(core, nothing);
    const loaded = await core.desk.load(tour.corrected);
    const before = await core.log.sequenceAt('2026-05-31T16:59:59.999Z');
    const stepAt = async (k?: number) =>
      stateAt(await core.desk.timelineOf(loaded, k), '2016-01-01').state.grade?.step;
    expect([await stepAt(before), await stepAt()]).to.deep.equal([1, 2]);
    await core.close();
  });
});
