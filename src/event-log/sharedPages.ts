import { LRUCache } from 'lru-cache';
import type { Position, RecordedEvent } from './port.js';

/** Full pages kept at most, and for how many milliseconds: for readers that come just after, not a copy of the log. */
const MOST_PAGES = 6;
const KEPT_FOR = 2_000;

type Read = (after: Position, limit: number) => Promise<RecordedEvent[]>;

/**
 * Pages of the log for those who read it up side by side, as all read models do when they are built: a full page, which
 * never changes, is read once for all of them; one that the log's end cuts short is read each time.
 */
export class SharedPages {
  private readonly pages = new LRUCache<string, Promise<RecordedEvent[]>>({
    max: MOST_PAGES,
    ttl: KEPT_FOR,
    ttlAutopurge: true,
  });

  constructor(private readonly read: Read) {}

  /** As `read`, and rejects as it does. */
  after(position: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const key = `${position} ${limit}`;
    const known = this.pages.get(key);
    const alone = (): Promise<RecordedEvent[]> => this.read(position, limit);
    if (known !== undefined)
      return known.then((events) => (events.length === limit ? events : alone()), alone);
    const page = alone();
    this.pages.set(key, page);
    const forget = (): void => {
      if (this.pages.peek(key) === page) this.pages.delete(key);
    };
    page.then((events) => {
      if (events.length < limit) forget();
    }, forget);
    return page;
  }
}
