import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Bell } from '../../bell.js';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { LogUnavailable, type Position, type RecordedEvent } from '../port.js';
import { bigintArray, textArray, uuidArray } from '../postgres/binaryArrays.js';
import { clientConfig, connect, discard } from '../postgres/connecting.js';
import { moment } from '../postgres/rows.js';
import { backOff } from '../postgres/trouble.js';
import { Silence } from './answers.js';
import type { Following, Store, StoreEvent } from './client.js';
import { controlStream, pastTimesAfter, type Purpose } from './control.js';
import { LogDamaged, unwrap, type OwnEvent } from './wire.js';

/** How far the log has been numbered. */
export interface NumberingHead {
  /** Up to here all that is in the store has been looked through: the checkpoint. Never falls. */
  readonly scanned: Position;
  readonly position: Position;
  readonly sequence: number;
  readonly recordedAt: string | null;
  readonly pastTimes: Purpose | null;
}

export interface NumberingOptions {
  readonly store: Store;
  readonly prefix: string;
  /** As the log role. */
  readonly connection: ConnectionSettings;
  /** A subscription that is silent for so long is made anew. Milliseconds. */
  readonly watchdog: number;
  /** … and while somebody waits for it. */
  readonly impatience: number;
  readonly timeout: number;
  /** Told of the events that this process has just numbered; of none where another process did. */
  readonly onAdvance: (events: readonly RecordedEvent[]) => void;
  readonly onTrouble: (error: unknown) => void;
}

interface Waiter {
  readonly position: Position;
  readonly done: (error?: Error) => void;
}

/** An event's sequence and time. */
export interface Place {
  readonly sequence: number;
  readonly recordedAt: string;
}

const CHANNEL = 'hoso_numbering';
const LOCK = 'SELECT pg_try_advisory_lock(8062, 1) AS mine';
/** What a crash of the server takes back is numbered again, the same: no flush is waited for. */
const LAZILY = 'SET synchronous_commit = off';
const HEAD = 'SELECT scanned, position, sequence, recorded_at, past_times FROM numbering.head';
const EXTEND = 'SELECT numbering.extend($1, $2, $3, $4, $5, $6, $7, $8)';
/** As PostgreSQL writes it. */
const TRUE = 't';
/** Most events of one step, and most that wait in this process: what is beyond holds the server up. */
const AT_ONCE = 1_000;
/** Places of events lately numbered that are kept for who asks next. */
const FRESH = 20_000;
const TICK = 1_000;
const STANDBY = 500;
/** After so many events in one step more are awaited a little, so that under load a step is worth its cost. */
const BUSY = 8;
/** Milliseconds: where an append waits for its sequence, and where none does. */
const LINGER_FOR_WAITERS = 4;
const LINGER = 60;
/**
 * A page costs the node and this process a third of the same events sent one by one as they are written, but takes
 * longer to come than a single one. So after some steps of so many events the log is read page by page, until some
 * pages on end have brought less than half as many.
 */
const WORTH_PAGES = 16;
const STEPS = 3;
const QUIET_PAGES = 12;
/** A checkpoint that moved over foreign events alone is stored no oftener. Milliseconds. */
const STORE_CHECKPOINT = 2_000;

/**
 * The first consumer of the log: one subscription (under load, one reader), from the stored checkpoint, gives each of
 * our events its sequence and its time. One process does it at a time (advisory lock), and another takes over when that one dies; the
 * checkpoint's compare-and-set is the real guard. All other readers stay behind it.
 */
export class Numbering {
  readonly #options: NumberingOptions;
  readonly #ending = new AbortController();
  readonly #fresh = new Map<Position, Place>();
  #head: NumberingHead = { scanned: 0n, position: 0n, sequence: 0, recordedAt: null, pastTimes: null };
  #waiters: Waiter[] = [];
  #failure: Error | null = null;
  #running: Promise<void> | undefined;
  readonly #waited = new Bell();
  #storedAt = 0;

