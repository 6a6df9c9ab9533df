import type { ReadLine, ReadStore, ToldRead } from './port.js';

/** How long a line waits for others at most, in milliseconds: what a kill -9 can lose of ordinary reads. */
export const FLUSH_MS = 200;
const MOST_AT_ONCE = 1_000;
/** Lines that wait while the database is away. Beyond, reads are refused: an audit with holes is none. */
const MOST_WAITING = 20_000;

/** The audit of reads. Ordinary reads are written together a moment later; what must not be lost waits for it. */
export class ReadAudit {
  private waiting: ReadLine[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: ReadStore,
    private readonly flushMs = FLUSH_MS,
  ) {}

  /** Whether so many lines wait that no further read may be answered. */
  get isFull(): boolean {
    return this.waiting.length >= MOST_WAITING;
  }

  /** Takes a line; it is written within a moment. */
  note(line: ReadLine): void {
    this.waiting.push(line);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush().catch(() => undefined);
    }, this.flushMs);
  }

  /** Writes a line before it answers. Rejects with AccessUnavailable when it cannot: then nothing may be shown. */
  async write(line: ReadLine): Promise<void> {
    await this.store.add([line]);
  }

  /** Writes what waits; what cannot be written waits on. */
  flush(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.writeWaiting());
    return this.writing;
  }

  /** Who has read these records of one person. */
  ofPerson(records: readonly string[], limit: number, before?: number): Promise<readonly ToldRead[]> {
    return this.store.ofPerson(records, limit, before);
  }

  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await this.flush().catch(() => undefined);
    await this.store.close();
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting.slice(0, MOST_AT_ONCE);
      try {
        await this.store.add(lines);
      } catch (error) {
        this.timer ??= setTimeout(() => {
          this.timer = null;
          void this.flush().catch(() => undefined);
        }, this.flushMs * 5);
        throw error;
      }
      this.waiting = this.waiting.slice(lines.length);
    }
  }
}
