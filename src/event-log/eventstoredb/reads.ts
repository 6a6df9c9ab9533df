import type { Beginnings, Position, RecordedEvent } from '../port.js';
import { nextPrefix } from '../nextPrefix.js';
import type { Reader } from '../postgres/reader.js';
import { moment } from '../postgres/rows.js';
import type { Store, StoreEvent } from './client.js';
import { KeptEvents } from './keptEvents.js';
import type { NumberingHead, Place } from './numbering.js';
import { each } from './together.js';
import { patiently, type Patience } from './trouble.js';
import { LogDamaged, unwrap, type OwnEvent } from './wire.js';

/** An event as the numbering knows it. */
export interface Numbered extends Place {
  readonly position: Position;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
}

type Row = readonly [
  sequence: string,
  position: string,
  id: string,
  stream: string,
  revision: string,
  recordedAt: string,
];

const COLUMNS = 'sequence, position, id, stream_id, revision, recorded_at';
const OF_STREAM = `SELECT ${COLUMNS} FROM numbering.events WHERE stream_id = $1 AND revision >= $2 ORDER BY revision`;
const OF_STREAMS = `SELECT e.* FROM unnest($1::text[]) WITH ORDINALITY AS s (stream, n)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM numbering.events WHERE stream_id = s.stream AND position <= coalesce($2, position)
  ) e ORDER BY s.n, e.revision`;
const OF_IDS = `SELECT e.* FROM unnest($1::uuid[]) AS i (id)
  CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM numbering.events WHERE id = i.id ORDER BY sequence LIMIT 1) e`;
const OF_POSITIONS = `SELECT e.* FROM unnest($1::bigint[]) AS p (position)
  CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM numbering.events WHERE position = p.position LIMIT 1) e`;
const PAGE = `SELECT ${COLUMNS} FROM numbering.events WHERE position > $1 ORDER BY position LIMIT $2`;
const OF_CATEGORIES = `SELECT e.* FROM unnest($1::text[], $2::text[]) AS c (low, high)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM numbering.events
     WHERE stream_id >= c.low AND stream_id < c.high AND position > $3 AND position <= $4
  ) e ORDER BY position LIMIT $5`;
const RECENT_OF_CATEGORIES = `SELECT ${COLUMNS} FROM numbering.events
  WHERE position > $2 AND position <= $3 AND stream_id ^@ ANY ($1::text[]) ORDER BY position LIMIT $4`;
const LOOKED_THROUGH = `SELECT sequence, position FROM (
    SELECT sequence, position FROM numbering.events
     WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3
  ) e ORDER BY position DESC LIMIT 1`;
const BEGINNINGS = `SELECT b.stream_id, b.position, b.sequence, l.revision + 1 FROM numbering.events b
  CROSS JOIN LATERAL (
    SELECT revision FROM numbering.events WHERE stream_id = b.stream_id ORDER BY revision DESC LIMIT 1
  ) l
  WHERE b.position > $2 AND b.position <= $3 AND b.revision = 0 AND b.stream_id ^@ ANY ($1::text[])
  ORDER BY b.position`;
const IDS_AFTER = 'SELECT id FROM numbering.events WHERE sequence > $1 ORDER BY sequence LIMIT $2';
const POSITIONS_OF =
  'SELECT position FROM numbering.events WHERE sequence = ANY ($1::bigint[]) ORDER BY sequence';
const SEQUENCES_AFTER =
  'SELECT count(*) FROM (SELECT FROM numbering.events WHERE position > $1 AND position <= $2 LIMIT $3) e';

const STREAMS_AT_ONCE = 32;
/** As many events at the log's end are looked through sooner than a whole category by its streams. */
const RECENT = 2_000;

export interface ReadsOptions extends Patience {
  readonly store: Store;
  readonly prefix: string;
  readonly numbers: Reader;
  readonly timeout: number;
  readonly head: () => NumberingHead;
  /** Waits until all that is in the store now is numbered. */
  readonly sync: () => Promise<void>;
}

/** Reads the store and joins what the numbering says of each event. */
export class Reads {
  private readonly kept = new KeptEvents();
  /** Parts of the log that are being read, by their bounds: who wants the same part shares it. */
  private readonly underWay = new Map<string, Promise<RecordedEvent[]>>();

  constructor(private readonly options: ReadsOptions) {}

  /** What this process has just numbered, as the store sent it. */
  numbered(events: readonly RecordedEvent[]): void {
    this.kept.keep(events);
  }

