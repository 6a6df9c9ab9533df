import { Bell } from '../../bell.js';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { checkAppend, scriptedTime } from '../checkAppend.js';
import {
  LogUnavailable,
  type AppendOptions,
  type AppendOutcome,
  type AppendRequest,
  type Beginnings,
  type EventFilter,
  type EventLog,
  type Head,
  type Matching,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
} from '../port.js';
import { listen } from './listen.js';
import { Gathering } from '../../gathering.js';
import { chunks } from '../chunks.js';
import { nextPrefix } from '../nextPrefix.js';
import { askable } from '../sequenceAt.js';
import { tail, type TailOptions } from '../tail.js';
import { clientConfig } from './connecting.js';
import { Reader } from './reader.js';
import { SharedPages } from '../sharedPages.js';
import { RecentEvents } from './recentEvents.js';
import { COLUMNS, moment, recordedEvent, type EventRow } from './rows.js';
import { passes } from './trouble.js';
import { Writer, type Batch } from './writer.js';

export interface PostgresLogOptions {
  /** As the log role. The schema must be there: see logMigrations. */
  readonly connection: ConnectionSettings;
  /** Whether to hear of other processes' events at once (a connection of its own) or by the poll. Default true. */
  readonly listen?: boolean;
  /** How often a subscription looks by itself. Milliseconds, default 500. */
  readonly poll?: number;
  /** How long appends and reads are tried again before LogUnavailable. Milliseconds, default 30,000. */
  readonly retryFor?: number;
  /** How long a writer waits for the head before it starts anew. Milliseconds, default 5,000. */
  readonly lockTimeout?: number;
  /** Connections for reading. Default 4; for writing there are two, for bulk writing another, when first used. */
  readonly readers?: number;
  readonly logger?: { warn(fields: object, message: string): void };
  /** After each group commit, for metrics. */
  readonly onBatch?: (batch: Batch) => void;
}

const READ_ON = `SELECT e.*, s.n FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS s (stream, start, n)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM log.events WHERE stream_id = s.stream AND revision >= s.start
  ) e ORDER BY s.n, e.revision`;
const READ_STREAMS = `SELECT e.* FROM unnest($1::text[]) WITH ORDINALITY AS s (stream, n)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM log.events WHERE stream_id = s.stream AND position <= coalesce($2, position)
  ) e ORDER BY s.n, e.revision`;
const READ_EVENTS = `SELECT e.* FROM unnest($1::uuid[]) AS i (id)
  CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM log.events WHERE id = i.id LIMIT 1) e`;
const READ_ALL = `SELECT ${COLUMNS} FROM log.events WHERE position > $1 ORDER BY position LIMIT $2`;
const READ_RECENT_OF_CATEGORIES = `SELECT ${COLUMNS} FROM log.events
  WHERE position > $2 AND position <= $3 AND stream_id ^@ ANY ($1::text[]) ORDER BY position LIMIT $4`;
/**
 * By stream name and never by position, which neither the bounds (+ 0) nor the order (OFFSET 0) may tempt the planner to:
 * it would read all of millions of events for a handful.
 */
const READ_CATEGORIES = `SELECT e.* FROM unnest($1::text[], $2::text[]) AS c (low, high)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM log.events
     WHERE stream_id >= c.low AND stream_id < c.high AND position + 0 > $3 AND position + 0 <= $4
     OFFSET 0
  ) e ORDER BY e.position LIMIT $5`;
const READ_BEGINNINGS = `SELECT b.stream_id, b.position, l.revision + 1 FROM log.events b
  CROSS JOIN LATERAL (
    SELECT revision FROM log.events WHERE stream_id = b.stream_id ORDER BY revision DESC LIMIT 1
  ) l
  WHERE b.position > $2 AND b.position <= $3 AND b.revision = 0 AND b.stream_id ^@ ANY ($1::text[])
  ORDER BY b.position`;
const READ_MATCHING = `SELECT ${COLUMNS} FROM log.events
  WHERE position > $1 AND position <= $2
    AND (stream_id ^@ ANY ($3::text[]) OR type = ANY ($4::text[]) OR stream_id = ANY ($5::text[])) ORDER BY position`;
