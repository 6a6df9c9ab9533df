import { Bell } from '../../bell.js';
import { OperatorError } from '../../operatorError.js';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { checkAppend, SCRIPT_AHEAD, scriptedTime } from '../checkAppend.js';
import { chunks } from '../chunks.js';
import { lookThrough } from '../matching.js';
import {
  BEGINNING,
  DEMO_MARK,
  LogUnavailable,
  ScriptedClockRefused,
  type AppendOptions,
  type AppendOutcome,
  type AppendRequest,
  type Beginnings,
  type EventLog,
  type Head,
  type Matching,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
} from '../port.js';
import { clientConfig } from '../postgres/connecting.js';
import { Reader } from '../postgres/reader.js';
import { askable } from '../sequenceAt.js';
import { tail, type TailOptions } from '../tail.js';
import { Appends, type Carried, type TimeOf, type Written } from './appends.js';
import { StoreRefused } from './answers.js';
import { obtainStore, type Store } from './client.js';
import { closePastTimes, identify, openPastTimes, type LogIdentity, type Purpose } from './control.js';
import { KnownIds } from './knownIds.js';
import { Numbering, type Place } from './numbering.js';
import { Reads } from './reads.js';
import { Together } from './together.js';
import { patiently, textOf, type Patience } from './trouble.js';

export interface EventStoreDbLogOptions {
  /** `esdb://…` or `esdb+discover://…`; see checkEventStoreDbUrl. */
  readonly url: string;
  /** What the names of this deployment's streams begin with in the store. Default DEFAULT_PREFIX. */
  readonly prefix?: string;
  /** The database of the numbering, as the log role. The schema must be there: see numberingMigrations. */
  readonly connection: ConnectionSettings;
  /** How long appends and reads are tried again before LogUnavailable. Milliseconds, default 30,000. */
  readonly retryFor?: number;
  /** How long one attempt may go without an answer. Milliseconds, default 5,000. */
  readonly timeout?: number;
  /** How long opening waits for the store. Milliseconds, default 10,000. */
  readonly openFor?: number;
  /** A subscription silent for so long is made anew. Milliseconds, default 10,000; while somebody waits for it, 2,000. */
  readonly watchdog?: number;
  /** How often a subscription looks by itself. Milliseconds, default 500. */
  readonly poll?: number;
  readonly logger?: { warn(fields: object, message: string): void };
}

export const DEFAULT_PREFIX = 'hoso_';

/** A sequence that is not given within so long is answered as null: the events are durable all the same. */
const NUMBER_WITHIN = 5_000;
/** Events looked through at once for the last one of ours. */
const BACK = 64;
const SEQUENCE_AT = 'SELECT numbering.sequence_at($1)';
const BEGIN_LOG = 'SELECT numbering.begin_log($1, $2)';

/**
 * Opens the log kept in EventStoreDB, one node or a cluster, and checks it: reachable, ours, nothing that lets history
 * run out. Sequences are given by the numbering, in PostgreSQL. Rejects with an OperatorError.
 */
