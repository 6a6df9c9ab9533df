import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { REFERENCE_CATEGORIES, ReferenceData } from '../reference/referenceData.js';
import type { ReferenceView } from '../reference/view.js';
import type { Point } from './register.js';
import { passes } from './trouble.js';

const PAGE = 5_000;

/** Reference data cannot be read beyond an event that this release does not know. */
export class StuckBefore extends Error {
  override readonly name = 'StuckBefore';
  constructor(
    readonly event: RecordedEvent,
    options: ErrorOptions,
  ) {
    super(`reference data stops before the event at position ${event.position}`, options);
  }
}

/**
 * Reference data as of any sequence, held once for all projections of a process, each of which stands at another point
 * of the log. Who needs it further brings it there.
 */
export class SharedReference {
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly data: ReferenceData = new ReferenceData(),
  ) {}

  /** As known at a sequence that `upTo` or `take` has passed. */
  at(sequence: number): ReferenceView {
    return this.data.at(sequence);
  }

  /** The keys of reference data that an event touches which `upTo` or `take` has passed. */
  touched(event: RecordedEvent): readonly string[] {
    return this.data.touched(event);
  }

  /** Takes a batch, all of the log's events after a position. Rejects with StuckBefore. */
  async take(batch: readonly RecordedEvent[], after: Position): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    if (this.data.position >= after) this.feed(batch);
    else await this.upTo({ position: last.position, sequence: last.sequence ?? 0 });
  }

  /** Reads up to a point. Rejects with StuckBefore. */
  async upTo(end: Point): Promise<void> {
    // One at a time: those that start together read the log once.
    const mine = this.turn.then(() => this.read(end));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async read(end: Point): Promise<void> {
    while (this.data.position < end.position) {
      const after = this.data.position;
      const page = await this.log.readCategories(REFERENCE_CATEGORIES, after, end.position, PAGE);
      this.feed(page);
      if (page.length < PAGE) this.data.advance(end.position, end.sequence);
    }
  }

  private feed(events: readonly RecordedEvent[]): void {
    try {
      this.data.feed(events);
    } catch (cause) {
      const event = events.find((e) => e.position > this.data.position);
      if (passes(cause) || event === undefined) throw cause;
      // The first that is beyond where it stays is the one it cannot take.
      throw new StuckBefore(event, { cause });
    }
  }
}
