/**
 * The event log: the archive itself. Every engine (PostgreSQL, EventStoreDB, the in-memory model) keeps this
 * contract, and test/contract/ holds them to it.
 *
 * A stream is one record's history; a revision is an event's place in its stream (0, 1, 2 …); a position is its
 * place in the engine (opaque, only compared); a sequence is its ordinal among all our events (1, 2, 3 …), the
 * same on every engine and after every move or restore.
 */

/** An engine's own place of an event: strictly growing, not necessarily dense. Only ever compared. */
export type Position = bigint;

/** The position before the first event. */
export const BEGINNING: Position = 0n;

/** An append may not carry more bytes than this (ids, types, data, meta as JSON strings, 60 an event), on any engine. */
export const MAX_APPEND_BYTES = 1_000_000;

/** An event as the caller proposes it. The caller makes the id; a retry must use the same one. */
export interface ProposedEvent {
  /** UUID, lower case. */
  readonly id: string;
  /** Stable past-tense name, for instance `transferred`. */
  readonly type: string;
  /** Version of the type's schema, from 1. */
  readonly version: number;
  /** Canonical JSON text (RFC 8785). Kept byte for byte. */
  readonly data: string;
  /** Canonical JSON text. Kept byte for byte; not part of the content when two events are compared. */
  readonly meta: string;
}

/** An event as the log holds it. */
export interface RecordedEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  /** Dense from 1. Null only while an engine that numbers later has not numbered this event yet. */
  readonly sequence: number | null;
  /** UTC, whole milliseconds, `2026-11-24T08:00:00.123Z`. Never falls from one sequence to the next. */
  readonly recordedAt: string;
}

/** What the stream's last revision must be: `none` (no such stream), that number, or `any` (no check). */
export type ExpectedRevision = 'none' | 'any' | number;

export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** At least one; ids distinct. All are appended, or none. */
  readonly events: readonly ProposedEvent[];
}

/**
 * What became of an append.
 * - `appended`: the events are durable.
 * - `alreadyAppended`: the same ids with the same content stand at `expected + 1 …` of this stream (for `any`: stand
 *   contiguously in this stream); the answer is that of the first time.
 * - `contentDiffers`: an id given is in the log with another type or other data. Nothing was written.
 * - `wrongRevision`: the stream's last revision is `actual` (null: no such stream), or the ids overlap the log in
 *   any other way. Nothing was written.
 */
export type AppendOutcome =
  | ({ readonly kind: 'appended' | 'alreadyAppended' } & Appended)
  | { readonly kind: 'wrongRevision'; readonly stream: string; readonly actual: number | null }
  | { readonly kind: 'contentDiffers'; readonly stream: string; readonly eventId: string };

export interface Appended {
  readonly stream: string;
  /** Revision of the first and of the last event of the append. */
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Position of the last event: wait for it to read your own write. */
  readonly position: Position;
  /** Sequence of the last event, null while not yet given. */
  readonly sequence: number | null;
  /** While there is no sequence, this process's clock stands in: the recorded time is given with the sequence. */
  readonly recordedAt: string;
}

/** The end of the log. An empty log has sequence 0, position BEGINNING and no time. */
export interface Head {
  readonly position: Position;
  readonly sequence: number;
  readonly recordedAt: string | null;
}

export interface AppendOptions {
  /**
   * A scripted clock for the demo's loader: the time to record, not before the log's last. Refused with
   * ScriptedClockRefused unless the log's first event is of type DEMO_MARK.
   */
  readonly recordedAt?: string;
  /**
   * Whether to wait until an engine that numbers later has given the sequence, as the answer needs it. Default true;
   * false answers as soon as the events are durable.
   */
  readonly numbered?: boolean;
}

/** A stream, by where it begins. */
export interface Beginning {
  readonly stream: string;
  /** Of its first event. */
  readonly position: Position;
  readonly sequence: number;
  /** How many events the stream has by now. */
  readonly events: number;
}