export async function openEventStoreDbLog(options: EventStoreDbLogOptions): Promise<EventStoreDbLog> {
  const { openFor = 10_000 } = options;
  const store = obtainStore(options.url);
  const log = new EventStoreDbLog(options, store);
  try {
    await log.open(openFor);
  } catch (error) {
    await log.close();
    if (error instanceof OperatorError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new OperatorError(
      cause instanceof StoreRefused
        ? 'EventStoreDB refuses the login of EVENTSTOREDB_URL.'
        : `EventStoreDB at ${placeIn(options.url)} cannot be used (${textOf(cause)}).`,
      'Check EVENTSTOREDB_URL, and that the node, or most of the cluster’s nodes, are up and reachable from here.',
      { cause: error },
    );
  }
  return log;
}

/** Hosts and ports, without the login. */
function placeIn(url: string): string {
  return url.replace(/^[^:]+:\/\/([^@/]*@)?/, '').replace(/[/?].*$/, '');
}

let lastNow = { time: 0, text: '' };

/** This machine's time, written out once a millisecond: under load many ask. */
function now(): string {
  const time = Date.now();
  if (time !== lastNow.time) lastNow = { time, text: new Date(time).toISOString() };
  return lastNow.text;
}

function appended({ stream, firstRevision, lastRevision, position }: Written, place?: Place): AppendOutcome {
  return {
    kind: 'appended',
    stream,
    firstRevision,
    lastRevision,
    position,
    sequence: place?.sequence ?? null,
    recordedAt: place?.recordedAt ?? now(),
  };
}

export class EventStoreDbLog implements EventLog {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #patience: Patience;
  readonly #timeout: number;
  readonly #tail: TailOptions;
  readonly #numbers: Reader;
  readonly #numbering: Numbering;
  readonly #reads: Reads;
  readonly #ids: KnownIds;
  readonly #appends: Appends;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  readonly #end: Together<void>;
  readonly #places: Together<void>;
  #wanted: Position[] = [];
  readonly #placed = new Map<Position, Place>();
  #demo: boolean | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: EventStoreDbLogOptions, store: Store) {
    const { prefix = DEFAULT_PREFIX, connection, logger, retryFor = 30_000, timeout = 5_000 } = options;
    this.#store = store;
    this.#prefix = prefix;
    this.#timeout = timeout;
    const onTrouble = (error: unknown): void => {
      logger?.warn({ trouble: textOf(error) }, 'event log: trying again');
    };
    this.#patience = { store, retryFor, onTrouble };
    this.#numbers = new Reader({
      client: clientConfig(connection, 'hoso numbering reader'),
      connections: 4,
      retryFor,
      onTrouble,
    });
    const watchdog = options.watchdog ?? 10_000;
    this.#numbering = new Numbering({
      store,
      prefix,
      connection,
      watchdog,
      impatience: Math.min(watchdog, 2_000),
      timeout,
      onTrouble,
      onAdvance: (events) => {
        const { position } = this.#numbering.head;
        this.#reads.numbered(events);
        this.#appends.saw(position);
        this.#ids.numbered(
          position,
          events.map((e) => e.id),
        );
        this.#bell.ring();
      },
    });
    this.#end = new Together(() => this.#numberAll());
    this.#places = new Together(() => this.#findPlaces());
    const sync = (): Promise<void> => this.#end.run();
    const numbers = this.#numbers;
    const head = () => this.#numbering.head;
    this.#reads = new Reads({ ...this.#patience, prefix, numbers, timeout, head, sync });
    this.#tail = {
      page: (after, limit) => this.#reads.followed(after, limit),
      bell: this.#bell,
      poll: options.poll ?? 500,
      closing: this.#closing.signal,
      passes: (error) => error instanceof LogUnavailable,
      onTrouble,
    };
    this.#ids = new KnownIds({
      lastSequence: () => this.#numbering.head.sequence,
      numbered: (ids) => this.#reads.numberedByIds(ids),
      idsAfter: (sequence, most) => this.#reads.idsAfter(sequence, most),
    });
    this.#appends = new Appends({
      ...this.#patience,
      prefix,
      reads: this.#reads,
      ids: this.#ids,
      timeout,
      sync,
    });
  }

  /** Finds the log or begins it, and numbers all there is. */
  async open(within: number): Promise<void> {
    const identity = await patiently({ ...this.#patience, retryFor: within }, async () => {
      await this.#store.check(this.#timeout);
      return identify(this.#store, this.#prefix, this.#timeout);
    });
    await this.#tie(identity);
    this.#numbering.start();
    await this.#end.run();
  }

  async append(request: AppendRequest, options: AppendOptions = {}): Promise<AppendOutcome> {
    const bytes = checkAppend(request);
    this.#refuseClosed();
    const asked = scriptedTime(options);
    const scripted = asked === null ? null : await this.#mayScript(request, asked);
    if (scripted instanceof ScriptedClockRefused) return this.#unlessKnown(request, scripted);
    return this.#outcome(await this.#appends.one(request, bytes, scripted), options);
  }

  async appendBulk(
    requests: readonly AppendRequest[],
    options: AppendOptions = {},
  ): Promise<AppendOutcome[]> {
    const cut = chunks(requests);
    this.#refuseClosed();
    const [first] = requests;
    if (first === undefined) return [];
    const asked = scriptedTime(options);
    const scripted = asked === null ? null : await this.#mayScript(first, asked);
    if (scripted instanceof ScriptedClockRefused)
      return Promise.all(requests.map((request) => this.#unlessKnown(request, scripted)));
    const carried: Carried[] = [];
    for (const chunk of cut)
      carried.push(...(await this.#appends.chunk(chunk.requests, chunk.bytes, () => scripted)));
    return Promise.all(carried.map(async (one) => this.#outcome(one, options)));
  }

  readStream(stream: string, fromRevision = 0): Promise<RecordedEvent[]> {
    return this.#reads.stream(stream, fromRevision);
  }

  async readStreams(streams: readonly string[], upTo?: Position): Promise<RecordedEvent[]> {
    if (streams.length === 0) return [];
    if (upTo === undefined) await this.#end.run();
    return this.#reads.streams(streams, upTo ?? this.#numbering.head.position);
  }

  async readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    if (ids.length === 0) return [];
    await this.#end.run();
    return this.#reads.byIds(ids);
  }

  async readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    const before = this.#numbering.head.position;
    const page = await this.#reads.page(after, limit);
    if (page.length === limit) return page;
    // At the end: what is in the store and not numbered yet belongs to it.
    await this.#end.run();
    return this.#numbering.head.position === before ? page : this.#reads.page(after, limit);
  }

  readCategories(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    limit: number,
  ): Promise<RecordedEvent[]> {
    return this.#reads.categories(categories, after, upTo, limit);
  }

  readBeginnings(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Beginnings> {
    return this.#reads.beginnings(categories, after, upTo, look);
  }

  /** The numbering does not know types, and the store does not choose by either of two things. */
  readMatching(...asked: Parameters<EventLog['readMatching']>): Promise<Matching> {
    return lookThrough(this, ...asked);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]> {
    return tail(this.#tail, options);
  }

  async head(): Promise<Head> {
    this.#refuseClosed();
    await this.#end.run();
    const { position, sequence, recordedAt } = this.#numbering.head;
    return { position, sequence, recordedAt };
  }

  async positionAt(sequence: number): Promise<Position | null> {
    if (sequence === 0) return BEGINNING;
    const [known] = await this.#reads.positionsOf([sequence]);
    if (known !== undefined) return known;
    await this.#end.run();
    return (await this.#reads.positionsOf([sequence]))[0] ?? null;
  }

  async sequenceAt(moment: string): Promise<number> {
    const asked = askable(moment);
    if (asked === null) return 0;
    const [row] = await this.#numbers.rows<readonly [string]>('numbering_sequence_at', SEQUENCE_AT, [asked]);
    return Number(row?.[0]);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  /** Why events may carry past times now; null: they may not. */
  get pastTimes(): Purpose | null {
    return this.#numbering.head.pastTimes;
  }

  /** For a move or restore: lets what is written next carry the times it was recorded at elsewhere, or no longer. */
  async letPastTimes(open: boolean): Promise<void> {
    await patiently(this.#patience, () =>
      open
        ? openPastTimes(this.#store, this.#prefix, 'move', this.#timeout)
        : closePastTimes(this.#store, this.#prefix, this.#timeout),
    );
    await this.#end.run();
  }

  /** Writes events of another log at this log's end, in order, each request with its own time. Past times must be open. */
  async copy(requests: readonly AppendRequest[], timeOf: TimeOf): Promise<AppendOutcome[]> {
    const carried: Carried[] = [];
    for (const chunk of chunks(requests))
      carried.push(...(await this.#appends.chunk(chunk.requests, chunk.bytes, timeOf)));
    return Promise.all(carried.map(async (one) => this.#outcome(one, {})));
  }

  async #close(): Promise<void> {
    await this.#appends.idle();
    this.#closing.abort();
    this.#bell.ring();
    await this.#numbering.close();
    await this.#numbers.close();
    await this.#store.close();
  }

  #refuseClosed(): void {
    if (this.#closed !== undefined) throw new LogUnavailable('the event log is closed');
  }

  /** The numbering is of this log, or of none yet. */
  async #tie({ log, begunAt }: LogIdentity): Promise<void> {
    const bound = async (at: Position): Promise<string | null> => {
      const [row] = await this.#numbers.rows<readonly [string | null]>('begin_log', BEGIN_LOG, [log, at]);
      return row?.[0] ?? null;
    };
    const [known] = await this.#numbers.rows<readonly [string | null]>(
      'numbered_log',
      'SELECT log FROM numbering.head',
      [],
    );
    const tied = known?.[0] ?? (await bound(await patiently(this.#patience, begunAt)));
    if (tied === log) return;
    throw new OperatorError(
      'The database holds the numbering of another log than the one in EventStoreDB.',
      'Name the EventStoreDB and EVENTSTOREDB_PREFIX that belong to this database; or, if this log is to take its place, run: hoso renumber.',
    );
  }

  /** Waits until the last event of ours that is in the store now is numbered. */
  async #numberAll(): Promise<void> {
    const end = await patiently(this.#patience, () => this.#lastOfOurs());
    if (end !== null) await this.#numbering.reach(end, this.#patience.retryFor);
    this.#appends.saw(this.#numbering.head.position);
  }

  /** Its position; null: none beyond what has been looked through. */
  async #lastOfOurs(): Promise<Position | null> {
    let before: Position | 'end' = 'end';
    for (let most = 1; ; most = BACK) {
      const events = await this.#store.readBack(before, most, this.#timeout);
      for (const { stream, position } of events) {
        if (position === null || position <= this.#numbering.head.scanned) return null;
        if (stream.startsWith(this.#prefix) || stream.startsWith(`$$${this.#prefix}`)) return position;
      }
      const oldest = events.at(-1)?.position;
      if (oldest === undefined || oldest === null || events.length < most) return null;
      before = oldest;
    }
  }

  #outcome(carried: Carried, { numbered = true }: AppendOptions): AppendOutcome | Promise<AppendOutcome> {
    if (carried.kind !== 'written') return carried;
    if (!numbered) return appended(carried);
    return this.#placeOf(carried.position).then((place) => appended(carried, place));
  }

  async #placeOf(position: Position): Promise<Place | undefined> {
    try {
      await this.#numbering.reach(position, NUMBER_WITHIN);
      const fresh = this.#numbering.placeOf(position);
      if (fresh !== undefined) return fresh;
      this.#wanted.push(position);
      await this.#places.run();
      const place = this.#placed.get(position);
      this.#placed.delete(position);
      return place;
    } catch {
      // It is written, whatever becomes of its number.
      return undefined;
    }
  }

  /** Places of what another process has numbered: one question for all who wait. */
  async #findPlaces(): Promise<void> {
    const wanted = this.#wanted.splice(0);
    for (const { position, sequence, recordedAt } of await this.#reads.numberedAt(wanted))
      this.#placed.set(position, { sequence, recordedAt });
  }

  /** The time to write, or why it is refused. Opens past times on a demonstration's log when they are first needed. */
  async #mayScript(request: AppendRequest, scripted: string): Promise<string | ScriptedClockRefused> {
    const head = await this.head();
    if (!(await this.#isDemo(head, request)))
      return new ScriptedClockRefused(
        'only a log whose first event marks it as a demonstration takes a scripted clock',
      );
    if (head.recordedAt !== null && scripted < head.recordedAt)
      return new ScriptedClockRefused(
        `the scripted clock runs backwards: ${scripted} is before ${head.recordedAt}`,
      );
    if (Date.parse(scripted) > Date.now() + SCRIPT_AHEAD)
      return new ScriptedClockRefused(`the scripted clock is in the future: ${scripted}`);
    if (this.pastTimes === null) {
      await patiently(this.#patience, () => openPastTimes(this.#store, this.#prefix, 'demo', this.#timeout));
      await this.#end.run();
    }
    return scripted;
  }

  async #isDemo({ sequence }: Head, { events }: AppendRequest): Promise<boolean> {
    if (this.#demo !== undefined) return this.#demo;
    if (sequence === 0) return events[0]?.type === DEMO_MARK;
    const [first] = await this.#reads.page(0n, 1);
    return (this.#demo = first?.type === DEMO_MARK);
  }

  /** A repeated append is answered as the first time, whatever the clock says now. */
  async #unlessKnown(request: AppendRequest, refusal: ScriptedClockRefused): Promise<AppendOutcome> {
    const known = await this.#appends.known(request);
    if (known === null) throw refusal;
    return known;
  }
}
