/** A value as it changed with the log: what it was as of any sequence, by binary search. */
export class Versions<T> {
  // Most have one: an array that begins empty makes room for 17.
  private sequences: number[] = [];
  private values: T[] = [];

  constructor(private readonly initial: T) {}

  /** Sequences come in growing order; two changes at one sequence leave the last. */
  set(sequence: number, value: T): void {
    if (this.sequences.length === 0) [this.sequences, this.values] = [[sequence], [value]];
    else if (this.sequences.at(-1) === sequence) this.values[this.values.length - 1] = value;
    else {
      this.sequences.push(sequence);
      this.values.push(value);
    }
  }

  /** The value as of a sequence. */
  at(k: number): T {
    const { sequences } = this;
    let low = 0;
    let high = sequences.length;
    // The newest is asked for most of the time.
    if (high > 0 && (sequences[high - 1] as number) <= k) return this.values[high - 1] as T;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sequences[middle] as number) <= k) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.initial : (this.values[low - 1] as T);
  }

  last(): T {
    return this.values.at(-1) ?? this.initial;
  }
}
