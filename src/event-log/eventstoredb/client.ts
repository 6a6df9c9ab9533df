/**
 * This file and batchAppends.ts alone know the client library: a change of its name (@kurrent/kurrentdb-client) is a
 * change here. They can append, read and follow, and nothing else: what deletes, tombstones, truncates or scavenges is
 * not passed on.
 */
import {
  BACKWARDS,
  EventStoreDBClient,
  FORWARDS,
  START,
  END,
  STREAM_NAME,
  streamNameFilter,
  StreamNotFoundError,
  type AllStreamSubscription,
} from '@eventstore/db-client';
import { LogUnavailable } from '../port.js';
import { inTime, Silence, type StoreAnswer, type StoreProposal } from './answers.js';
import { BatchAppends, refused } from './batchAppends.js';

/** An event as the store has it; foreign ones too. */
export interface StoreEvent {
  readonly stream: string;
  readonly id: string;
  readonly revision: number;
  readonly type: string;
  /** Null: it was not written as bytes, so not by us. */
  readonly data: Buffer | null;
  /** The parsed custom metadata, or what there is instead. */
  readonly metadata: unknown;
  /** The server's clock, milliseconds. */
  readonly created: number;
  /** Its place in $all; null where a read does not tell it. */
  readonly position: bigint | null;
}

/** What to do with an event that a read brings. */
export type Wanted = (event: StoreEvent) => 'take' | 'pass' | 'stop';

type Client = EventStoreDBClient;
interface Reading {
  on(event: 'data', listener: (resolved: { event?: ClientEvent }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}
interface ClientEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly isJson: boolean;
  readonly created: Date;
  readonly position?: { readonly commit: bigint };
}

/** No real log is longer; what lies beyond stands for "not told". */
const FURTHEST = 2n ** 62n;
/** A new connection is made at most once in so many milliseconds, however many calls complain. */
const RENEW_AT_MOST = 1_000;
/** Events looked through between two checkpoints of a subscription. */
const WINDOW = 64;

const shared = new Map<string, { readonly store: Store; users: number }>();

/** One client per URL and process, for whoever in it asks: one connection. */
export function obtainStore(url: string): Store {
  const known = shared.get(url);
  if (known !== undefined) {
    known.users += 1;
    return known.store;
  }
  const store = new Store(url, async () => {
    const entry = shared.get(url);
    if (entry === undefined || --entry.users > 0) return;
    shared.delete(url);
    await store.end();
  });
  shared.set(url, { store, users: 1 });
  return store;
}

export class Store {
  private client: Client;
  private renewedAt = 0;
  private readonly cuts = new Set<(error: Error) => void>();
  private appends: BatchAppends;

  constructor(
    private readonly url: string,
    private readonly leave: () => Promise<void>,
  ) {
    this.client = this.connect();
    this.appends = new BatchAppends(this.client);
  }

  /** Throws an OperatorError when the server lacks what this service needs of it. */
  check(silence: number): Promise<void> {
    return inTime(this.appends.check(), silence, 'supported methods');
  }

  /** Appends at an explicit revision. Rejects with StoreRefused for good, with anything else where the outcome is unknown. */
  append(
    stream: string,
    expected: 'none' | number,
    events: readonly StoreProposal[],
    timeout: number,
  ): Promise<StoreAnswer> {
    return this.appends.append(stream, expected, events, timeout);
  }

  /** A stream's events from a revision on, forwards; or its last ones, backwards. An unknown stream is an empty list. */
  async readStream(
    stream: string,
    from: number | 'end',
    most: number,
    silence: number,
  ): Promise<StoreEvent[]> {
    const reading = this.client.readStream(stream, {
      direction: from === 'end' ? BACKWARDS : FORWARDS,
      fromRevision: from === 'end' ? END : BigInt(from),
      maxCount: most,
      requiresLeader: true,
    }) as unknown as Reading;
    try {
      return await this.collect(reading, silence, () => 'take');
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw refused(error, stream) ?? error;
    }
  }

