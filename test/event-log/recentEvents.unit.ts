import { expect } from 'chai';
import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedEvent } from '../../src/event-log/port.js';
import { RecentEvents } from '../../src/event-log/postgres/recentEvents.js';

function event(position: number, text = 'x'): RecordedEvent {
  return {
    id: `id ${position}`,
    type: 'remarked',
    version: 1,
    data: text,
    meta: '{}',
    stream: 'person-1',
    revision: position - 1,
    position: BigInt(position),
    sequence: position,
    recordedAt: '2026-01-01T00:00:00.000Z',
  };
}

/** A log of so many events, and how often it was read. */
function growing() {
  const log = { length: 0, reads: 0, text: 'x' };
  const tail = new RecentEvents(async (after, limit) => {
    log.reads += 1;
    const { length } = log;
    await pause(1);
    const from = Number(after);
    return Array.from({ length: Math.max(0, Math.min(limit, length - from)) }, (_, i) =>
      event(from + i + 1, log.text),
    );
  });
  return { log, tail };
}

describe('The end of the log, read once for all who follow', () => {
  it('those who wait at the end share one read', async () => {
    const { log, tail } = growing();
    log.length = 3;
    await tail.after(0n, 10);
    log.length = 5;
    const found = await Promise.all([tail.after(3n, 10), tail.after(3n, 10), tail.after(1n, 10)]);
    expect(found.map((f) => f.map((e) => e.sequence))).to.deep.equal([
      [4, 5],
      [4, 5],
      [2, 3],
    ]);
    expect(log.reads).to.equal(2);
  });

  it('who asks after something new was told sees it, also while an older read is under way', async () => {
    const { log, tail } = growing();
    log.length = 1;
    await tail.after(0n, 10);
    const older = tail.after(1n, 10);
    log.length = 2;
    const newer = tail.after(1n, 10);
    expect(await older).to.deep.equal([]);
    expect((await newer).map((e) => e.sequence)).to.deep.equal([2]);
  });

  it('large events are not kept beyond its bound, and are read again', async () => {
    const { log, tail } = growing();
    log.text = 'x'.repeat(3_000_000);
    log.length = 4;
    await tail.after(0n, 10);
    expect((await tail.after(0n, 10)).map((e) => e.sequence)).to.deep.equal([1, 2, 3, 4]);
    expect(log.reads).to.equal(2);
  });

  it('every subscriber sees every event once and in order, however they and the log go', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), n: fc.integer({ min: 1, max: 30 }) }),
      fc.record({
        kind: fc.constant('read' as const),
        who: fc.integer({ min: 0, max: 3 }),
        limit: fc.integer({ min: 1, max: 12 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { log, tail } = growing();
        const at = [0, 0, 0, 0];
        const busy: Promise<void>[] = [0, 1, 2, 3].map(() => Promise.resolve());
        for (const one of steps) {
          if (one.kind === 'append') log.length += one.n;
          else {
            const { who, limit } = one;
            await busy[who];
            const known = log.length;
            busy[who] = tail.after(BigInt(at[who] ?? 0), limit).then((events) => {
              const from = at[who] ?? 0;
              expect(events.map((e) => e.sequence)).to.deep.equal(events.map((_, i) => from + i + 1));
              expect(events.length).to.be.at.least(Math.min(limit, known - from) > 0 ? 1 : 0);
              at[who] = from + events.length;
            });
          }
        }
        await Promise.all(busy);
      }),
      { numRuns: 60 },
    );
  });
});
