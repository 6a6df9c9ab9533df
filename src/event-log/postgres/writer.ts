import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type QueryArrayConfig } from 'pg';
import { LogUnavailable, ScriptedClockRefused, type AppendOutcome, type AppendRequest } from '../port.js';
import {
  appendCall,
  freshCall,
  freshOutcomes,
  isLeftOpen,
  loneCall,
  outcome,
  type AnswerRow,
  type FreshRow,
} from './batch.js';
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
  /** Connections, and batches under way at once. */
  readonly lanes: number;
  /** How long an append is tried again while its outcome is unknown. Milliseconds. */
  readonly retryFor: number;
  /** After each batch, with the position of the last event it appended, if any. */
  readonly onBatch: (batch: Batch, last: bigint | null) => void;
  /** Trouble that is being ridden out. */
  readonly onTrouble: (error: unknown) => void;
}

const MAX_EVENTS = 1_000;
const MAX_BYTES = 4_000_000;
/** A queue at least twice as long is halved over the lanes. */
const WORTH_SPLITTING = 32;

/** A connection that carries one batch at a time. */
interface Lane {
  client: Promise<pg.Client> | undefined;
  busy: boolean;
}

/**
 * Group commit: appends that arrive while a batch is under way go together in the next. One lock, one flush to disk and
 * one round trip then serve many appends, which is what makes a strict order cheap. Two batches may be under way, one
 * being judged by the database while the other is written; never two with the same stream, so that appends to one
 * stream keep the order in which they were called.
 */
export class Writer {
  readonly #options: WriterOptions;
  #queue: Item[] = [];
  #turns = 0;
  readonly #lanes: Lane[];
  readonly #streams = new Set<string>();
  #scheduled = false;
  #troubles = 0;
  #pause: Promise<void> | undefined;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({ client: undefined, busy: false }));
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
    while (this.#queue.length > 0 || this.#lanes.some(({ busy }) => busy))
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    for (const { client } of this.#lanes) await client?.then((c) => c.end()).catch(() => undefined);
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
    for (const lane of this.#lanes) {
      if (lane.busy || this.#pause !== undefined) continue;
      const batch = this.#take();
      if (batch.length === 0) return;
      const streams = batch.flatMap(({ requests }) => requests.map(({ stream }) => stream));
      for (const stream of streams) this.#streams.add(stream);
      lane.busy = true;
      void this.#send(lane, batch).finally(() => {
        for (const stream of streams) this.#streams.delete(stream);
        lane.busy = false;
        if (this.#queue.length > 0) this.#schedule();
        else if (!this.#lanes.some(({ busy }) => busy)) for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  /** The front of the queue, as far as it goes into one call: a script's time, or an id that comes again, waits. */
  #take(): Item[] {
    const half = Math.ceil(this.#queue.length / this.#lanes.length);
    const most = half >= WORTH_SPLITTING && this.#streams.size === 0 ? half : this.#queue.length;
    const ids = new Set<string>();
    let [events, bytes, count] = [0, 0, 0];
    for (const item of this.#queue) {
      if (item.requests.some(({ stream }) => this.#streams.has(stream))) break;
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

  async #send(lane: Lane, batch: readonly Item[]): Promise<void> {
    const client = (lane.client ??= this.#connect(lane));
    try {
      await this.#call(await client, batch);
      this.#troubles = 0;
    } catch (error) {
      if (passes(error)) {
        if (lane.client === client) lane.client = undefined;
        client.then(discard, () => undefined);
        this.#ride(batch, error);
      } else if (batch.length > 1) for (const item of batch) await this.#send(lane, [item]);
      else
        batch[0]?.reject(
          isScriptRefused(error) ? new ScriptedClockRefused(error.message) : unavailable(error),
        );
    }
  }

  async #call(client: pg.Client, batch: readonly Item[]): Promise<void> {
    const requests = batch.flatMap((item) => item.requests);
    const started = performance.now();
    const outcomes = await appended(client, requests, batch[0]?.scripted ?? null);
    const milliseconds = performance.now() - started;
    const events = batch.reduce((sum, item) => sum + item.events, 0);
    const last = outcomes.reduce<bigint | null>((max, o) => (o.kind === 'appended' ? o.position : max), null);
    let at = 0;
    for (const item of batch) item.resolve(outcomes.slice(at, (at += item.requests.length)));
    this.#options.onBatch({ appends: requests.length, events, milliseconds }, last);
  }

  /** The outcome is unknown: the same ids go again on a new connection, until their time is up. */
  #ride(batch: readonly Item[], error: unknown): void {
    this.#options.onTrouble(error);
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

  #connect(lane: Lane): Promise<pg.Client> {
    const client: Promise<pg.Client> = connect(this.#options.client, () => {
      if (lane.client === client) lane.client = undefined;
    });
    return client;
  }
}

async function appended(
  client: pg.Client,
  requests: readonly AppendRequest[],
  scripted: string | null,
): Promise<AppendOutcome[]> {
  const short = await appendedShortly(client, requests, scripted);
  if (short !== null) return short;
  const rows = await ask<AnswerRow>(client, appendCall(requests, scripted));
  return requests.map((request, i) => outcome(request, rows[i] as AnswerRow));
}

/** By the shorter calls, for one event alone and for a batch that is all new; null: log.append is to judge. */
async function appendedShortly(
  client: pg.Client,
  requests: readonly AppendRequest[],
  scripted: string | null,
): Promise<AppendOutcome[] | null> {
  const lone = loneCall(requests, scripted);
  if (lone !== null) {
    const [row] = await ask<AnswerRow>(client, lone);
    return row === undefined || isLeftOpen(row) ? null : [outcome(requests[0] as AppendRequest, row)];
  }
  const fresh = freshCall(requests, scripted);
  if (fresh === null) return null;
  try {
    const [row] = await ask<FreshRow>(client, fresh);
    return row === undefined ? null : freshOutcomes(requests, row);
  } catch (error) {
    if (isOvertaken(error)) return null;
    throw error;
  }
}

async function ask<Row>(client: pg.Client, call: QueryArrayConfig): Promise<Row[]> {
  return (await client.query<Row & unknown[]>(call)).rows;
}

/** Whether another process wrote to one of these streams, or ids, between log.append_fresh's look and its INSERT. */
function isOvertaken(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    ['events_id', 'events_revision', 'events_follow_stream'].includes(error.constraint ?? '')
  );
}

function isScriptRefused(error: unknown): error is pg.DatabaseError {
  return (
    error instanceof pg.DatabaseError &&
    (error.code === 'HOS01' || error.constraint === 'events_time_not_in_future')
  );
}
