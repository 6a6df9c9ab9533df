import type { ReadLine, ReadStore, ToldRead } from './port.js';

/** The audit of reads in memory, for tests. */
export class MemoryReads implements ReadStore {
  readonly lines: ToldRead[] = [];
  /** Set by a test: the store is away. */
  failure: Error | null = null;

  add(lines: readonly ReadLine[]): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    for (const line of lines) this.lines.push({ ...line, id: this.lines.length + 1 });
    return Promise.resolve();
  }

  ofPerson(person: string, limit: number, before = Infinity): Promise<readonly ToldRead[]> {
    const own = this.lines.filter((l) => l.person === person && l.id < before);
    return Promise.resolve(own.reverse().slice(0, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
