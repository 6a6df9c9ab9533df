import { expect } from 'chai';
import { InvalidAppend } from '../../src/event-log/port.js';
import { chunks } from '../../src/event-log/chunks.js';
import { event, newStream, request } from '../contract/eventLogContract.js';

const events = (n: number) => Array.from({ length: n }, () => event());

describe('A bulk append is cut into calls', () => {
  it('of at most 500 events, in order, no request divided', () => {
    const requests = [200, 200, 200, 700, 1].map((n) => request(newStream(), 'none', ...events(n)));
    const cut = chunks(requests);
    expect(cut.map((c) => c.requests.flatMap((r) => r.events).length)).to.deep.equal([400, 200, 700, 1]);
    expect(cut.flatMap((c) => c.requests)).to.deep.equal(requests);
  });

  it('of at most 4 MB', () => {
    const big = () => request(newStream(), 'none', event('x'.repeat(900_000)));
    expect(chunks([big(), big(), big(), big(), big()]).map((c) => c.requests.length)).to.deep.equal([4, 1]);
  });

  it('where an id comes again: one call holds each id once', () => {
    const one = request(newStream(), 'none', event());
    const other = request(newStream(), 'none', event());
    expect(chunks([one, other, one, one]).map((c) => c.requests.length)).to.deep.equal([2, 1, 1]);
  });

  it('not at all when one of them breaks the contract', () => {
    const good = request(newStream(), 'none', ...events(600));
    expect(() => chunks([good, { stream: 'x', expected: 'none', events: [] }])).to.throw(InvalidAppend);
  });

  it('of nothing is nothing', () => {
    expect(chunks([])).to.deep.equal([]);
  });
});
