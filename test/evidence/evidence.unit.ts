import { expect } from 'chai';
import { openCheckpoint } from '../../src/evidence/checkpoint.js';
import { EvidenceBroken } from '../../src/evidence/evidence.js';
import { eventLeaf } from '../../src/evidence/leaf.js';
import { IdSet } from '../../src/evidence/idSet.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { provesConsistency, provesInclusion, Tree } from '../../src/evidence/tree.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING } from '../../src/event-log/port.js';
import { evidenceOf, grow, SIGNER, TamperedLog, type Kept } from './support.js';

const all = (log: MemoryLog) => log.readAll(BEGINNING, 1_000_000);

async function rootOf(log: MemoryLog): Promise<Buffer> {
  const tree = new Tree();
  for (const event of await all(log)) tree.append(eventLeaf(event));
  return tree.root();
}

/** What a process that starts on the same files and register has. */
const restarted = (kept: Kept, log = kept.log): Kept =>
  evidenceOf(log, { tiles: kept.tiles, register: kept.register });

describe('The evidence of a log', () => {
  it('is a checkpoint of the whole log, signed, of the root that the definition gives', async () => {
    const log = new MemoryLog();
    const { evidence } = evidenceOf(log);
    await grow(log, 700);
    const { note } = await evidence.publish();
    expect(openCheckpoint(note, [SIGNER.verifier])).to.deep.equal({
      origin: 'hoso.example/test/events',
      size: 700,
      root: await rootOf(log),
      extensions: [],
    });
    expect((await evidence.latest())?.note).to.equal(note);
  });

  it('is published once for each size, also by several processes on the same files', async () => {
    const log = new MemoryLog();
    const kept = evidenceOf(log);
    const other = restarted(kept);
    for (const more of [300, 1, 0, 255, 600]) {
      await grow(log, more);
      const notes = await Promise.all([kept, other, kept].map(({ evidence }) => evidence.publish()));
      expect(new Set(notes.map((n) => n.note)).size).to.equal(1);
      expect(notes[0]?.root).to.deep.equal(await rootOf(log));
    }
    const sizes = await kept.register.after(kept.evidence.origin, -1, 100);
    expect(sizes.map((c) => c.size)).to.deep.equal([300, 301, 556, 1_156]);
  });

  it('goes on after a restart without reading what it has read', async () => {
    const log = new MemoryLog();
    const kept = evidenceOf(log);
    await grow(log, 1_000);
    await kept.evidence.publish();
    await grow(log, 100);
    let read = 0;
    const watched = new TamperedLog(await all(log));
    const readAll = watched.readAll.bind(watched);
    watched.readAll = async (after, limit) => {
      const events = await readAll(after, limit);
      read += events.length;
      return events;
    };
    const { root } = await restarted(kept, watched).evidence.publish();
    expect(read).to.equal(100);
    expect(root).to.deep.equal(await rootOf(log));
  });

  it('is made anew from the log when files are lost, with the same bytes', async () => {
    const log = new MemoryLog();
    const kept = evidenceOf(log);
    await grow(log, 2_500);
    await kept.evidence.publish();
    const tiles = kept.tiles as MemoryTiles;
    const before = new Map(tiles.files);
    for (const path of ['tile/0/009.p/196', 'state.json']) {
      tiles.files.delete(path);
      await restarted(kept).evidence.publish();
      expect(tiles.files).to.deep.equal(before);
    }
    const anew = evidenceOf(log, { register: kept.register });
    await anew.evidence.publish();
    expect((anew.tiles as MemoryTiles).files).to.deep.equal(before);
  });

  it('proves inclusion and consistency at every published size', async () => {
    const log = new MemoryLog();
    const { evidence } = evidenceOf(log);
    const trees = [];
    for (const more of [1, 2, 253, 1, 300, 600]) {
      await grow(log, more);
      trees.push(await evidence.publish());
    }
    const events = await all(log);
    for (const tree of trees) {
      const sequences = [1, 2, 256, 257, 500, tree.size].filter((s) => s <= tree.size);
      const proofs = await evidence.inclusion(sequences, tree.size);
      for (const [i, s] of sequences.entries())
        expect(provesInclusion(eventLeaf(events[s - 1]!), s - 1, tree, proofs[i]!), `${s}`).to.equal(true);
      for (const earlier of trees.filter((t) => t.size <= tree.size))
        expect(
          provesConsistency(earlier, tree, await evidence.consistency(earlier.size, tree.size)),
        ).to.equal(true);
    }
  });

  describe('signs nothing more', () => {
    let kept: Kept;
    let log: MemoryLog;
    before(async () => {
      log = new MemoryLog();
      kept = evidenceOf(log);
      await grow(log, 600);
      await kept.evidence.publish();
    });
    const refusal = async (other: TamperedLog, files = kept): Promise<string> => {
      const error: unknown = await restarted(files, other)
        .evidence.publish()
        .catch((e: unknown) => e);
      expect(error).to.be.instanceOf(EvidenceBroken);
      return (error as Error).message;
    };

    it('when the log was cut', async () => {
      const cut = new TamperedLog((await all(log)).slice(0, 590));
      expect(await refusal(cut)).to.match(/no more in the log|591 to 600 are missing/);
      // Nor where the files are lost: the register still knows.
      expect(await refusal(cut, { ...kept, tiles: new MemoryTiles() })).to.match(/591 to 600 are missing/);
    });

    it('when another log has grown in its place', async () => {
      const other = new MemoryLog();
      await grow(other, 700);
      const grown = new TamperedLog(await all(other));
      expect(await refusal(grown)).to.match(/no more in the log/);
      expect(await refusal(grown, { ...kept, tiles: new MemoryTiles() })).to.match(
        /not those that were signed/,
      );
    });

    it('when an event is missing', async () => {
      const events = await all(log);
      const holed = new TamperedLog(events.filter((e) => e.sequence !== 77));
      expect(await refusal(holed, { ...kept, tiles: new MemoryTiles() })).to.match(/77 is missing/);
    });
  });
});

describe('A set of very many ids', () => {
  it('knows what was added, through growth and after it was written down', () => {
    const id = (n: number) =>
      `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${(n * 7919).toString(16).padStart(12, '0')}`;
    let set = new IdSet();
    for (let n = 0; n < 5_000; n++) expect(set.add(id(n))).to.equal(true);
    set = IdSet.from(set.bytes());
    for (let n = 0; n < 5_000; n++) expect(set.add(id(n))).to.equal(false);
    expect(set.add(id(5_000))).to.equal(true);
  });
});