  constructor(options: NumberingOptions) {
    this.#options = options;
  }

  get head(): NumberingHead {
    return this.#head;
  }

  start(): void {
    this.#running ??= this.#run(this.#ending.signal);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    const closed = new LogUnavailable('the event log is closed');
    for (const waiter of [...this.#waiters]) waiter.done(closed);
  }

  /** The place of an event that this process has numbered lately. */
  placeOf(position: Position): Place | undefined {
    return this.#fresh.get(position);
  }

  /** Until everything up to a position is numbered. Rejects with LogUnavailable in time, with LogDamaged at once. */
  reach(position: Position, milliseconds: number): Promise<void> {
    if (this.#head.scanned >= position) return Promise.resolve();
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#ending.signal.aborted) return Promise.reject(new LogUnavailable('the event log is closed'));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        position,
        done: (error) => {
          clearTimeout(timer);
          this.#waiters = this.#waiters.filter((w) => w !== waiter);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.done(
          new LogUnavailable(
            `events up to position ${position} were not numbered within ${milliseconds} ms (reached: ${this.#head.scanned})`,
          ),
        );
      }, milliseconds);
      this.#waiters.push(waiter);
      this.#waited.ring();
    });
  }

  /** For as long as the process lives: connects, leads or stands by, tries again. */
  async #run(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    for (let attempt = 0; !isOver(); attempt += 1) {
      let client: pg.Client | undefined;
      try {
        client = await connect(clientConfig(this.#options.connection, 'hoso numbering'));
        await this.#serve(client, signal, () => (attempt = 0));
      } catch (error) {
        if (isOver()) break;
        const trouble = damage(error);
        if (trouble !== null) this.#fail(trouble);
        this.#options.onTrouble(trouble ?? error);
      }
      if (client !== undefined) discard(client);
      const pause = this.#failure === null ? backOff(attempt) : 2 * TICK;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #serve(client: pg.Client, signal: AbortSignal, onWork: () => void): Promise<void> {
    let ring: () => void = () => undefined;
    client.on('notification', () => {
      ring();
    });
    await client.query(`LISTEN ${CHANNEL}`);
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      const { rows } = await client.query<{ mine: string }>(LOCK);
      if (rows[0]?.mine === TRUE) {
        await client.query(`UNLISTEN ${CHANNEL}`);
        await client.query(LAZILY);
        return this.#lead(client, signal, onWork);
      }
      const until = Date.now() + STANDBY;
      const pause = sleep(STANDBY, undefined, { signal }).catch(() => undefined);
      while (Date.now() < until && !isOver()) {
        const rung = new Promise<void>((resolve) => (ring = resolve));
        this.#publish(await readHead(client), []);
        onWork();
        await Promise.race([rung, pause]);
      }
    }
  }

  /** Numbers, until the subscription ends: ordinary operation, as a server drops a slow one. */
  async #lead(client: pg.Client, signal: AbortSignal, onWork: () => void): Promise<void> {
    const { store, prefix } = this.#options;
    const isOver = (): boolean => signal.aborted;
    for (let attempt = 0; !isOver(); attempt += 1) {
      this.#publish(await readHead(client), []);
      const following = store.follow(this.#head.scanned, [prefix, `$$${prefix}`], AT_ONCE);
      const works = (): void => {
        attempt = 0;
        onWork();
      };
      try {
        await this.#follow(client, following, signal, works);
        following.end();
        await this.#readPages(client, signal, works);
      } catch (error) {
        if (isOver()) return;
        // Where nothing is written nothing comes: taken up again, in case it is not that, and no trouble.
        if (error instanceof Silence && this.#waiters.length === 0) {
          attempt = 0;
          continue;
        }
        if (error instanceof pg.DatabaseError || damage(error) !== null || !isOfStore(error)) throw error;
        this.#options.onTrouble(error);
        if (attempt > 1) store.renew();
        await sleep(backOff(attempt), undefined, { signal }).catch(() => undefined);
      } finally {
        following.end();
      }
    }
  }

  /** Until there is so much to number that pages are worth it. */
  async #follow(
    client: pg.Client,
    following: Following,
    signal: AbortSignal,
    onWork: () => void,
  ): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    let heardAt = Date.now();
    for (let large = 0; large < STEPS && !isOver();) {
      const batch = await this.#next(following, signal, heardAt);
      if (isOver()) return;
      if (batch === null) continue;
      heardAt = Date.now();
      // Only once nothing is left unread does the checkpoint speak of what has been taken.
      const checkpoint = batch.length < AT_ONCE ? following.checkpoint : 0n;
      await this.#take(client, batch, checkpoint);
      onWork();
      large = batch.length < WORTH_PAGES ? 0 : large + 1;
      if (batch.length >= BUSY && batch.length < AT_ONCE) await this.#linger();
    }
  }

  /** Until some pages on end are small, or most of what is read is not ours. */
  async #readPages(client: pg.Client, signal: AbortSignal, onWork: () => void): Promise<void> {
    const { store, prefix, timeout } = this.#options;
    const isOver = (): boolean => signal.aborted;
    for (let small = 0; small < QUIET_PAGES && !isOver();) {
      let [read, seen] = [0, 0n];
      const page = await store.readAll(this.#head.scanned, AT_ONCE, timeout, ({ stream, position }) => {
        read += 1;
        seen = position ?? seen;
        return stream.startsWith(prefix) || stream.startsWith(`$$${prefix}`) ? 'take' : 'pass';
      });
      await this.#take(client, page, seen);
      onWork();
      if (page.length * 2 < read) return;
      small = page.length * 2 < WORTH_PAGES ? small + 1 : 0;
      if (read < AT_ONCE) await this.#linger();
    }
  }

  /** A little for those who wait; else for long, unless one comes. */
  async #linger(): Promise<void> {
    if (this.#waiters.length === 0) await this.#waited.wait(this.#waited.rings, LINGER, this.#ending.signal);
    if (this.#waiters.length > 0) await sleep(LINGER_FOR_WAITERS);
  }

  /** The next batch; null when there was none and it is worth waiting on. Rejects with Silence when it is not. */
  async #next(
    following: Following,
    signal: AbortSignal,
    heardAt: number,
  ): Promise<readonly StoreEvent[] | null> {
    try {
      return await following.next(AT_ONCE, TICK, signal);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      const { watchdog, impatience } = this.#options;
      if (Date.now() - heardAt >= (this.#waiters.length > 0 ? impatience : watchdog)) throw error;
      return null;
    }
  }

  async #take(client: pg.Client, batch: readonly StoreEvent[], checkpoint: Position): Promise<void> {
    const head = this.#head;
    let { pastTimes } = head;
    let scanned = checkpoint > head.scanned ? checkpoint : head.scanned;
    const own: (OwnEvent & { readonly position: Position; readonly time: string })[] = [];
    for (const event of batch) {
      const position = event.position ?? 0n;
      // After a new subscription the border may come twice.
      if (position <= head.scanned) continue;
      const { stream } = event;
      if (stream === controlStream(this.#options.prefix)) pastTimes = pastTimesAfter(event, pastTimes);
      else if (stream.startsWith('$$')) await this.#refuseLimits(stream.slice(2));
      else {
        const mine = unwrap(event, this.#options.prefix);
        own.push({ ...mine, position, time: (pastTimes === null ? null : mine.pastTime) ?? mine.created });
      }
      if (position > scanned) scanned = position;
    }
    if (scanned === head.scanned) return;
    if (own.length === 0 && pastTimes === head.pastTimes && Date.now() - this.#storedAt < STORE_CHECKPOINT) {
      if (this.#waiters.every((w) => w.position > scanned)) return;
    }
    const { rows } = await client.query<{ extend: string }>({
      name: 'extend',
      text: EXTEND,
      values: [
        head.scanned,
        scanned,
        bigintArray(own.map((e) => e.position)),
        uuidArray(own.map((e) => e.id)),
        textArray(own.map((e) => e.stream)),
        bigintArray(own.map((e) => e.revision)),
        own.map((e) => e.time),
        pastTimes,
      ],
    });
    // Somebody else numbers: what they have done is as good as ours.
    if (rows[0]?.extend !== TRUE) throw new LogUnavailable('another process has moved the numbering on');
    this.#storedAt = Date.now();
    let { sequence, recordedAt } = head;
    const numbered = own.map(({ id, type, version, data, meta, stream, revision, position, time }) => {
      if (recordedAt === null || time > recordedAt) recordedAt = time;
      sequence += 1;
      return { id, type, version, data, meta, stream, revision, position, sequence, recordedAt };
    });
    const position = own.at(-1)?.position ?? head.position;
    this.#publish({ scanned, position, sequence, recordedAt, pastTimes }, numbered);
  }

  /** History must not run out by itself: neither by age, nor by number, nor by a deletion. */
  async #refuseLimits(stream: string): Promise<void> {
    const { store, timeout } = this.#options;
    const limits = await store.limitsOf(stream, timeout);
    if (limits.length === 0) return;
    throw new LogDamaged(
      `EventStoreDB stream ${stream} has ${limits.join(', ')} in its metadata: its events may be lost.`,
      'Take it out of the stream’s metadata, find out who set it, and check that no events are missing.',
    );
  }

  #publish(head: NumberingHead, numbered: readonly RecordedEvent[]): void {
    if (head.scanned < this.#head.scanned) return;
    const moved = head.sequence !== this.#head.sequence;
    this.#head = head;
    this.#failure = null;
    for (const { position, sequence, recordedAt } of numbered)
      this.#fresh.set(position, { sequence: sequence as number, recordedAt });
    for (const position of this.#fresh.keys()) {
      if (this.#fresh.size <= FRESH) break;
      this.#fresh.delete(position);
    }
    for (const waiter of [...this.#waiters]) if (head.scanned >= waiter.position) waiter.done();
    if (moved) this.#options.onAdvance(numbered);
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const waiter of [...this.#waiters]) waiter.done(error);
  }
}

async function readHead(client: pg.Client): Promise<NumberingHead> {
  const { rows } = await client.query<{
    scanned: string;
    position: string;
    sequence: string;
    recorded_at: string | null;
    past_times: Purpose | null;
  }>(HEAD);
  const [row] = rows;
  if (row === undefined) throw new LogUnavailable('numbering.head has no row: restore the database');
  return {
    scanned: BigInt(row.scanned),
    position: BigInt(row.position),
    sequence: Number(row.sequence),
    recordedAt: row.recorded_at === null ? null : moment(row.recorded_at),
    pastTimes: row.past_times,
  };
}

/** The store's own troubles pass by subscribing again; others by connecting to PostgreSQL again. */
function isOfStore(error: unknown): boolean {
  return error instanceof Silence || error instanceof LogUnavailable || hasStoreCode(error);
}

/** Errors of the client library, typed or raw (a node that is not there). */
function hasStoreCode(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  return typeof type === 'string' || typeof code === 'number' || /^Failed to discover/.test(error.message);
}

/** What no retry mends. */
function damage(error: unknown): LogDamaged | null {
  if (error instanceof LogDamaged) return error;
  if (!(error instanceof pg.DatabaseError) || !/^235/.test(error.code ?? '')) return null;
  return new LogDamaged(
    `The log in EventStoreDB does not continue what was numbered: ${error.message}.`,
    'Events were taken out of the store, or it was restored from an older backup: see the page on EventStoreDB.',
    { cause: error },
  );
}