  /** A stream as it is in the store; of an event that is not numbered yet the sequence is null. */
  async stream(stream: string, from: number): Promise<RecordedEvent[]> {
    const { prefix, store, timeout, sync } = this.options;
    const stored = await this.patiently(() =>
      store.readStream(prefix + stream, from, Number.MAX_SAFE_INTEGER, timeout),
    );
    if (stored.length === 0) return [];
    const number = () => this.rows('of_stream', OF_STREAM, [stream, from]);
    let rows = await number();
    // Only where the store does not tell an event's place do we wait for the numbering to do so.
    if (stored.some(({ position }, i) => position === null && rows[i] === undefined)) {
      await sync();
      rows = await number();
    }
    return stored.map((event, i) => this.joined(this.own(event, stream, from + i), rows[i]));
  }

  /** The last revision of a stream, null without one. */
  async tail(stream: string): Promise<number | null> {
    const { prefix, store, timeout } = this.options;
    const [last] = await this.patiently(() => store.readStream(prefix + stream, 'end', 1, timeout));
    return last?.revision ?? null;
  }

  async streams(streams: readonly string[], upTo: Position): Promise<RecordedEvent[]> {
    return this.events(await this.rows('of_streams', OF_STREAMS, [[...new Set(streams)], upTo]));
  }

  async byIds(ids: readonly string[]): Promise<RecordedEvent[]> {
    return this.events(await this.numberedByIds([...new Set(ids)]));
  }

  numberedByIds(ids: readonly string[]): Promise<Numbered[]> {
    return this.rows('of_ids', OF_IDS, [ids]);
  }

  /** Ids in order of sequence, after one. */
  async idsAfter(sequence: number, most: number): Promise<string[]> {
    const rows = await this.options.numbers.rows<readonly [string]>('ids_after', IDS_AFTER, [sequence, most]);
    return rows.map(([id]) => id);
  }

  /** Positions of the sequences that are given. */
  async positionsOf(sequences: readonly number[]): Promise<Position[]> {
    const rows = await this.options.numbers.rows<readonly [string]>('positions_of', POSITIONS_OF, [
      sequences,
    ]);
    return rows.map(([position]) => BigInt(position));
  }

  numberedAt(positions: readonly Position[]): Promise<Numbered[]> {
    return this.rows('of_positions', OF_POSITIONS, [positions.map(String)]);
  }

  /** One page of what is numbered, in log order, read from the store. */
  async page(after: Position, limit: number): Promise<RecordedEvent[]> {
    return this.part(await this.rows('page', PAGE, [after, limit]));
  }

  /** … for those who follow: what this process has at hand is not read again. */
  async followed(after: Position, limit: number): Promise<RecordedEvent[]> {
    const rows = await this.rows('page', PAGE, [after, limit]);
    const events = rows.map((row) => this.kept.of(row));
    const from = events.indexOf(undefined);
    if (from >= 0) {
      const part = rows.slice(from, events.lastIndexOf(undefined) + 1);
      events.splice(from, part.length, ...(await this.sharedPart(part)));
    }
    return events as RecordedEvent[];
  }

  async categories(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    limit: number,
  ): Promise<RecordedEvent[]> {
    const [few] = await this.options.numbers.rows<readonly [string]>('sequences_after', SEQUENCES_AFTER, [
      after,
      upTo,
      RECENT,
    ]);
    if (Number(few?.[0]) < RECENT)
      return this.events(
        await this.rows('recent', RECENT_OF_CATEGORIES, [[...categories], after, upTo, limit]),
      );
    const low = categories.filter((c) => !categories.some((other) => other !== c && c.startsWith(other)));
    const bounds = [...new Set(low)];
    return this.events(
      await this.rows('of_categories', OF_CATEGORIES, [bounds, bounds.map(nextPrefix), after, upTo, limit]),
    );
  }

