import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { Gathering } from '../src/gathering.js';

describe('Questions gathered into few round trips', () => {
  const gathering = (lanes: number, most?: number) => {
    const trips: string[][] = [];
    const ask = async (questions: readonly string[]) => {
      trips.push([...questions]);
      await pause(5);
      if (questions.includes('broken')) throw new Error('no answer');
      return questions.map((q) => q.toUpperCase());
    };
    return {
      trips,
      them: new Gathering<string, string>({ ask, keyOf: (q) => q, lanes, ...(most ? { most } : {}) }),
    };
  };

  it('those asked together go together, each with its own answer, the same one once', async () => {
    const { trips, them } = gathering(1);
    const answers = await Promise.all(['a', 'b', 'a'].map((q) => them.answer(q)));
    expect(answers).to.deep.equal(['A', 'B', 'A']);
    expect(trips).to.deep.equal([['a', 'b']]);
  });

  it('one that comes while its like is being asked is asked anew: the answer may have changed', async () => {
    const { trips, them } = gathering(1);
    const first = them.answer('a');
    await pause(2);
    const second = them.answer('a');
    await Promise.all([first, second]);
    expect(trips).to.deep.equal([['a'], ['a']]);
  });

  it('no trip carries more than it may, and no more are under way than lanes', async () => {
    const { trips, them } = gathering(1, 2);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((q) => them.answer(q)));
    expect(trips.map((t) => t.length)).to.deep.equal([2, 2, 1]);
  });

  it('one that cannot be answered fails alone', async () => {
    const { them } = gathering(2);
    const [a, broken, b] = await Promise.allSettled(['a', 'broken', 'b'].map((q) => them.answer(q)));
    expect(a).to.deep.include({ status: 'fulfilled', value: 'A' });
    expect(b).to.deep.include({ status: 'fulfilled', value: 'B' });
    expect(broken?.status).to.equal('rejected');
  });
});
