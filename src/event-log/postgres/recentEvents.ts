import type { Position, RecordedEvent } from '../port.js';

/** Most events, and most characters of their content, that a process keeps of the log's end. */
const MOST_EVENTS = 2_000;
const MOST_TEXT = 8_000_000;

type Read = (after: Position, limit: number) => Promise<readonly RecordedEvent[]>;

/**
 * The end of the log, read once for all subscribers of a process that keep up; who is further behind reads for itself.
 * Positions are dense, so that what is kept has no gap.
 */
export class RecentEvents {
  private events: RecordedEvent[] = [];
  private text = 0;
  /** Position of the last event that was read. */
  private end: Position | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly read: Read) {}

  /** Events after a position: all that were committed before the call, up to the limit. Rejects as `read` does. */
  async after(position: Position, limit: number): Promise<readonly RecordedEvent[]> {
    // What is being read now may have been looked for before the caller was told of something new: see after it.
    if (position === this.end && this.reading !== null) await this.reading.catch(() => undefined);
    if (position === this.end) {
      this.reading ??= this.readOn(position, limit).finally(() => (this.reading = null));
      await this.reading;
    }
    return this.kept(position, limit) ?? this.readAlone(position, limit);
  }

  private async readOn(position: Position, limit: number): Promise<void> {
    this.keep(await this.read(position, limit));
  }

  /** The kept events after a position; null where it lies outside of what is kept. */
  private kept(position: Position, limit: number): readonly RecordedEvent[] | null {
    if (this.end === null || position > this.end) return null;
    const from = this.events.length - Number(this.end - position);
    return from < 0 ? null : this.events.slice(from, from + limit);
  }

  private async readAlone(position: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const events = await this.read(position, limit);
    const reached = events.at(-1)?.position ?? position;
    // At the end of the log, and further than anybody before: the others follow from here.
    if (events.length < limit && (this.end === null || reached > this.end)) {
      this.events = [];
      this.text = 0;
      this.end = position;
      this.keep(events);
    }
    return events;
  }

  private keep(events: readonly RecordedEvent[]): void {
    // While it was read, another may have brought the tail further.
    const fresh = events.filter((e) => this.end === null || e.position > this.end);
    if (fresh.length === 0) return;
    this.events.push(...fresh);
    for (const event of fresh) this.text += event.data.length + event.meta.length;
    this.end = (fresh.at(-1) as RecordedEvent).position;
    let dropped = 0;
    while (this.events.length - dropped > MOST_EVENTS || this.text > MOST_TEXT) {
      const { data, meta } = this.events[dropped] as RecordedEvent;
      this.text -= data.length + meta.length;
      dropped += 1;
    }
    if (dropped > 0) this.events = this.events.slice(dropped);
  }
}
