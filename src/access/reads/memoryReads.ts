import type { Head, Position, RecordedEvent } from '../../event-log/port.js';
import type { ReadLine, ReadStore, ToldRead } from './port.js';
import { readEvent, type ReadableLog } from './readsLog.js';

/** One moment for all: it has no clock of its own. */
const NEVER_FALLS = '2000-01-01T00:00:00.000Z';

/** The audit of reads in memory, for tests; as a log too. */
export class MemoryReads implements ReadStore, ReadableLog {
  readonly lines: ToldRead[] = [];
  /** Set by a test: the store is away. */
  failure: Error | null = null;

  add(lines: readonly ReadLine[]): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    for (const line of lines) this.lines.push({ ...line, id: this.lines.length + 1 });
    return Promise.resolve();
  }

  ofPerson(records: readonly string[], limit: number, before = Infinity): Promise<readonly ToldRead[]> {
    const own = this.lines.filter((l) => l.person !== null && records.includes(l.person) && l.id < before);
    return Promise.resolve(own.reverse().slice(0, limit));
  }

  head(): Promise<Head> {
    const sequence = this.lines.length;
    return Promise.resolve({
      sequence,
      position: BigInt(sequence),
      recordedAt: sequence === 0 ? null : NEVER_FALLS,
    });
  }

  readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    return Promise.resolve(this.events().slice(Number(after), Number(after) + limit));
  }

  readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    return Promise.resolve(this.events().filter(({ id }) => ids.includes(id)));
  }

  private events(): RecordedEvent[] {
    return this.lines.map(({ id, ...line }) => readEvent(id, NEVER_FALLS, line));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
