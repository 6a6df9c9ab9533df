import type { Position } from '../port.js';
import { IdFilter } from './idFilter.js';
import type { Numbered } from './reads.js';
import { Gathered } from './together.js';

export interface KnownIdsOptions {
  /** The last sequence given, as far as this process knows. */
  readonly lastSequence: () => number;
  /** Of these ids, those that are numbered. */
  readonly numbered: (ids: readonly string[]) => Promise<readonly Numbered[]>;
  /** Ids by sequence, after one, at most so many; none of them missing. */
  readonly idsAfter: (sequence: number, most: number) => Promise<readonly string[]>;
}

/** Ids fetched at once while the filter is being filled. */
const PAGE = 20_000;

/**
 * Which event ids the log holds. The server takes an id again, on another stream or at a later revision; so every
 * append asks here first. A filter in memory answers for nearly all of them, which are new, without a question to
 * PostgreSQL; until it holds all that is numbered, at the start or where another process numbers, PostgreSQL is asked.
 */
export class KnownIds {
  readonly #options: KnownIdsOptions;
  readonly #filter = new IdFilter();
  readonly #lookup: Gathered<string, Numbered>;
  /** Ids that this process has written or read, until the numbering knows them. */
  readonly #unnumbered = new Map<string, Position>();
  /** The filter holds every id up to this sequence. */
  #filled = 0;
  #isFilling = false;

  constructor(options: KnownIdsOptions) {
    this.#options = options;
    this.#lookup = new Gathered(async (ids) => {
      const rows = await options.numbered([...new Set(ids)]);
      return new Map(rows.map((row) => [row.id, row]));
    });
  }

  /** An event that is in the store and may not be numbered yet. */
  saw(id: string, position: Position): void {
    this.#unnumbered.set(id, position);
  }

  /** Everything up to a position is numbered; these ids were the last, up to `lastSequence`, if this process did it. */
  numbered(position: Position, ids: readonly string[]): void {
    const last = this.#options.lastSequence();
    if (this.#filled + ids.length === last) {
      for (const id of ids) this.#filter.add(id);
      this.#filled = last;
    } else this.#fillUp();
    for (const [id, at] of this.#unnumbered) {
      if (at > position) break;
      this.#unnumbered.delete(id);
    }
  }

  /** Which of these ids the log holds. */
  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set(ids.filter((id) => this.#unnumbered.has(id)));
    const doubtful = this.#doubtful(ids);
    if (doubtful.length === 0) return found;
    const known = await this.#lookup.of(doubtful);
    for (const id of doubtful) if (known.has(id)) found.add(id);
    return found;
  }

  /** Whether none of them can be in the log; else `among` tells. */
  areNew(ids: readonly string[]): boolean {
    return ids.every((id) => !this.#unnumbered.has(id)) && this.#doubtful(ids).length === 0;
  }

  #doubtful(ids: readonly string[]): readonly string[] {
    if (this.#filled >= this.#options.lastSequence()) return ids.filter((id) => this.#filter.mayHold(id));
    this.#fillUp();
    return ids;
  }

  /** Fills the filter up in the background; where that fails, PostgreSQL goes on being asked. */
  #fillUp(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    this.#fill()
      .catch(() => undefined)
      .finally(() => (this.#isFilling = false));
  }

  async #fill(): Promise<void> {
    while (this.#filled < this.#options.lastSequence()) {
      const from = this.#filled;
      const ids = await this.#options.idsAfter(from, PAGE);
      if (this.#filled !== from) continue;
      if (ids.length === 0) return;
      for (const id of ids) this.#filter.add(id);
      this.#filled = from + ids.length;
    }
  }
}
