/** Bits of one part, and ids that it takes: 16 bits an id, of which six are set, err once in a thousand times. */
const BITS = 23;
const IDS = 2 ** (BITS - 4);
const PROBES = 6;

/**
 * Which event ids have been seen (a Bloom filter): what it does not know was never added, what it knows may have been.
 * Two bytes an id, in parts of 1 MiB. UUIDs are random already, so their own digits are the hash.
 */
export class IdFilter {
  readonly #parts: Uint32Array[] = [];
  #room = 0;

  add(id: string): void {
    if (this.#room === 0) {
      this.#parts.push(new Uint32Array(2 ** (BITS - 5)));
      this.#room = IDS;
    }
    this.#room -= 1;
    const part = this.#parts.at(-1) as Uint32Array;
    const [start, step] = hashes(id);
    for (let i = 0; i < PROBES; i += 1) {
      const bit = (start + Math.imul(i, step)) >>> (32 - BITS);
      part[bit >>> 5] = (part[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  mayHold(id: string): boolean {
    const [start, step] = hashes(id);
    return this.#parts.some((part) => {
      for (let i = 0; i < PROBES; i += 1) {
        const bit = (start + Math.imul(i, step)) >>> (32 - BITS);
        if (((part[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    });
  }
}

/** The first and the last eight hexadecimal digits; the step is odd, so that the probes differ. */
function hashes(id: string): readonly [start: number, step: number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(-8), 16) | 1];
}
