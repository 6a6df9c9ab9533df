import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LogUnavailable, ScriptedClockRefused, type AppendOutcome, type AppendRequest } from '../port.js';
import { appendCall, outcome, type AnswerRow } from './batch.js';
import { connect, discard } from './connecting.js';
import { backOff, passes, unavailable } from './trouble.js';

/** Appends that travel together: a call of append, or a chunk of appendBulk. */
interface Item {
  readonly turn: number;
  readonly requests: readonly AppendRequest[];
  readonly scripted: string | null;
  readonly events: number;
  readonly bytes: number;
  readonly deadline: number;
  readonly resolve: (outcomes: AppendOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

/** What one call to the database carried, and how long it took. */
export interface Batch {
  readonly appends: number;
  readonly events: number;
  readonly milliseconds: number;
}

export interface WriterOptions {
  readonly client: pg.ClientConfig;
  /** How long an append is tried again while its outcome is unknown. Milliseconds. */
  readonly retryFor: number;
  /** After each batch, with the position of the last event it appended, if any. */
  readonly onBatch: (batch: Batch, last: bigint | null) => void;
  /** Trouble that is being ridden out. */
  readonly onTrouble: (error: unknown) => void;
}

const MAX_EVENTS = 1_000;
const MAX_BYTES = 4_000_000;
/** Batches under way at once, on one connection and so in order: one is made ready while the other is written. */
const DEPTH = 2;
/** Fewer than this are not worth splitting over two batches. */
const WORTH_SPLITTING = 32;

/**
 * Group commit: appends that arrive while a batch is under way go together in the next. One lock, one flush to disk and
 * one round trip then serve many appends, which is what makes a strict order cheap.
 */
export class Writer {
  readonly #options: WriterOptions;
  #queue: Item[] = [];
  #turns = 0;
  #underWay = 0;
  #scheduled = false;
  #troubles = 0;
  #pause: Promise<void> | undefined;
  #client: Promise<pg.Client> | undefined;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Requests that pass checkAppend, no id twice among them. Rejects with LogUnavailable or ScriptedClockRefused. */
  write(
    requests: readonly AppendRequest[],
    bytes: number,
    scripted: string | null,
  ): Promise<AppendOutcome[]> {
    if (this.#closed) return Promise.reject(new LogUnavailable('the event log is closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({
        turn: this.#turns++,
        requests,
        scripted,
        events: requests.reduce((sum, { events }) => sum + events.length, 0),
        bytes,
        deadline: Date.now() + this.#options.retryFor,
        resolve,
        reject,
      });
      this.#schedule();
    });
  }

  /** Takes no more, finishes what it has, and disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#queue.length > 0 || this.#underWay > 0)
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  /** At the end of this turn of the event loop, when all who were woken together have spoken. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#underWay < DEPTH && this.#pause === undefined && this.#queue.length > 0) {
      const batch = this.#take();
      this.#underWay += 1;
      void this.#send(batch).finally(() => {
        this.#underWay -= 1;
        if (this.#queue.length > 0) this.#schedule();
        else if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  /** The front of the queue, as far as it goes into one call: a script's time or an id that comes again waits. */
  #take(): Item[] {
    const half = Math.ceil(this.#queue.length / 2);
    const most = this.#underWay === 0 && half >= WORTH_SPLITTING ? half : this.#queue.length;
    const ids = new Set<string>();
    let [events, bytes, count] = [0, 0, 0];
    for (const item of this.#queue) {
      if (count > 0) {
        if (count >= most || events + item.events > MAX_EVENTS || bytes + item.bytes > MAX_BYTES) break;
        if (item.scripted !== null || this.#queue[0]?.scripted !== null) break;
        if (item.requests.some((request) => request.events.some(({ id }) => ids.has(id)))) break;
      }
      for (const request of item.requests) for (const { id } of request.events) ids.add(id);
      events += item.events;
      bytes += item.bytes;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #send(batch: readonly Item[]): Promise<void> {
    const client = (this.#client ??= this.#connect());
    try {
      await this.#call(await client, batch);
      this.#troubles = 0;
    } catch (error) {
      if (passes(error)) this.#ride(batch, client, error);
      else if (batch.length > 1) for (const item of batch) await this.#send([item]);
      else
        batch[0]?.reject(
          isScriptRefused(error) ? new ScriptedClockRefused(error.message) : unavailable(error),
        );
    }
  }

  async #call(client: pg.Client, batch: readonly Item[]): Promise<void> {
    const requests = batch.flatMap((item) => item.requests);
    const started = performance.now();
    const call = appendCall(requests, batch[0]?.scripted ?? null);
    const { rows } = await client.query<AnswerRow & unknown[]>(call);
    const outcomes = requests.map((request, i) => outcome(request, rows[i] as AnswerRow));
    const milliseconds = performance.now() - started;
    const events = batch.reduce((sum, item) => sum + item.events, 0);
    const last = outcomes.reduce<bigint | null>((max, o) => (o.kind === 'appended' ? o.position : max), null);
    let at = 0;
    for (const item of batch) item.resolve(outcomes.slice(at, (at += item.requests.length)));
    this.#options.onBatch({ appends: requests.length, events, milliseconds }, last);
  }

  /** The outcome is unknown: the same ids go again on a new connection, until their time is up. */
  #ride(batch: readonly Item[], client: Promise<pg.Client>, error: unknown): void {
    this.#options.onTrouble(error);
    if (this.#client === client) {
      this.#client = undefined;
      client.then(discard, () => undefined);
    }
    const now = Date.now();
    const again = [...batch, ...this.#queue].sort((a, b) => a.turn - b.turn);
    this.#queue = again.filter((item) => {
      if (item.deadline > now) return true;
      item.reject(unavailable(error));
      return false;
    });
    this.#pause ??= sleep(backOff(this.#troubles++)).then(() => {
      this.#pause = undefined;
      this.#schedule();
    });
  }

  #connect(): Promise<pg.Client> {
    const client: Promise<pg.Client> = connect({ ...this.#options.client, pipeline: true }, () => {
      if (this.#client === client) this.#client = undefined;
    });
    return client;
  }
}

function isScriptRefused(error: unknown): error is pg.DatabaseError {
  return (
    error instanceof pg.DatabaseError &&
    (error.code === 'HOS01' || error.constraint === 'events_time_not_in_future')
  );
}
