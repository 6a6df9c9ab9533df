import { LRUCache } from 'lru-cache';
import type { Position, RecordedEvent } from '../port.js';

/** Most events, and most characters of their content, that a process keeps. */
const MOST_EVENTS = 20_000;
const MOST_TEXT = 32_000_000;

/**
 * Events that were lately numbered or read: a numbered event never changes, and many readers want the same ones at
 * about the same time. What is numbered in this process comes in with its subscription, so that nobody reads it again.
 */
export class KeptEvents {
  private readonly bySequence = new LRUCache<number, RecordedEvent>({
    max: MOST_EVENTS,
    maxSize: MOST_TEXT,
    sizeCalculation: ({ data, meta }) => 1 + data.length + meta.length,
  });

  keep(events: readonly RecordedEvent[]): void {
    for (const event of events) if (event.sequence !== null) this.bySequence.set(event.sequence, event);
  }

  /** The event that is numbered so; undefined: it is to be read. */
  of(row: { sequence: number; id: string; position: Position }): RecordedEvent | undefined {
    const event = this.bySequence.get(row.sequence);
    return event?.id === row.id && event.position === row.position ? event : undefined;
  }
}