  async beginnings(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Beginnings> {
    const { numbers } = this.options;
    const [last] = await numbers.rows<readonly [string, string]>('looked_through', LOOKED_THROUGH, [
      after,
      upTo,
      look,
    ]);
    if (last === undefined) return { streams: [], reached: null };
    const reached = { sequence: Number(last[0]), position: BigInt(last[1]) };
    const rows = await numbers.rows<readonly [string, string, string, string]>('beginnings', BEGINNINGS, [
      [...categories],
      after,
      reached.position,
    ]);
    return {
      streams: rows.map(([stream, position, sequence, events]) => ({
        stream,
        position: BigInt(position),
        sequence: Number(sequence),
        events: Number(events),
      })),
      reached,
    };
  }

  /** The events of these rows, in their order: stream by stream, so that foreign events cost nothing. */
  private async events(rows: readonly Numbered[]): Promise<RecordedEvent[]> {
    const events = rows.map((row) => this.kept.of(row));
    const missing = rows.filter((_, i) => events[i] === undefined);
    const read = (await this.ofStreams(missing)).values();
    return events.map((event) => event ?? (read.next().value as RecordedEvent));
  }

  private async ofStreams(rows: readonly Numbered[]): Promise<RecordedEvent[]> {
    const { prefix, store, timeout } = this.options;
    const spans = new Map<string, { low: number; high: number }>();
    for (const { stream, revision } of rows) {
      const span = spans.get(stream);
      if (span === undefined) spans.set(stream, { low: revision, high: revision });
      else {
        span.low = Math.min(span.low, revision);
        span.high = Math.max(span.high, revision);
      }
    }
    const read = await each([...spans], STREAMS_AT_ONCE, ([stream, { low, high }]) =>
      this.patiently(() => store.readStream(prefix + stream, low, high - low + 1, timeout)),
    );
    const found = new Map<string, StoreEvent>();
    for (const event of read.flat())
      found.set(`${event.stream.slice(prefix.length)} ${event.revision}`, event);
    const events = rows.map((row) =>
      this.joined(this.found(found.get(`${row.stream} ${row.revision}`), row), row),
    );
    this.kept.keep(events);
    return events;
  }

  /** The events of neighbouring rows, in log order. */
  private async part(rows: readonly Numbered[]): Promise<RecordedEvent[]> {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    const stored = await this.between(first.position, last.position, rows.length);
    const byPosition = new Map(stored.map((e) => [e.position, e]));
    const events = rows.map((row) => this.joined(this.found(byPosition.get(row.position), row), row));
    this.kept.keep(events);
    return events;
  }

  private sharedPart(rows: readonly Numbered[]): Promise<RecordedEvent[]> {
    const bounds = `${rows[0]?.position} ${rows.at(-1)?.position}`;
    const known = this.underWay.get(bounds);
    if (known !== undefined) return known;
    const reading = this.part(rows).finally(() => this.underWay.delete(bounds));
    this.underWay.set(bounds, reading);
    return reading;
  }

  private async between(first: Position, last: Position, count: number): Promise<StoreEvent[]> {
    const { prefix, store, timeout } = this.options;
    const events: StoreEvent[] = [];
    let from = first;
    while (events.length < count) {
      // Foreign events lie between: as many as were asked for may not be enough.
      let reached = from;
      const part = await this.patiently(() =>
        store.readAll(from, Math.max(2, count - events.length + 1), timeout, ({ stream, position }) => {
          if (position === null || position > last) return 'stop';
          reached = position;
          return stream.startsWith(prefix) && !(events.length > 0 && position === from) ? 'take' : 'pass';
        }),
      );
      events.push(...part);
      if (reached === from || reached >= last) break;
      from = reached;
    }
    return events;
  }

  private found(event: StoreEvent | undefined, row: Numbered): OwnEvent {
    if (event?.id === row.id) return unwrap(event, this.options.prefix);
    throw this.lost(row);
  }

  private lost({ sequence, id, stream, revision }: Numbered): LogDamaged {
    return new LogDamaged(
      `Event ${id} (sequence ${sequence}, ${stream} revision ${revision}) was numbered and is not in EventStoreDB any more.`,
      'Events were taken out of the store, or it was restored from an older backup: see the page on EventStoreDB.',
    );
  }

  private own(event: StoreEvent, stream: string, revision: number): OwnEvent {
    if (event.revision === revision) return unwrap(event, this.options.prefix);
    throw new LogDamaged(
      `Stream ${stream} lacks revision ${revision} in EventStoreDB: it was truncated or deleted.`,
      'Nothing of this service deletes: find out who did, and restore the store from a backup.',
    );
  }

  private joined(event: OwnEvent, row: Numbered | undefined): RecordedEvent {
    const { created, pastTime, position, ...rest } = event;
    if (row !== undefined && row.id !== event.id) throw this.lost(row);
    const head = this.options.head();
    // Not numbered yet: what it will be, unless others come before it.
    const own = (head.pastTimes === null ? null : pastTime) ?? created;
    const least = head.recordedAt ?? own;
    return {
      ...rest,
      position: row?.position ?? position ?? head.position,
      sequence: row?.sequence ?? null,
      recordedAt: row?.recordedAt ?? (own > least ? own : least),
    };
  }

  private async rows(name: string, text: string, values: readonly unknown[]): Promise<Numbered[]> {
    const rows = await this.options.numbers.rows<Row>(`numbering_${name}`, text, values);
    return rows.map(([sequence, position, id, stream, revision, recordedAt]) => ({
      sequence: Number(sequence),
      position: BigInt(position),
      id,
      stream,
      revision: Number(revision),
      recordedAt: moment(recordedAt),
    }));
  }

  private patiently<T>(call: () => Promise<T>): Promise<T> {
    return patiently(this.options, call);
  }
}