  /** $all from a position on, that event included; of what comes `wanted` says whether it is taken, or ends the read. */
  async readAll(from: bigint, most: number, silence: number, wanted: Wanted): Promise<StoreEvent[]> {
    const reading = this.client.readAll({
      fromPosition: from === 0n ? START : { commit: from, prepare: from },
      maxCount: most,
      requiresLeader: true,
    }) as unknown as Reading;
    return this.collect(reading, silence, wanted);
  }

  /** The last events of $all, the last one first. */
  async readBack(before: bigint | 'end', most: number, silence: number): Promise<StoreEvent[]> {
    const reading = this.client.readAll({
      direction: BACKWARDS,
      fromPosition: before === 'end' ? END : { commit: before, prepare: before },
      maxCount: most,
      requiresLeader: true,
    }) as unknown as Reading;
    return this.collect(reading, silence, () => 'take');
  }

  /** Follows the streams of some prefixes, after a position. */
  follow(after: bigint, prefixes: readonly string[], atOnce: number): Following {
    return new Following((onCheckpoint) =>
      this.client.subscribeToAll(
        {
          fromPosition: after === 0n ? START : { commit: after, prepare: after },
          requiresLeader: true,
          filter: {
            ...streamNameFilter({ prefixes: [...prefixes] }),
            filterOn: STREAM_NAME,
            maxSearchWindow: WINDOW,
            checkpointInterval: 1,
            // A throw in here would end the subscription without a word: it only sets a variable.
            checkpointReached: (_subscription, { commit }) => {
              onCheckpoint(commit);
            },
          },
        },
        { highWaterMark: atOnce },
      ),
    );
  }

  /** What limits a stream's life ($maxAge, $maxCount, $tb), by name; an empty list is as it must be. */
  async limitsOf(stream: string, silence: number): Promise<string[]> {
    const { metadata } = await inTime(
      this.client.getStreamMetadata(stream, { requiresLeader: true }),
      silence,
      'stream metadata',
    );
    return (['maxAge', 'maxCount', 'truncateBefore'] as const)
      .filter((key) => metadata?.[key] !== undefined)
      .map((key) => (key === 'truncateBefore' ? '$tb' : `$${key}`));
  }

  /** A new connection, where the one there is gives no answer any more: what is under way on it is cut off. */
  renew(): void {
    if (Date.now() - this.renewedAt < RENEW_AT_MOST) return;
    this.renewedAt = Date.now();
    this.cutReads();
    void discard(this.client);
    this.client = this.connect();
    this.appends = new BatchAppends(this.client);
  }

  /** Lets go; the last one to do so closes the connection. */
  close(): Promise<void> {
    return this.leave();
  }

  async end(): Promise<void> {
    this.cutReads();
    await discard(this.client);
  }

  /** A read that the client itself cancels ends as if it were complete: it must not be taken for that. */
  private cutReads(): void {
    for (const cut of this.cuts) cut(new Silence('the connection was made anew'));
    this.cuts.clear();
  }

  private async collect(reading: Reading, silence: number, wanted: Wanted): Promise<StoreEvent[]> {
    let cut: (error: Error) => void = () => undefined;
    const isCut = new Promise<never>((_resolve, reject) => (cut = reject));
    this.cuts.add(cut);
    try {
      return await Promise.race([collect(reading, silence, wanted), isCut]);
    } finally {
      this.cuts.delete(cut);
    }
  }

  private connect(): Client {
    return EventStoreDBClient.connectionString(this.url);
  }
}

/** A subscription, read batch by batch. */
export class Following {
  /** Everything up to here has been looked through, once `next` has answered less than it was asked for. */
  checkpoint = 0n;
  private readonly source: AllStreamSubscription;
  private failure: Error | null = null;
  private over = false;
  private wake: () => void = () => undefined;