export interface Beginnings {
  readonly streams: readonly Beginning[];
  /** Up to where the log was looked through: the place of an event. Null: nothing stands between the two positions. */
  readonly reached: Pick<Head, 'position' | 'sequence'> | null;
}

/** Which events a reader wants: those that any of the three names. */
export interface EventFilter {
  /** Prefixes of stream names, `unit-`. */
  readonly categories: readonly string[];
  readonly types: readonly string[];
  readonly streams: readonly string[];
}

export interface Matching {
  /** In log order. */
  readonly events: readonly RecordedEvent[];
  /** As of Beginnings. */
  readonly reached: Beginnings['reached'];
}

/** Type of the first event of a demonstration log; only such a log takes a scripted clock. */
export const DEMO_MARK = 'log_marked_as_demo';

export interface SubscribeOptions {
  /** Only events after this position. */
  readonly after: Position;
  /** Ends the subscription. */
  readonly signal: AbortSignal;
  /** Most events in one batch. Default 1000. */
  readonly batchSize?: number;
}

/** The port. Rejections: LogUnavailable (try again with the same ids), InvalidAppend (the caller's mistake). */
export interface EventLog {
  /** Appends all events of one stream, or none. An unknown outcome is retried inside with the same ids. */
  append(request: AppendRequest, options?: AppendOptions): Promise<AppendOutcome>;
  /**
   * Appends many requests at bulk speed, each all-or-nothing and each with its own outcome, in the order given.
   * Several requests may name one stream, if each expects what the one before leaves. Holds other writers up for
   * a short time only, so give it chunks of some 2,000 events.
   */
  appendBulk(requests: readonly AppendRequest[], options?: AppendOptions): Promise<AppendOutcome[]>;
  /** A stream's events in order, from a revision on. An unknown stream is an empty list. */
  readStream(stream: string, fromRevision?: number): Promise<RecordedEvent[]>;
  /** Several streams at once, in no particular order between them, each in order of revision; up to a position. */
  readStreams(streams: readonly string[], upTo?: Position): Promise<RecordedEvent[]>;
  /** The events of these ids that the log holds, in no particular order. */
  readEvents(ids: readonly string[]): Promise<RecordedEvent[]>;
  /** One page of all events after a position, in log order. */
  readAll(after: Position, limit: number): Promise<RecordedEvent[]>;
  /**
   * One page of the events of some categories (prefixes of stream names, `unit-`) after a position, up to another, in
   * log order: for reading the few reference streams without passing over all records.
   */
  readCategories(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    limit: number,
  ): Promise<RecordedEvent[]>;
  /**
   * The streams of some categories that begin after a position, up to another, in log order; so many of the log's events
   * are looked through at most, and none of them is fetched: for reading whole streams one after the other.
   */
  readBeginnings(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Beginnings>;
  /**
   * The events that match, after a position, up to another; so many of the log's events are looked through at most: for
   * passing over a long stretch of the log of which little matters.
   */
  readMatching(filter: EventFilter, after: Position, upTo: Position, look: number): Promise<Matching>;
  /** Batches of events in log order: first all there are after the position, then as they come, until aborted. */
  subscribe(options: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]>;
  head(): Promise<Head>;
  /** The position of the event of a sequence, BEGINNING for 0; null beyond the end of the log. */
  positionAt(sequence: number): Promise<Position | null>;
  /** The last sequence recorded at or before a moment (UTC, ISO 8601); 0 when there is none. */
  sequenceAt(moment: string): Promise<number>;
  /** Finishes what is in flight and lets go of every connection. */
  close(): Promise<void>;
}

/** The engine cannot be reached, or did not answer in time; the outcome of an append may be unknown. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** The request itself breaks the contract: no events, a bad id, two equal ids, too many bytes. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
}

/** A scripted clock was given to a log that is not marked as a demonstration, or it ran backwards. */
export class ScriptedClockRefused extends Error {
  override readonly name = 'ScriptedClockRefused';
}
