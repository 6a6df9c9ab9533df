/**
 * The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1 over SHA-256, pure: hashes, the right edge of a growing tree,
 * inclusion and consistency proofs. Sizes and indexes are numbers below 2^53; index 0 is the first leaf.
 */
import { hash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH_BYTES = 32;
/** A tile holds this many hashes, the leaves of a subtree of this height (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/** Root of the empty tree: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

/** Hash of a leaf: SHA-256(0x00 ‖ entry). */
export function leafHash(entry: string | Buffer): Buffer {
  return typeof entry === 'string'
    ? hash('sha256', `\0${entry}`, 'buffer')
    : hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer');
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Hash of a node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1);
  right.copy(pair, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** A perfect subtree: the leaves from index · 2^height on, 2^height of them. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Some of the hashes of one tile: all 256, or those on the left that a tree of some size has. */
export interface Tile {
  /** 0 holds leaf hashes; each hash of level n + 1 is the root of a full tile of level n. */
  readonly level: number;
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

/** A tree that grows by leaves. Holds its right edge only: the unfinished tile of each level. */
export class Tree {
  #size = 0;
  /** Roots of the perfect subtrees that make up the tree, by height: those of the binary digits of the size. */
  readonly #peaks: (Buffer | undefined)[] = [];
  readonly #edge: { readonly hashes: Buffer; width: number }[] = [];

  /** @param onTile hears of every tile that is full; the hashes are its own to keep. */
  constructor(private readonly onTile: (tile: Tile, hashes: Buffer) => void = () => undefined) {}

  /** The tree of a size, from the unfinished tiles of its right edge. Throws RangeError where one is too short. */
  static from(
    size: number,
    unfinished: (tile: Tile) => Buffer,
    onTile?: (tile: Tile, hashes: Buffer) => void,
  ): Tree {
    const tree = new Tree(onTile);
    tree.#size = size;
    for (const tile of edgeOf(size)) {
      const hashes = unfinished(tile);
      if (hashes.length < tile.width * HASH_BYTES) throw new RangeError('a tile is too short');
      const level = tree.#level(tile.level);
      hashes.copy(level.hashes, 0, 0, tile.width * HASH_BYTES);
      level.width = tile.width;
      let start = 0;
      for (let bit = TILE_HEIGHT - 1; bit >= 0; bit--) {
        const width = 2 ** bit;
        if ((tile.width & width) === 0) continue;
        const part = level.hashes.subarray(start * HASH_BYTES, (start + width) * HASH_BYTES);
        tree.#peaks[tile.level * TILE_HEIGHT + bit] = perfectRoot(part);
        start += width;
      }
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the hash of the next leaf. */
  append(leaf: Buffer): void {
    let [node, height, index] = [leaf, 0, this.#size];
    for (;;) {
      if (height % TILE_HEIGHT === 0) this.#put(height / TILE_HEIGHT, index, node);
      const left = this.#peaks[height];
      if (left === undefined) break;
      this.#peaks[height] = undefined;
      node = nodeHash(left, node);
      height += 1;
      index = Math.floor(index / 2);
    }
    this.#peaks[height] = node;
    this.#size += 1;
  }

  root(): Buffer {
    let root: Buffer | undefined;
    for (const peak of this.#peaks)
      if (peak !== undefined) root = root === undefined ? peak : nodeHash(peak, root);
    return root ?? EMPTY_ROOT;
  }

  /** The unfinished tiles of the right edge, from level 0 up, each with a copy of its hashes. */
  edge(): { readonly tile: Tile; readonly hashes: Buffer }[] {
    return edgeOf(this.#size).map((tile) => ({
      tile,
      hashes: Buffer.from(this.#level(tile.level).hashes.subarray(0, tile.width * HASH_BYTES)),
    }));
  }

  #level(level: number): { readonly hashes: Buffer; width: number } {
    return (this.#edge[level] ??= { hashes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), width: 0 });
  }

  #put(level: number, index: number, node: Buffer): void {
    const edge = this.#level(level);
    node.copy(edge.hashes, edge.width * HASH_BYTES);
    edge.width += 1;
    if (edge.width < TILE_WIDTH) return;
    edge.width = 0;
    const tile = { level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
    this.onTile(tile, Buffer.from(edge.hashes));
  }
}

/** The unfinished tiles of a tree of a size, from level 0 up. */
export function edgeOf(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let [level, count] = [0, size]; count > 0; level += 1) {
    const width = count % TILE_WIDTH;
    count = Math.floor(count / TILE_WIDTH);
    if (width > 0) tiles.push({ level, index: count, width });
  }
  return tiles;
}

/** Where a subtree's leaves stand: the tile of a tree of a size, and which of its hashes, from `start`, `width` many. */
export function tileOf(
  { height, index }: Subtree,
  size: number,
): { readonly tile: Tile; readonly start: number; readonly width: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const width = 2 ** (height % TILE_HEIGHT);
  const first = index * width;
  const at = Math.floor(first / TILE_WIDTH);
  const inLevel = Math.floor(size / TILE_WIDTH ** level);
  return {
    tile: { level, index: at, width: Math.min(TILE_WIDTH, inLevel - at * TILE_WIDTH) },
    start: first - at * TILE_WIDTH,
    width,
  };
}

/** Root of a perfect subtree, from the hashes of its leaves (a power of two of them). */
export function perfectRoot(hashes: Buffer): Buffer {
  let nodes: Buffer[] = [];
  for (let at = 0; at < hashes.length; at += HASH_BYTES)
    nodes.push(Buffer.from(hashes.subarray(at, at + HASH_BYTES)));
  while (nodes.length > 1)
    nodes = nodes.flatMap((node, i) => (i % 2 === 0 ? [nodeHash(node, nodes[i + 1] as Buffer)] : []));
  return nodes[0] as Buffer;
}

/** A hash of a proof, as the perfect subtrees, left to right, that it is folded from. */
export type Part = readonly Subtree[];

/** The hash of a part, from the roots of its subtrees. */
export function fold(roots: readonly Buffer[]): Buffer {
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

/** The perfect subtrees of the leaves from `from` up to, not including, `to`. */
export function cover(from: number, to: number): Part {
  const parts: Subtree[] = [];
  for (let at = from; at < to;) {
    const height = Math.floor(Math.log2(to - at));
    parts.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return parts;
}

/** The largest power of two below a number of at least 2. */
function split(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

/** What proves that a leaf is in a tree of a size: PATH of RFC 6962 §2.1.1. */
export function inclusionParts(index: number, size: number): Part[] {
  const parts: Part[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    parts.unshift(index < middle ? cover(middle, to) : cover(from, middle));
    if (index < middle) to = middle;
    else from = middle;
  }
  return parts;
}

/** What proves that a tree of a size begins with one of an earlier size: PROOF of RFC 6962 §2.1.2. */
export function consistencyParts(earlier: number, size: number): Part[] {
  if (earlier === 0 || earlier === size) return [];
  const parts: Part[] = [];
  let [from, to] = [0, size];
  while (earlier < to) {
    const middle = from + split(to - from);
    parts.unshift(earlier <= middle ? cover(middle, to) : cover(from, middle));
    if (earlier <= middle) to = middle;
    else from = middle;
  }
  return from === 0 ? parts : [cover(from, to), ...parts];
}

/** Whether a proof shows the leaf of that index in the tree of that size and root (RFC 9162 §2.1.3.2). */
export function provesInclusion(
  leaf: Buffer,
  index: number,
  { size, root }: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else node = nodeHash(node, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && node.equals(root);
}

/** Whether a proof shows that the tree `now` begins with the tree `earlier` (RFC 9162 §2.1.4.2). */
export function provesConsistency(
  earlier: { readonly size: number; readonly root: Buffer },
  now: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (earlier.size > now.size) return false;
  if (earlier.size === now.size) return proof.length === 0 && earlier.root.equals(now.root);
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT);
  const path = Number.isInteger(Math.log2(earlier.size)) ? [earlier.root, ...proof] : [...proof];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [at, last] = [earlier.size - 1, now.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [old, node] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      node = nodeHash(sibling, node);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else node = nodeHash(node, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && old.equals(earlier.root) && node.equals(now.root);
}
