import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import type { RecordedEvent } from '../../src/event-log/port.js';
import type { Change } from '../../src/record/decide.js';
import { RecordCodec, personStream } from '../../src/recording/codec.js';
import { WarmRecords } from '../../src/recording/warmRecords.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { TestDesk } from '../support/desk.js';
import { hired, opened, record } from '../support/record.js';

const A = '00000000-0000-4000-8000-00000000000a';

/** Counts the events that are read and those that are unsealed. */
class Counted extends MemoryLog {
  read = 0;

  override async readStream(stream: string, from?: number): Promise<RecordedEvent[]> {
    const events = await super.readStream(stream, from);
    this.read += events.length;
    return events;
  }
}

class CountingCodec extends RecordCodec {
  decoded = 0;

  override decode(...[events, shown]: Parameters<RecordCodec['decode']>): ReturnType<RecordCodec['decode']> {
    this.decoded += events.length;
    return super.decode(events, shown);
  }
}

describe('Records worked on lately', () => {
  let log: Counted;
  let codec: CountingCodec;
  let warm: WarmRecords;
  /** Another process on the same log and keyring. */
  let other: TestDesk;

  beforeEach(async () => {
    log = new Counted();
    const sealer = memorySealer('test');
    codec = new CountingCodec(sealer);
    warm = new WarmRecords(log, codec);
    other = new TestDesk(log, sealer);
    await other.done(A, [record(opened())]);
    log.read = 0;
  });

  it('are read and unsealed once; later only what came after, whoever recorded it', async () => {
    const first = await warm.load(A);
    expect([log.read, codec.decoded]).to.deep.equal([1, 1]);
    expect((await warm.load(A)).events).to.equal(first.events);
    await other.done(A, [record(hired())]);
    [log.read, codec.decoded] = [0, 0];
    const again = await warm.load(A);
    expect([log.read, codec.decoded]).to.deep.equal([1, 1]);
    expect(again.events).to.deep.equal(await codec.decode(again.stored));
    expect(again.events[0]).to.equal(first.events[0]);
  });

  it('loaded side by side are whole', async () => {
    await warm.load(A);
    await other.done(A, [record(hired())]);
    const loaded = await Promise.all([
      warm.load(A),
      warm.load(A, []),
      warm.load(A),
      warm.load(A, ['health']),
    ]);
    expect(loaded.map((l) => [l.stored.length, l.events.length])).to.deep.equal(Array(4).fill([2, 2]));
  });

  it('show without values what was asked for without values', async () => {
    await warm.load(A);
    const bare = await warm.load(A, []);
    expect(bare.events).to.deep.equal(await codec.decode(bare.stored, []));
    expect(JSON.stringify(bare.events)).not.to.include('Nguyễn');
  });

  it('a record that is not there yet is found once it is', async () => {
    const B = A.replace(/a$/, 'b');
    expect((await warm.load(B)).events).to.deep.equal([]);
    await other.done(B, [record(opened())]);
    expect((await warm.load(B)).events).to.have.length(1);
  });

  it('keep no value that a destruction took, in whatever process it was recorded', async () => {
    await warm.load(A);
    await warm.load(A, []);
    const keys = await other.sealer.keysInUse([{ owner: personStream(A), group: 'identity' }]);
    const destroy: Change = {
      kind: 'destroy',
      groups: ['identity'],
      keys: keys.map(({ group, keyId }) => ({ group, use: 'facts', id: keyId })),
      destruction: A,
      decision: { number: '9/QĐ-LT' },
    };
    await other.done(A, [destroy]);
    for (const shown of [[], undefined]) {
      const { events } = await warm.load(A, shown);
      expect(events).to.have.length(2);
      expect(JSON.stringify(events)).not.to.include('Nguyễn');
    }
    await other.done(A, [record(hired())]);
    expect(JSON.stringify((await warm.load(A)).events)).not.to.include('Nguyễn');
  });

  it('as its caller read it, though others have read further', async () => {
    const before = await warm.load(A);
    await other.done(A, [record(hired())]);
    await warm.load(A);
    expect((await warm.opened(A, before.stored)).events).to.deep.equal(before.events);
  });
});
