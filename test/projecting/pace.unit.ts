import { expect } from 'chai';
import { Pace } from '../../src/projecting/pace.js';

const HOUR = 3_600_000;

describe('The rest of read models between batches', () => {
  it('lasts its time', async () => {
    const began = performance.now();
    await new Pace().rest(20, new AbortController().signal);
    expect(performance.now() - began).to.be.greaterThan(18);
  });

  it('ends for all once somebody waits, and is taken again after it', async () => {
    const pace = new Pace();
    const { signal } = new AbortController();
    const both = Promise.all([pace.rest(HOUR, signal), pace.rest(HOUR, signal)]);
    pace.hurry();
    await both;
    const next = pace.rest(HOUR, signal).then(() => 'rested');
    expect(await Promise.race([next, Promise.resolve('resting')])).to.equal('resting');
    pace.hurry();
    expect(await next).to.equal('rested');
  });

  it('ends with the run', async () => {
    const ending = new AbortController();
    const resting = new Pace().rest(HOUR, ending.signal);
    ending.abort();
    await resting;
    await new Pace().rest(HOUR, ending.signal);
  });
});
