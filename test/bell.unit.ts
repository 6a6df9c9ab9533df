import { expect } from 'chai';
import { Bell } from '../src/bell.js';

const HOUR = 3_600_000;

describe('A bell for who rests between batches', () => {
  it('lasts its time', async () => {
    const began = performance.now();
    await new Bell().wait(0, 20, new AbortController().signal);
    expect(performance.now() - began).to.be.greaterThan(18);
  });

  it('ends for all once somebody waits, and is taken again after it', async () => {
    const bell = new Bell();
    const { signal } = new AbortController();
    const both = Promise.all([bell.wait(bell.rings, HOUR, signal), bell.wait(bell.rings, HOUR, signal)]);
    bell.ring();
    await both;
    const next = bell.wait(bell.rings, HOUR, signal).then(() => 'rested');
    expect(await Promise.race([next, Promise.resolve('resting')])).to.equal('resting');
    bell.ring();
    expect(await next).to.equal('rested');
  });

  it('ends with the run', async () => {
    const ending = new AbortController();
    const resting = new Bell().wait(0, HOUR, ending.signal);
    ending.abort();
    await resting;
    await new Bell().wait(0, HOUR, ending.signal);
  });
});
