import { BEGINNING, LogUnavailable, type Position } from '../event-log/port.js';
import { openCheckpoint, readCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.js';
import { BadNote, readVerifier, type Signer, type Verifier } from './note.js';
import type { Published, Register } from './register.js';
import type { LeafSource } from './source.js';
import { tilePath } from './tilePaths.js';
import type { TileStore } from './tileStore.js';
import {
  consistencyParts,
  edgeOf,
  fold,
  HASH_BYTES,
  inclusionParts,
  perfectRoot,
  TILE_WIDTH,
  tileOf,
  Tree,
  type Part,
  type Tile,
} from './tree.js';

/** The log is not the one that was signed: it was cut, changed or exchanged. Nothing more is signed. */
export class EvidenceBroken extends Error {
  override readonly name = 'EvidenceBroken';
}

/** The log was restored: nothing is signed until the operator names the last checkpoint that was published of it. */
export class EvidenceSuspended extends EvidenceBroken {
  constructor(size: number) {
    super(
      `the log was restored up to ${size}: hoso resume --against the last checkpoint that was published, or hoso origin`,
    );
  }
}

export interface EvidenceOptions {
  readonly source: LeafSource;
  readonly tiles: TileStore;
  readonly register: Register;
  readonly signers: readonly [Signer, ...Signer[]];
}

/** A checkpoint as published: what it says, and the signed note itself. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
}

/** How far the tree has read the log; kept beside the tiles, so that a start goes on from there. */
interface State {
  readonly size: number;
  /** Id of the last event: the log must still hold it there. */
  readonly event: string | null;
}

const STATE = 'state.json';
const CHECKPOINT = 'checkpoint';
const PAGE = 2_000;
/** Leaves between two states while catching up. */
const KEEP_EVERY = 100_000;

/**
 * The Merkle tree over one log: a consumer with its own checkpoint, which reads on when it is asked to publish, keeps
 * full tiles as files, and signs. Several processes may do so at once, also on one directory: the same log gives the same
 * tiles, and the register holds one root for each size.
 */
export class Evidence {
  readonly origin: string;
  private tree: Tree | null = null;
  private position: Position = BEGINNING;
  private event: string | null = null;
  private full: Promise<void>[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(private readonly options: EvidenceOptions) {
    this.origin = `${options.signers[0].verifier.name}/${options.source.name}`;
  }

  /** What a verification of the log compares it with. */
  get parts(): { readonly tiles: TileStore; readonly register: Register; readonly origin: string } {
    return { tiles: this.options.tiles, register: this.options.register, origin: this.origin };
  }

  /** Every public key that has signed here, for whoever verifies. */
  async verifiers(): Promise<Verifier[]> {
    return (await this.options.register.signers()).map(readVerifier);
  }

  /** The last checkpoint that was published from here; undefined: none yet. */
  async latest(): Promise<SignedCheckpoint | undefined> {
    const bytes = await this.options.tiles.read(CHECKPOINT);
    return bytes === undefined ? undefined : this.opened(bytes.toString());
  }

  /**
   * Reads the log to its end and publishes a checkpoint of it; where nothing has come since the last one, that one.
   * Rejects with EvidenceBroken, LogUnavailable.
   */
  publish(): Promise<SignedCheckpoint> {
    return this.inTurn(async () => {
      const tree = await this.advance();
      await this.keep(tree);
      const { register, signers } = this.options;
      const size = tree.size;
      const root = tree.root();
      const standing = await register.at(this.origin, size);
      const extensions = await this.extensions();
      const note = standing?.note ?? signCheckpoint({ origin: this.origin, size, root, extensions }, signers);
      // Entered before anybody sees it: where another process came first, its root must be ours.
      const entered = standing ?? (await register.enter(this.origin, { size, root, note }));
      if (!entered.root.equals(root))
        throw new EvidenceBroken(
          `another tree of size ${size} was signed: two processes read different logs`,
        );
      const checkpoint = await this.opened(entered.note);
      const latest = await this.latest();
      if (latest === undefined || latest.size < size)
        await this.options.tiles.write(CHECKPOINT, Buffer.from(entered.note));
      return checkpoint;
    });
  }

  /** What every checkpoint of an origin that follows another says of it. Rejects where signing waits for the operator. */
  private async extensions(): Promise<string[]> {
    const turns = await this.options.register.turns(this.options.source.name);
    const last = turns.at(-1);
    if (last?.kind === 'restoring' || last?.kind === 'restored') throw new EvidenceSuspended(last.size);
    return turns
      .filter(({ kind, origin }) => kind === 'opened' && origin === this.origin)
      .map(({ note }) => followed(readCheckpoint(note)));
  }

  /** A published checkpoint that covers a sequence: the last one, or a new one. */
  async covering(sequence: number): Promise<SignedCheckpoint> {
    const latest = await this.latest();
    return latest !== undefined && latest.size >= sequence ? latest : this.publish();
  }

  /** The published checkpoint of a size. */
  async published(size: number): Promise<SignedCheckpoint | undefined> {
    const found = await this.options.register.at(this.origin, size);
    return found === undefined ? undefined : this.opened(found.note);
  }

  /** What proves that the events of some sequences are in the tree of a size; each hash from the leaf upwards. */
  async inclusion(sequences: readonly number[], size: number): Promise<Buffer[][]> {
    if (sequences.some((s) => !(s >= 1 && s <= size))) throw new RangeError('not in a tree of this size');
    return this.proofs(
      sequences.map((s) => inclusionParts(s - 1, size)),
      size,
    );
  }

  /** What proves that the tree of a size begins with the one of an earlier size. */
  async consistency(earlier: number, size: number): Promise<Buffer[]> {
    if (!(earlier >= 0 && earlier <= size)) throw new RangeError('the earlier size is the smaller one');
    return (await this.proofs([consistencyParts(earlier, size)], size))[0] ?? [];
  }

  /** A file of the tree: a tile by its path; undefined where there is none. */
  tile(path: string): Promise<Buffer | undefined> {
    return this.options.tiles.read(path);
  }

  /** Ends what is under way at the next page. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.turn;
  }

  /** One after the other, for they share the tree. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async proofs(wanted: readonly (readonly Part[])[], size: number): Promise<Buffer[][]> {
    const { edge, end } = await this.inTurn(async () => {
      const ready = this.tree ?? (await this.resume());
      const tree = ready.size >= size ? ready : await this.advance();
      const unfinished = tree.edge().map(({ tile, hashes }) => [placeOf(tile), hashes] as const);
      return { edge: new Map(unfinished), end: tree.size };
    });
    if (end < size) throw new RangeError(`the log ends at ${end}, before ${size}`);
    const read = new Map<string, Promise<Buffer>>();
    const hashesOf = (tile: Tile): Promise<Buffer> => {
      const key = placeOf(tile);
      let hashes = read.get(key);
      if (hashes === undefined) {
        const own = edge.get(key);
        hashes = own === undefined ? this.fullTile(tile) : Promise.resolve(own);
        read.set(key, hashes);
      }
      return hashes;
    };
    const hashOf = async (part: Part): Promise<Buffer> =>
      fold(
        await Promise.all(
          part.map(async (subtree) => {
            const { tile, start, width } = tileOf(subtree, end);
            return perfectRoot(
              (await hashesOf(tile)).subarray(start * HASH_BYTES, (start + width) * HASH_BYTES),
            );
          }),
        ),
      );
    return Promise.all(wanted.map((parts) => Promise.all(parts.map(hashOf))));
  }

  private async fullTile({ level, index }: Tile): Promise<Buffer> {
    const path = tilePath({ level, index, width: TILE_WIDTH });
    const hashes = await this.options.tiles.read(path);
    if (hashes?.length === TILE_WIDTH * HASH_BYTES) return hashes;
    throw new EvidenceBroken(`${path} is missing or damaged; hoso verify tells more`);
  }

  /** Reads the log to its end. */
  private async advance(): Promise<Tree> {
    const { source } = this.options;
    const tree = this.tree ?? (await this.resume());
    const signed = await this.signed();
    const end = await source.size();
    for (const { size } of signed)
      if (size > end)
        throw new EvidenceBroken(
          `the log ends at sequence ${end}, yet a checkpoint of ${size} was published: ${end + 1} to ${size} are missing`,
        );
    this.check(tree, signed);
    try {
      let kept = tree.size;
      while (tree.size < end) {
        if (this.ending.signal.aborted) throw new LogUnavailable('the evidence is closed');
        const page = await source.after(this.position, PAGE);
        for (const { sequence, position, id, hash } of page) {
          if (sequence !== tree.size + 1)
            throw new EvidenceBroken(
              `sequence ${tree.size + 1} is missing: ${sequence} follows ${tree.size}`,
            );
          tree.append(hash);
          this.position = position;
          this.event = id;
          this.check(tree, signed);
        }
        if (page.length === 0) throw new EvidenceBroken(`sequence ${tree.size + 1} is missing`);
        await Promise.all(this.full.splice(0));
        if (tree.size - kept >= KEEP_EVERY) {
          await this.keep(tree);
          kept = tree.size;
        }
      }
      return tree;
    } catch (error) {
      this.tree = null; // what was taken in is in doubt: the next turn goes on from what was kept
      await Promise.allSettled(this.full.splice(0));
      throw error;
    }
  }

  private check(tree: Tree, signed: readonly Published[]): void {
    for (const { size, root } of signed)
      if (size === tree.size && !root.equals(tree.root()))
        throw new EvidenceBroken(`the first ${size} events are not those that were signed`);
  }

  /** The last checkpoints that were published: by the register, and by the file, which is not in the database. */
  private async signed(): Promise<Published[]> {
    const latest = await this.latest();
    const last = await this.options.register.last(this.origin);
    return [...(latest === undefined ? [] : [latest]), ...(last === undefined ? [] : [last])];
  }

  /** The tree as it was kept; an empty one where nothing, or not all, is there: it is made anew from the log. */
  private async resume(): Promise<Tree> {
    const { tiles, source } = this.options;
    const onTile = (tile: Tile, hashes: Buffer) => {
      this.full.push(this.keepFull(tile, hashes));
    };
    const bytes = await tiles.read(STATE);
    const state = bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as State);
    this.position = BEGINNING;
    this.event = null;
    this.tree = new Tree(onTile);
    if (state?.event == null) return this.tree;
    const last = await source.find(state.event);
    if (last?.sequence !== state.size)
      throw new EvidenceBroken(
        `event ${state.event}, sequence ${state.size} when it was taken in, is no more in the log there`,
      );
    const found = new Map<string, Buffer>();
    for (const tile of edgeOf(state.size)) {
      const hashes =
        (await tiles.read(tilePath(tile))) ?? (await tiles.read(tilePath({ ...tile, width: TILE_WIDTH })));
      if (hashes === undefined) return this.tree;
      found.set(tilePath(tile), hashes);
    }
    this.tree = Tree.from(state.size, (tile) => found.get(tilePath(tile)) ?? Buffer.alloc(0), onTile);
    // Its position is the engine's, and another one after a move: the log is asked, not the file.
    this.position = last.position;
    this.event = state.event;
    return this.tree;
  }

  private async keepFull(tile: Tile, hashes: Buffer): Promise<void> {
    const path = tilePath(tile);
    await this.options.tiles.write(path, hashes);
    await this.options.tiles.remove(`${path}.p`);
  }

  /** The unfinished tiles and the state, so that a start goes on from here and the tree of this size is served. */
  private async keep(tree: Tree): Promise<void> {
    const { tiles } = this.options;
    await Promise.all(tree.edge().map(({ tile, hashes }) => tiles.write(tilePath(tile), hashes)));
    const state: State = { size: tree.size, event: this.event };
    await tiles.write(STATE, Buffer.from(JSON.stringify(state)));
  }

  private async opened(note: string): Promise<SignedCheckpoint> {
    try {
      const checkpoint = openCheckpoint(note, await this.verifiers());
      if (checkpoint.origin === this.origin) return { ...checkpoint, note };
      throw new BadNote(`it is of ${checkpoint.origin}`);
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      throw new EvidenceBroken(`a checkpoint kept here does not hold: ${error.message}`, { cause: error });
    }
  }
}

/** The line by which a checkpoint names the last one of the origin before it. */
export function followed({ origin, size, root }: Checkpoint): string {
  return `follows ${origin} ${size} ${root.toString('base64')}`;
}

/** A tile whatever its width. */
function placeOf({ level, index }: Tile): string {
  return `${level} ${index}`;
}
