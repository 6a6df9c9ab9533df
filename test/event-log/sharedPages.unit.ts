import { expect } from 'chai';
import type { RecordedEvent } from '../../src/event-log/port.js';
import { SharedPages } from '../../src/event-log/sharedPages.js';

const event = (position: bigint): RecordedEvent => ({
  position,
  sequence: Number(position),
  stream: 's',
  revision: Number(position) - 1,
  id: String(position),
  type: 't',
  version: 1,
  recordedAt: '2020-01-01T00:00:00.000000Z',
  data: '{}',
  meta: '{}',
});

describe('Pages of the log that readers share', () => {
  const log: RecordedEvent[] = [];
  let reads: string[];
  let failing: boolean;
  const pages = () =>
    new SharedPages((after, limit) => {
      reads.push(`${after} ${limit}`);
      if (failing) return Promise.reject(new Error('out of reach'));
      return Promise.resolve(log.filter((e) => e.position > after).slice(0, limit));
    });
  beforeEach(() => {
    log.splice(0, Infinity, event(1n), event(2n), event(3n));
    reads = [];
    failing = false;
  });
  const positions = (events: readonly RecordedEvent[]) => events.map((e) => Number(e.position));

  it('a full page is read once, for those who ask together and for those who come after', async () => {
    const shared = pages();
    const asked = await Promise.all([shared.after(0n, 2), shared.after(0n, 2)]);
    const later = await shared.after(0n, 2);
    expect([...asked, later].map(positions)).to.deep.equal([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(reads).to.deep.equal(['0 2']);
  });

  it('a page that the end cuts short is never the answer to another: what came since is in it', async () => {
    const shared = pages();
    const short = shared.after(2n, 2);
    log.push(event(4n));
    const next = shared.after(2n, 2);
    expect([await short, await next].map(positions)).to.deep.equal([[3], [3, 4]]);
  });

  it('a failure is not kept', async () => {
    const shared = pages();
    failing = true;
    const errors = await Promise.allSettled([shared.after(0n, 2), shared.after(0n, 2)]);
    expect(errors.map((e) => e.status)).to.deep.equal(['rejected', 'rejected']);
    failing = false;
    expect(positions(await shared.after(0n, 2))).to.deep.equal([1, 2]);
  });
});