  constructor(subscribe: (onCheckpoint: (position: bigint) => void) => AllStreamSubscription) {
    this.source = subscribe((position) => {
      // Checkpoints may come stale (KurrentDB#3697): only the furthest counts.
      if (position > this.checkpoint) this.checkpoint = position;
      this.wake();
    });
    this.source.on('error', (error) => {
      this.failure ??= error;
      this.wake();
    });
    this.source.on('end', () => {
      this.over = true;
      this.wake();
    });
    this.source.on('readable', () => {
      this.wake();
    });
  }

  /**
   * The next events, at most so many, as soon as there are any; an empty list for a checkpoint alone. What is not read
   * holds the server up. Rejects with Silence when nothing at all came for so long, else with what ended it.
   */
  async next(most: number, silence: number, signal: AbortSignal): Promise<StoreEvent[]> {
    const heard = this.checkpoint;
    for (;;) {
      const batch = this.drain(most);
      if (batch.length > 0 || this.checkpoint !== heard || signal.aborted) return batch;
      if (this.failure !== null) throw this.failure;
      if (this.over) throw new LogUnavailable('the subscription was ended by the server');
      await this.woken(silence, signal);
    }
  }

  end(): void {
    this.source.unsubscribe().catch(() => undefined);
  }

  private drain(most: number): StoreEvent[] {
    const batch: StoreEvent[] = [];
    while (batch.length < most) {
      const resolved = (this.source as unknown as { read(): { event?: ClientEvent } | null }).read();
      if (resolved === null) break;
      // A link whose target is gone carries no event; links are never ours.
      if (resolved.event !== undefined) batch.push(storeEvent(resolved.event));
    }
    return batch;
  }

  private woken(silence: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.wake = () => undefined;
        act();
      };
      const abort = done(resolve);
      const timer = setTimeout(
        done(() => {
          reject(new Silence(`the subscription brought nothing for ${silence} ms`));
        }),
        silence,
      );
      this.wake = done(resolve);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** All that a read brings, until it ends, `wanted` says no, or it falls silent. */
function collect(reading: Reading, silence: number, wanted: Wanted): Promise<StoreEvent[]> {
  return new Promise((resolve, reject) => {
    const events: StoreEvent[] = [];
    let timer: NodeJS.Timeout;
    const done = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    const cut = () => {
      reading.cancel().catch(() => undefined);
    };
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        cut();
        reject(new Silence(`a read brought nothing for ${silence} ms`));
      }, silence);
    };
    listen();
    // It works as soon as it is made, and an error without a listener would end the process.
    reading.on('error', (error) => {
      done(() => {
        reject(error);
      });
    });
    reading.on('end', () => {
      done(() => {
        resolve(events);
      });
    });
    let enough = false;
    reading.on('data', ({ event }) => {
      if (enough) return;
      listen();
      if (event === undefined) return;
      const stored = storeEvent(event);
      const verdict = wanted(stored);
      if (verdict === 'take') events.push(stored);
      if (verdict === 'stop') {
        enough = true;
        cut();
        done(() => {
          resolve(events);
        });
      }
    });
  });
}

function storeEvent(event: ClientEvent): StoreEvent {
  const position = event.position?.commit;
  return {
    stream: event.streamId,
    id: event.id.toLowerCase(),
    revision: Number(event.revision),
    type: event.type,
    data: event.isJson || !(event.data instanceof Uint8Array) ? null : Buffer.from(event.data),
    metadata: event.metadata,
    created: event.created.getTime(),
    position: position === undefined || position > FURTHEST ? null : position,
  };
}

async function discard(client: Client): Promise<void> {
  await inTime(client.dispose(), 2_000, 'dispose').catch(() => undefined);
  const inner = client as unknown as { getChannel(): Promise<{ close(): void }> };
  await inTime(
    inner.getChannel().then((channel) => {
      channel.close();
    }),
    2_000,
    'close',
  ).catch(() => undefined);
}
