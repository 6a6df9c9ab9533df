import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import {
  BlockSpill,
  openSpill,
  PartedSpill,
  removeSpill,
  type Kept,
  type SpillPlace,
} from '../../src/importing/spill.js';

const [OWNER, ID] = [randomUUID(), randomUUID()];

describe('What an import keeps apart', () => {
  let place: SpillPlace;

  beforeEach(async () => (place = await openSpill(tmpdir())));
  afterEach(() => removeSpill(place));

  /** Lines that two writers keep, each in its part; line by line in turn. */
  function keep(texts: readonly string[], parts: number): void {
    const writers = ['0', '1'].map((name) => new PartedSpill(place, name));
    texts.forEach((text, order) => writers[order % 2]?.add(order % parts, kept(text, order)));
    for (const writer of writers) writer.finish();
  }

  function kept(text: string, order: number): Kept {
    return { owner: OWNER, id: ID, order, text };
  }

  function taken(part: number): Kept[] {
    return new PartedSpill(place, '0').read(part, ['0', '1']);
  }

  it('comes back part by part in order, whatever is in it and whoever wrote it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.json({ stringUnit: 'grapheme' }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        async (texts, parts) => {
          await removeSpill(place);
          place = await openSpill(tmpdir());
          keep(texts, parts);
          for (let part = 0; part < parts; part++)
            expect(taken(part)).to.deep.equal(texts.map(kept).filter(({ order }) => order % parts === part));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('comes back when a line is longer than what waits in memory, and when many blocks are', () => {
    const long = 'Nguyễn Thị Ánh '.repeat(6_000);
    const texts = Array.from({ length: 900 }, (_, i) =>
      i % 300 === 7 ? long : `${i} Đặng Văn Ẩn`.repeat(20),
    );
    keep(texts, 2);
    expect([...taken(0), ...taken(1)].toSorted((a, b) => a.order - b.order).map((k) => k.text)).to.deep.equal(
      texts,
    );
  });

  it('comes back block by block, by whoever it was written', () => {
    const [one, other] = ['0', '1'].map((name) => new BlockSpill<unknown>(place, name)) as [
      BlockSpill<unknown>,
      BlockSpill<unknown>,
    ];
    const blocks = [[{ name: 'Ẩn\nĐặng' }], ['a', 1, null], [[]]];
    const places = blocks.map((values, i) => {
      const writer = i === 1 ? other : one;
      return writer.add(values.map((value) => writer.bytesOf(value)));
    });
    expect(places.map((at) => other.read(at))).to.deep.equal(blocks);
  });
});
