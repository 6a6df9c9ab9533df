import { expect } from 'chai';
import { Burst } from '../../../src/event-log/eventstoredb/together.js';

describe('what one turn of the event loop sends', () => {
  it('is so many at once, then as many in each turn after, in the order in which they came', async () => {
    const burst = new Burst(2);
    const gone: string[] = [];
    const send = async (name: string): Promise<void> => {
      if (!burst.go()) await burst.wait();
      gone.push(name);
    };
    const sent = ['a', 'b', 'c', 'd', 'e'].map(send);
    const turns: string[] = [];
    while (gone.length < sent.length) {
      turns.push(gone.join(''));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(sent);
    expect([...turns, gone.join('')]).to.deep.equal(['ab', 'abcd', 'abcde']);
  });

  it('holds nobody up who comes alone', async () => {
    const burst = new Burst(1);
    for (let i = 0; i < 3; i++) {
      expect(burst.go()).to.equal(true);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
});
