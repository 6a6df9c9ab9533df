import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import type { RecordedEvent } from '../../src/event-log/port.js';
import { Shelf } from '../../src/projecting/shelf.js';
import type { RecordEvent } from '../../src/record/events.js';

const [A, B] = ['person-a', 'person-b'];

/** A log that counts what is read of it, and a decoder that counts what it decodes. */
class Counted extends MemoryLog {
  reads = 0;
  decoded = 0;
  override readStreams(streams: readonly string[], upTo?: bigint): Promise<RecordedEvent[]> {
    this.reads += streams.length;
    return super.readStreams(streams, upTo);
  }
  decode(events: readonly RecordedEvent[]): Promise<RecordEvent[]> {
    this.decoded += events.length;
    return Promise.resolve(events.map((e) => ({ ...e, body: { kind: 'record_restored', reason: '' } })));
  }
  async add(stream: string, count = 1): Promise<RecordedEvent[]> {
    const from = (await this.readStream(stream)).length;
    for (let i = 0; i < count; i++)
      await this.append({
        stream,
        expected: 'any',
        events: [{ id: randomUUID(), type: 'x', version: 1, data: '{}', meta: '{}' }],
      });
    return this.readStream(stream, from);
  }
}

describe('The shelf of decoded streams', () => {
  let log: Counted;
  let shelf: Shelf;
  beforeEach(() => {
    log = new Counted();
    shelf = new Shelf(log, log);
  });
  const lengths = async (wanted: Parameters<Shelf['subjects']>[1], cut: bigint) =>
    (await shelf.subjects('person', wanted, cut)).map((s) => `${s.id} ${s.events.length}`);

  it('reads a stream never, when batches brought all of it, and decodes each event once', async () => {
    for (let i = 1; i <= 5; i++) {
      const fresh = await log.add(A);
      for (let projection = 0; projection < 3; projection++)
        expect(await lengths([{ stream: A, fresh }], BigInt(i))).to.deep.equal([`a ${i}`]);
    }
    expect(log.reads).to.equal(0);
    expect(log.decoded).to.equal(5);
  });

  it('reads a stream of which it lacks the beginning, once', async () => {
    await log.add(A, 3);
    expect(await lengths([{ stream: A, fresh: await log.add(A) }], 4n)).to.deep.equal(['a 4']);
    expect(await lengths([{ stream: A, fresh: await log.add(A) }], 5n)).to.deep.equal(['a 5']);
    expect(log.reads).to.equal(1);
  });

  it('never shows what is after the cut, though another projection has brought it already', async () => {
    const first = await log.add(A, 2);
    const later = await log.add(A, 2);
    expect(await lengths([{ stream: A, fresh: [...first, ...later] }], 4n)).to.deep.equal(['a 4']);
    expect(await lengths([{ stream: A, fresh: first }], 2n)).to.deep.equal(['a 2']);
    expect(await lengths([{ stream: A, fresh: [] }], 3n)).to.deep.equal(['a 3']);
    expect(log.reads).to.equal(0);
  });

  it('reads anew what it is not sure to know up to the cut', async () => {
    expect(await lengths([{ stream: A, fresh: await log.add(A) }], 1n)).to.deep.equal(['a 1']);
    await log.add(A, 2);
    expect(await lengths([{ stream: A, fresh: [] }], 3n)).to.deep.equal(['a 3']);
    expect(await lengths([{ stream: B, fresh: [] }], 3n)).to.deep.equal([]);
  });

  it('answers the same whatever it had to drop', async () => {
    shelf = new Shelf(log, log, 3);
    const a = await log.add(A, 2);
    const b = await log.add(B, 2);
    for (let i = 0; i < 2; i++)
      expect(
        await lengths(
          [
            { stream: A, fresh: a },
            { stream: B, fresh: b },
          ],
          4n,
        ),
      ).to.deep.equal(['a 2', 'b 2']);
  });

  it('one failure does not stop those who ask after it', async () => {
    const fresh = await log.add(A);
    const broken = new Shelf(log, {
      decode: (events) => (log.decoded++ === 0 ? Promise.reject(new Error('no key')) : log.decode(events)),
    });
    const [first, second] = await Promise.allSettled([
      broken.subjects('person', [{ stream: A, fresh }], 1n),
      broken.subjects('person', [{ stream: A, fresh }], 1n),
    ]);
    expect([first.status, second.status]).to.deep.equal(['rejected', 'fulfilled']);
  });
});
