import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  consistencyParts,
  EMPTY_ROOT,
  fold,
  inclusionParts,
  leafHash,
  nodeHash,
  perfectRoot,
  provesConsistency,
  provesInclusion,
  tileOf,
  Tree,
  type Part,
  type Subtree,
} from '../../src/evidence/tree.js';
import { tileOfPath, tilePath } from '../../src/evidence/tilePaths.js';

/** The tree as RFC 6962 §2.1 defines it, word for word. */
function mth(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

const some = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafHash(`leaf ${i}`));
const treeOf = (leaves: readonly Buffer[]): Tree => {
  const tree = new Tree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
};
const proofOf = (parts: readonly Part[], leaves: readonly Buffer[]): Buffer[] =>
  parts.map((part) =>
    fold(
      part.map(({ height, index }) =>
        perfectRoot(Buffer.concat(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height))),
      ),
    ),
  );
const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

describe('The Merkle tree', () => {
  describe('has the roots of the reference vectors of RFC 6962', () => {
    const entries = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const leaves = entries.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    for (const [size, root] of roots.entries())
      it(`of ${size} leaves`, () => {
        expect(treeOf(leaves.slice(0, size)).root().toString('hex')).to.equal(root);
      });

    const hex = (proof: readonly Buffer[]) => proof.map((h) => h.toString('hex'));
    it('and their paths', () => {
      expect(hex(proofOf(inclusionParts(0, 8), leaves))).to.deep.equal([
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ]);
      expect(hex(proofOf(consistencyParts(6, 8), leaves))).to.deep.equal([
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ]);
      expect(hex(proofOf(consistencyParts(2, 5), leaves))).to.deep.equal([
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ]);
    });
  });

  it('proves as the example of RFC 6962 §2.1.3 and RFC 9162 §2.1.5 does, with seven leaves', () => {
    // a … f, j are leaves 0 … 6; g = ab, h = cd, i = ef, k = gh, l = ij
    const name = ({ height, index }: Subtree): string =>
      [['a', 'b', 'c', 'd', 'e', 'f', 'j'], ['g', 'h', 'i'], ['k']][height]![index]!;
    const names = (parts: readonly Part[]) => parts.map((part) => part.map(name).join(''));
    expect(names(inclusionParts(0, 7))).to.deep.equal(['b', 'h', 'ij']);
    expect(names(inclusionParts(3, 7))).to.deep.equal(['c', 'g', 'ij']);
    expect(names(inclusionParts(4, 7))).to.deep.equal(['f', 'j', 'k']);
    expect(names(inclusionParts(6, 7))).to.deep.equal(['i', 'k']);
    expect(names(consistencyParts(3, 7))).to.deep.equal(['c', 'd', 'g', 'ij']);
    expect(names(consistencyParts(4, 7))).to.deep.equal(['ij']);
    expect(names(consistencyParts(6, 7))).to.deep.equal(['i', 'j', 'k']);
  });

  it('grows as the definition does, for every size up to 600', () => {
    const leaves = some(600);
    const tree = new Tree();
    expect(tree.root()).to.deep.equal(mth([]));
    for (const [i, leaf] of leaves.entries()) {
      tree.append(leaf);
      if (i < 70 || i % 37 === 0 || (i > 250 && i < 260))
        expect(tree.root()).to.deep.equal(mth(leaves.slice(0, i + 1)));
    }
  });

  it('hands out every full tile once, and goes on from the tiles of its right edge', () => {
    const leaves = some(66_000);
    const tiles = new Map<string, Buffer>();
    const keep = (tile: Parameters<typeof tilePath>[0], hashes: Buffer) => {
      expect(tiles.has(tilePath(tile))).to.equal(false);
      tiles.set(tilePath(tile), hashes);
    };
    let tree = new Tree(keep);
    for (const [i, leaf] of leaves.entries()) {
      if (i % 16_411 === 0 || i === 65_536) {
        const edge = new Map(tree.edge().map(({ tile, hashes }) => [tilePath(tile), hashes]));
        const again = Tree.from(i, (tile) => edge.get(tilePath(tile))!, keep);
        expect(again.root()).to.deep.equal(tree.root());
        tree = again;
      }
      tree.append(leaf);
    }
    expect(tree.root()).to.deep.equal(treeOf(leaves).root());
    expect([...tiles.keys()].filter((path) => path.startsWith('tile/1/'))).to.deep.equal(['tile/1/000']);
    expect(tiles.size).to.equal(258);
    expect(tiles.get('tile/0/001')).to.deep.equal(Buffer.concat(leaves.slice(256, 512)));
    expect(tiles.get('tile/1/000')!.subarray(32, 64)).to.deep.equal(perfectRoot(tiles.get('tile/0/001')!));
  });

  it('proves inclusion and consistency for all pairs up to 30, and nothing else', () => {
    const leaves = some(30);
    const roots = Array.from({ length: 31 }, (_, size) => ({ size, root: mth(leaves.slice(0, size)) }));
    for (let size = 1; size <= 30; size++)
      for (let index = 0; index < size; index++) {
        const proof = proofOf(inclusionParts(index, size), leaves);
        const tree = roots[size]!;
        expect(provesInclusion(leaves[index]!, index, tree, proof), `${index} in ${size}`).to.equal(true);
        expect(provesInclusion(leaves[index]!, (index + 1) % (size + 1), tree, proof)).to.equal(false);
        expect(provesInclusion(leaves[index]!, index, tree, [...proof, EMPTY_ROOT])).to.equal(false);
        if (proof.length > 0)
          expect(provesInclusion(leaves[index]!, index, tree, proof.slice(0, -1))).to.equal(false);
      }
    for (let now = 0; now <= 30; now++)
      for (let earlier = 0; earlier <= now; earlier++) {
        const proof = proofOf(consistencyParts(earlier, now), leaves);
        const [a, b] = [roots[earlier]!, roots[now]!];
        expect(provesConsistency(a, b, proof), `${earlier} to ${now}`).to.equal(true);
        expect(provesConsistency(a, b, [...proof, EMPTY_ROOT])).to.equal(false);
        if (earlier < now) expect(provesConsistency(b, a, proof)).to.equal(false);
      }
  });

  it('refuses a proof, a root or a leaf with one bit changed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1_000 }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 255 }),
        (size, n, which, bit) => {
          const leaves = some(size);
          const tree = { size, root: treeOf(leaves).root() };
          const index = n % size;
          const proof = proofOf(inclusionParts(index, size), leaves);
          const bad = proof.map((h, i) => (i === which % proof.length ? flipped(h, bit) : h));
          const leaf = leaves[index]!;
          expect(provesInclusion(leaf, index, tree, proof)).to.equal(true);
          expect(provesInclusion(leaf, index, tree, bad)).to.equal(false);
          expect(provesInclusion(flipped(leaf, bit), index, tree, proof)).to.equal(false);
          expect(provesInclusion(leaf, index, { size, root: flipped(tree.root, bit) }, proof)).to.equal(
            false,
          );
          const size0 = (which % (size - 1)) + 1;
          const earlier = { size: size0, root: treeOf(leaves.slice(0, size0)).root() };
          const way = proofOf(consistencyParts(size0, size), leaves);
          const badWay = way.map((h, i) => (i === bit % way.length ? flipped(h, bit) : h));
          expect(provesConsistency(earlier, tree, way)).to.equal(true);
          expect(provesConsistency(earlier, tree, badWay)).to.equal(false);
          expect(provesConsistency({ size: size0, root: flipped(earlier.root, bit) }, tree, way)).to.equal(
            false,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('finds every subtree in a tile of the tree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat(), (size, n) => {
        for (const part of inclusionParts(n % size, size))
          for (const subtree of part) {
            const { tile, start, width } = tileOf(subtree, size);
            expect(start + width).to.be.at.most(tile.width);
            const leavesBefore = (tile.index * 256 + start) * 256 ** tile.level;
            expect(leavesBefore).to.equal(subtree.index * 2 ** subtree.height);
            expect(width * 256 ** tile.level).to.equal(2 ** subtree.height);
          }
      }),
    );
  });

  it('names tiles as C2SP tlog-tiles does', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).to.equal('tile/0/x001/x234/067');
    expect(tilePath({ level: 3, index: 7, width: 12 })).to.equal('tile/3/007.p/12');
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.nat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(tileOfPath(tilePath({ level, index, width }))).to.deep.equal({ level, index, width });
      }),
    );
    for (const path of [
      'tile/0/1',
      'tile/00/001',
      'tile/0/x000/001',
      'tile/0/001.p/256',
      'tile/0/001.p/0',
      '../x',
    ])
      expect(tileOfPath(path), path).to.equal(undefined);
  });

  it('hashes leaves and nodes apart, so that neither passes for the other', () => {
    const sha = (text: Buffer) => createHash('sha256').update(text).digest();
    expect(leafHash('x')).to.deep.equal(sha(Buffer.from('\0x')));
    expect(nodeHash(some(1)[0]!, some(1)[0]!)).to.deep.equal(
      sha(Buffer.concat([Buffer.of(1), some(1)[0]!, some(1)[0]!])),
    );
  });
});
