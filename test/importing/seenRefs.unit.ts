import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { idWords, SeenRefs } from '../../src/importing/seenRefs.js';

describe('References seen', () => {
  it('tells for each id the line that brought it first, however many there are (property)', () => {
    const ids = Array.from({ length: 3_000 }, () => randomUUID());
    fc.assert(
      fc.property(fc.array(fc.nat(ids.length - 1), { maxLength: 5_000 }), (order) => {
        const seen = new SeenRefs();
        const model = new Map<number, number>();
        order.forEach((which, i) => {
          expect(seen.first(idWords(ids[which] as string), i + 1)).to.equal(model.get(which) ?? null);
          if (!model.has(which)) model.set(which, i + 1);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('knows hundreds of thousands apart', () => {
    const seen = new SeenRefs();
    const ids = Array.from({ length: 200_000 }, () => idWords(randomUUID()));
    expect(ids.every((id, i) => seen.first(id, i + 1) === null)).to.equal(true);
    expect(ids.every((id, i) => seen.first(id, 1) === i + 1)).to.equal(true);
  });
});
