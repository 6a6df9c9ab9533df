import { setTimeout as pause } from 'node:timers/promises';
import { LogUnavailable, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import { REFERENCE_CATEGORIES, ReferenceData } from './referenceData.js';
import type { ReferenceView } from './view.js';

export interface ReferenceServiceOptions {
  /** Events per page when catching up. Default 5000. */
  readonly pageSize?: number;
  /** Pause before a lost subscription is taken up again, in milliseconds. Default 250. */
  readonly retryAfter?: number;
}

const DEADLINE = 10_000;

/** Reference data did not reach a position in time; the log or its subscription is slow or gone. */
export class ReferenceTooLate extends Error {
  override readonly name = 'ReferenceTooLate';
}

interface Waiter {
  readonly position: Position;
  readonly done: (error?: Error) => void;
}

/** Keeps reference data in memory in step with the log. */
export class ReferenceService {
  private readonly data = new ReferenceData();
  private readonly ending = new AbortController();
  private readonly pageSize: number;
  private readonly retryAfter: number;
  private waiters: Waiter[] = [];
  private failed: Error | null = null;
  private following: Promise<void> | null = null;

  constructor(
    private readonly log: EventLog,
    options: ReferenceServiceOptions = {},
  ) {
    this.pageSize = options.pageSize ?? 5000;
    this.retryAfter = options.retryAfter ?? 250;
  }

  /** Reads what there is, then follows the log. Rejects when the log cannot be read or holds an unknown event. */
  async start(): Promise<void> {
    await this.sync();
    this.following ??= this.follow();
  }

  /** Live: grows with the log. Take `current().at()` once per decision. */
  current(): ReferenceData {
    return this.data;
  }

  /** As known at K; waits for nothing. */
  at(k?: number): ReferenceView {
    return this.data.at(k);
  }

  /** Why it no longer follows the log; null while all is well. For health. */
  get failure(): Error | null {
    return this.failed;
  }

  /** Waits until everything up to a position is in. Rejects with ReferenceTooLate after the deadline. */
  caughtUpTo(position: Position, deadline: number = DEADLINE): Promise<void> {
    if (this.failed !== null) return Promise.reject(this.failed);
    if (this.data.position >= position) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        position,
        done: (error) => {
          clearTimeout(timer);
          this.waiters = this.waiters.filter((w) => w !== waiter);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.done(
          new ReferenceTooLate(
            `reference data is at position ${this.data.position}, not at ${position} after ${deadline} ms`,
          ),
        );
      }, deadline);
      this.waiters.push(waiter);
    });
  }

  /** Catches up to the log's head of this moment, without waiting for the subscription. */
  async sync(): Promise<ReferenceData> {
    if (this.failed !== null) throw this.failed;
    const head = await this.log.head();
    while (this.data.position < head.position) {
      const after = this.data.position;
      const page = await this.read(after, head.position);
      this.take(page);
      // Fewer than asked for: the last page. What lies behind it up to the head is of no concern here.
      if (page.length < this.pageSize) this.data.advance(head.position, head.sequence);
      this.tell();
    }
    return this.data;
  }

  /** Lets go of the log. Waiting calls reject. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.following;
    const stopped = new ReferenceTooLate('reference data is stopped');
    for (const waiter of [...this.waiters]) waiter.done(stopped);
  }

  private read(after: Position, upTo: Position): Promise<RecordedEvent[]> {
    return this.log.readCategories(REFERENCE_CATEGORIES, after, upTo, this.pageSize);
  }

  private take(events: readonly RecordedEvent[]): void {
    try {
      this.data.feed(events);
    } catch (error) {
      this.fail(error as Error);
      throw error;
    }
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    while (this.failure === null && !signal.aborted)
      try {
        for await (const batch of this.log.subscribe({ after: this.data.position, signal })) {
          this.take(batch);
          this.tell();
        }
        await this.breathe();
      } catch (error) {
        if (error instanceof LogUnavailable) await this.breathe();
        else if (!this.ending.signal.aborted) this.fail(error as Error);
      }
  }

  /** Before a lost subscription is taken up again. */
  private async breathe(): Promise<void> {
    await pause(this.retryAfter, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }

  private tell(): void {
    for (const waiter of [...this.waiters]) if (this.data.position >= waiter.position) waiter.done();
  }

  private fail(error: Error): void {
    this.failed ??= error;
    for (const waiter of [...this.waiters]) waiter.done(error);
  }
}
