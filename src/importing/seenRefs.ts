const WORDS = 4;
const FULL = 0.7;

/** What stands for an id: 90 of its random bits, so that two of millions meet as rarely as two ids would. */
export type IdWords = readonly [number, number, number];

/** The words of a UUID. */
export function idWords(id: string): IdWords {
  return [
    hex(id, 0, 8),
    hex(id, 9, 13) * 0x10000 + hex(id, 14, 18),
    hex(id, 19, 23) * 0x10000 + hex(id, 24, 28),
  ];
}

function hex(text: string, from: number, to: number): number {
  return parseInt(text.slice(from, to), 16);
}

/** Which ids have been met, and in which line first; 16 bytes for each, since a file may have millions. */
export class SeenRefs {
  /** A power of two long. */
  private table = new Uint32Array(WORDS * 1024);
  private size = 0;

  /** The line, from 1, that brought the id first; null: this one does. */
  first(id: IdWords, line: number): number | null {
    if (this.size >= (this.table.length / WORDS) * FULL) this.grow();
    const at = this.slotOf(id);
    const known = this.table[at + 3] as number;
    if (known !== 0) return known;
    this.table.set(id, at);
    this.table[at + 3] = line;
    this.size += 1;
    return null;
  }

  /** Where the id stands, or is to stand. */
  private slotOf([a, b, c]: IdWords): number {
    const { table } = this;
    const last = table.length - 1;
    for (let at = (a * WORDS) & last; ; at = (at + WORDS) & last) {
      if (table[at + 3] === 0) return at;
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c) return at;
    }
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS)
      if (old[at + 3] !== 0) {
        const id: IdWords = [old[at] as number, old[at + 1] as number, old[at + 2] as number];
        this.table.set(old.subarray(at, at + WORDS), this.slotOf(id));
      }
  }
}