/** As many events at the log's end are read through sooner than a whole category by its streams. */
const RECENT = 2_000n;
const HEAD = 'SELECT position, recorded_at FROM log.head';
const SEQUENCE_AT = 'SELECT log.sequence_at($1)';

/**
 * Opens the log kept in PostgreSQL. Position = sequence, dense from 1, in the order of commits: one row (log.head) is
 * locked by whoever appends, for a whole batch at a time. Rejects with LogUnavailable.
 */
export async function openPostgresLog(options: PostgresLogOptions): Promise<EventLog> {
  const log = new PostgresLog(options);
  try {
    await log.head();
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
}

interface StreamFrom {
  readonly stream: string;
  readonly from: number;
}

class PostgresLog implements EventLog {
  readonly #writer: Writer;
  readonly #bulkWriter: Writer;
  readonly #reader: Reader;
  readonly #bell = new Bell();
  readonly #streams = new Gathering<StreamFrom, RecordedEvent[]>({
    ask: (questions) => this.#readOn(questions),
    keyOf: ({ stream, from }) => `${from} ${stream}`,
    lanes: 2,
  });
  readonly #pages = new SharedPages((after, limit) => this.readAll(after, limit));
  readonly #recent = new RecentEvents((after, limit) => this.#pages.after(after, limit));
  readonly #closing = new AbortController();
  readonly #listen: () => Promise<void>;
  readonly #tail: TailOptions;
  #listening: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: PostgresLogOptions) {
    const { connection, listen: hears = true, poll = 500, retryFor = 30_000, readers = 4, logger } = options;
    const warn = (error: unknown): void => {
      logger?.warn(
        { trouble: error instanceof Error ? error.message : String(error) },
        'event log: trying again',
      );
    };
    const writer = (name: string, lanes: number): Writer =>
      new Writer({
        lanes,
        client: clientConfig(connection, name, options.lockTimeout),
        retryFor,
        onTrouble: warn,
        onBatch: (batch, last) => {
          if (last !== null) this.#bell.ring();
          options.onBatch?.(batch);
        },
      });
    this.#writer = writer('hoso log writer', 2);
    this.#bulkWriter = writer('hoso log bulk writer', 1);
    const client = clientConfig(connection, 'hoso log reader');
    this.#reader = new Reader({ client, connections: readers, retryFor, onTrouble: warn });
    const ear = clientConfig(connection, 'hoso log listener');
    this.#listen = () => (hears ? listen(ear, this.#bell, this.#closing.signal, warn) : Promise.resolve());
    this.#tail = {
      page: (after, limit) => this.#recent.after(after, limit),
      bell: this.#bell,
      poll,
      closing: this.#closing.signal,
      passes: (error) => passes((error as Error).cause),
      onTrouble: warn,
    };
  }

  async append(request: AppendRequest, options: AppendOptions = {}): Promise<AppendOutcome> {
    const [outcome] = await this.#writer.write([request], checkAppend(request), scriptedTime(options));
    if (outcome === undefined) throw new LogUnavailable('the event log answered nothing');
    return outcome;
  }

  async appendBulk(
    requests: readonly AppendRequest[],
    options: AppendOptions = {},
  ): Promise<AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    // One chunk after the other: the next may expect what this one leaves, also when this one has to be sent again.
    for (const chunk of chunks(requests))
      outcomes.push(...(await this.#bulkWriter.write(chunk.requests, chunk.bytes, scriptedTime(options))));
    return outcomes;
  }

  async readStream(stream: string, fromRevision = 0): Promise<RecordedEvent[]> {
    return this.#streams.answer({ stream, from: fromRevision });
  }

  async readStreams(streams: readonly string[], upTo?: Position): Promise<RecordedEvent[]> {
    if (streams.length === 0) return [];
    return this.#events('read_streams', READ_STREAMS, [[...new Set(streams)], upTo ?? null]);
  }

  async readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    if (ids.length === 0) return [];
    return this.#events('read_events', READ_EVENTS, [[...new Set(ids)]]);
  }

  async readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    return this.#events('read_all', READ_ALL, [after, limit]);
  }

  /**
   * By position where the span is short, else by stream name: no index of its own, which every append would pay for.
   * So a page costs as much as the category is large; whoever wants the records reads all.
   */
  async readCategories(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    limit: number,
  ): Promise<RecordedEvent[]> {
    if (upTo - after <= RECENT)
      return this.#events('read_recent', READ_RECENT_OF_CATEGORIES, [[...categories], after, upTo, limit]);
    const low = categories.filter((c) => !categories.some((other) => other !== c && c.startsWith(other)));
    const bounds = [...new Set(low)];
    return this.#events('read_categories', READ_CATEGORIES, [
      bounds,
      bounds.map(nextPrefix),
      after,
      upTo,
      limit,
    ]);
  }

  async readBeginnings(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Beginnings> {
    const end = await this.#endOfLook(after, upTo, look);
    if (end === null) return { streams: [], reached: null };
    const rows = await this.#reader.rows<readonly [string, string, string]>(
      'read_beginnings',
      READ_BEGINNINGS,
      [[...categories], after, end],
    );
    return {
      streams: rows.map(([stream, position, events]) => ({
        stream,
        position: BigInt(position),
        sequence: Number(position),
        events: Number(events),
      })),
      reached: { position: end, sequence: Number(end) },
    };
  }

  async readMatching(
    { categories, types, streams }: EventFilter,
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Matching> {
    const end = await this.#endOfLook(after, upTo, look);
    if (end === null) return { events: [], reached: null };
    const names = [categories, types, streams].map((list) => [...list]);
    return {
      events: await this.#events('read_matching', READ_MATCHING, [after, end, ...names]),
      reached: { position: end, sequence: Number(end) },
    };
  }

  subscribe(options: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.#listening ??= this.#listen();
    return tail(this.#tail, options);
  }

  async head(): Promise<Head> {
    const [row] = await this.#reader.rows<readonly [string, string | null]>('head', HEAD, []);
    if (row === undefined)
      throw new LogUnavailable('log.head has no row: restore the database from a backup');
    const [position, recordedAt] = row;
    return {
      position: BigInt(position),
      sequence: Number(position),
      recordedAt: recordedAt === null ? null : moment(recordedAt),
    };
  }

  async positionAt(sequence: number): Promise<Position | null> {
    return sequence <= (await this.head()).sequence ? BigInt(sequence) : null;
  }

  async sequenceAt(moment: string): Promise<number> {
    const asked = askable(moment);
    if (asked === null) return 0;
    const [row] = await this.#reader.rows<readonly [string]>('sequence_at', SEQUENCE_AT, [asked]);
    return Number(row?.[0]);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#bell.ring();
    await Promise.all([this.#writer.close(), this.#bulkWriter.close(), this.#listening]);
    await this.#reader.close();
  }

  /** Positions are dense: so many of them are so many events. Null: there is nothing to look through. */
  async #endOfLook(after: Position, upTo: Position, look: number): Promise<Position | null> {
    const end = [upTo, after + BigInt(look), (await this.head()).position].reduce((a, b) => (b < a ? b : a));
    return end <= after ? null : end;
  }

  async #events(name: string, text: string, values: readonly unknown[]): Promise<RecordedEvent[]> {
    return (await this.#reader.rows<EventRow>(name, text, values)).map(recordedEvent);
  }

  /** Streams, each from a revision on, in one round trip. */
  async #readOn(questions: readonly StreamFrom[]): Promise<RecordedEvent[][]> {
    const found: RecordedEvent[][] = questions.map(() => []);
    const values = [questions.map(({ stream }) => stream), questions.map(({ from }) => from)];
    for (const row of await this.#reader.rows<readonly [...EventRow, string]>('read_on', READ_ON, values))
      found[Number(row[9]) - 1]?.push(recordedEvent(row as unknown as EventRow));
    return found;
  }
}
