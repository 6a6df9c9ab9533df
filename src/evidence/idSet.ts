const FULL = 0.7;

/** Very many UUIDs, whole, in some 25 bytes each: open addressing in one array. */
export class IdSet {
  private words: Uint32Array;
  private count = 0;
  private readonly word = new Uint32Array(4);

  constructor(slots = 1024) {
    this.words = new Uint32Array(4 * slots);
  }

  /** Adds an id (lower-case UUID); false: it was there. The nil UUID marks free slots and is never an event's. */
  add(id: string): boolean {
    let nibble = 0;
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i);
      if (code === 45) continue;
      const at = nibble >> 3;
      this.word[at] = ((this.word[at] ?? 0) << 4) | (code < 58 ? code - 48 : code - 87);
      nibble += 1;
    }
    const [a = 0, b = 0, c = 0, d = 0] = this.word;
    if (this.count >= (this.words.length / 4) * FULL) this.grow();
    return this.put(a, b, c, d);
  }

  /** All that is in it, 16 bytes each, for `from`. */
  bytes(): Buffer {
    const packed = new Uint32Array(4 * this.count);
    let at = 0;
    for (let slot = 0; slot < this.words.length; slot += 4)
      if (this.isTaken(slot)) {
        packed.set(this.words.subarray(slot, slot + 4), at);
        at += 4;
      }
    return Buffer.from(packed.buffer);
  }

  static from(bytes: Buffer): IdSet {
    const packed = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const set = new IdSet(Math.max(1024, 2 ** Math.ceil(Math.log2(packed.length / 2 + 1))));
    for (let at = 0; at < packed.length; at += 4)
      set.put(packed[at] ?? 0, packed[at + 1] ?? 0, packed[at + 2] ?? 0, packed[at + 3] ?? 0);
    return set;
  }

  private put(a: number, b: number, c: number, d: number): boolean {
    const { words } = this;
    const slots = words.length / 4;
    // The last word is random in every kind of UUID that is used here.
    for (let slot = (d ^ Math.imul(b, 0x9e3779b1)) >>> 0; ; slot += 1) {
      const at = (slot % slots) * 4;
      if (!this.isTaken(at)) {
        words[at] = a;
        words[at + 1] = b;
        words[at + 2] = c;
        words[at + 3] = d;
        this.count += 1;
        return true;
      }
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return false;
    }
  }

  private isTaken(at: number): boolean {
    const { words } = this;
    return ((words[at] ?? 0) | (words[at + 1] ?? 0) | (words[at + 2] ?? 0) | (words[at + 3] ?? 0)) !== 0;
  }

  private grow(): void {
    const old = this.words;
    this.words = new Uint32Array(2 * old.length);
    this.count = 0;
    for (let at = 0; at < old.length; at += 4)
      if (((old[at] ?? 0) | (old[at + 1] ?? 0) | (old[at + 2] ?? 0) | (old[at + 3] ?? 0)) !== 0)
        this.put(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0);
  }
}
