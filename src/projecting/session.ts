import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Bell } from '../bell.js';
import type { EventLog, RecordedEvent } from '../event-log/port.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import { isDestruction } from '../recording/codec.js';
import { isReferenceStream } from '../reference/referenceData.js';
import type { Announcement, Build, Builder } from './build.js';
import { CATEGORY, decodeSubject, type Decoder } from './decoding.js';
import { foldSubject, type Folded } from './folding.js';
import { withIdle } from './idle.js';
import type { Projection, Subject } from './projection.js';
import { beat, markIndexed, moveOn, serve, stopAt, Superseded, type Model, type Point } from './register.js';
import type { Shelf, Wanted } from './shelf.js';
import { StuckBefore, type SharedReference } from './sharedReference.js';
import { statementsFor } from './statements.js';
import { OWNER, tablesOf } from './tables.js';
import { transaction } from './transaction.js';
import { passes, tell } from './trouble.js';
import { pointViews } from './views.js';
import { Writer } from './writer.js';

export interface SessionOptions {
  readonly log: EventLog;
  readonly decoder: Decoder;
  readonly shelf: Shelf;
  readonly build: Build;
  /** Those who start together wait for this one, until it builds or finds that there is nothing to build. */
  readonly coming: Announcement;
  readonly reference: SharedReference;
  readonly pace: Bell;
  readonly projection: Projection;
  /** All projections of the release: their views may read this one's tables. */
  readonly all: readonly Projection[];
  /** A connection of the projector's own, which holds this generation's lock. */
  readonly client: pg.Client;
  readonly connection: ConnectionSettings;
  /** Most events of a batch. */
  readonly batchSize: number;
  /** Milliseconds between signs of life. */
  readonly beatEvery: number;
  /** After each batch, and each sign of life. */
  readonly onStep: (model: Model) => void;
  /** Ends with the first moment at which a built model serves (a rebuild), or follows on. */
  readonly untilServing: boolean;
}

/** An event that cannot be projected. The projection stands before it until a fix. */
export class Poisoned extends Error {
  override readonly name = 'Poisoned';
  constructor(
    readonly model: Model,
    options: ErrorOptions,
  ) {
    super(`projection ${model.projection} stopped at an event`, options);
  }
}

/** Streams folded and written in one go: what bounds the memory. */
const SET = 500;
/** A built model serves once it is no further behind than this. */
const CLOSE_ENOUGH = 1_000;
/** After a batch others may be on their way: they are left to gather for so many milliseconds. */
const REST = 10;

/**
 * Runs one generation of a read model: builds it up to the target, and follows the log from there.
 *
 * - Up to the target: each stream is folded once, whole up to the target, together with all others that are being built.
 * - After it: the streams that a batch touches are folded anew, up to the batch's end; so are those whose rows were
 *   folded with reference data that the batch touches.
 *
 * Rows and checkpoint commit together.
 */
export class Session {
  private readonly writer: Writer;
  /** Null: this projection does not use any. */
  private readonly reference: SharedReference | null;
  /** When it last gave a sign of life. */
  private beaten = 0;

  constructor(
    private readonly options: SessionOptions,
    private model: Model,
  ) {
    const { projection } = options;
    this.reference = projection.usesReference ? options.reference : null;
    this.writer = new Writer(model.schema, tablesOf(projection));
  }

  /**
   * Runs until aborted, or until it serves; answers whether it serves. Rejects with Superseded when another process moved the checkpoint or the
   * generation is retired, with Poisoned at an event that cannot be projected; anything else passes, and the caller
   * tries again with a new session.
   */
  async run(signal: AbortSignal): Promise<boolean> {
    const { log, batchSize, beatEvery, client, onStep, pace, build, coming } = this.options;
    await this.reference?.upTo(this.start).catch((error: unknown) => {
      if (error instanceof StuckBefore) return this.stop(error.event, error.cause);
      throw error;
    });
    const building = this.isFolding && !signal.aborted ? build.join(this.builder(), signal) : null;
    coming.end();
    await building;
    if (!this.isFolding) await this.finishIfBuilt();
    if (this.isDone() || signal.aborted) return this.isServing();
    const source = (until: AbortSignal) =>
      log.subscribe({ after: this.model.at.position, signal: until, batchSize });
    for await (const batch of withIdle(source, beatEvery, signal)) {
      if (batch === null) await beat(client, this.model);
      else {
        await this.take(batch);
        await this.finishIfBuilt();
      }
      onStep(this.model);
      if (this.isDone()) break;
      // A full one has the next behind it.
      if (batch !== null && batch.length < batchSize) await pace.wait(pace.rings, REST, signal);
    }
    return this.isServing();
  }

  private isServing(): boolean {
    return this.model.state === 'serving';
  }

  private isDone(): boolean {
    return this.options.untilServing && this.isServing();
  }

  /** Whether it still folds what was in the log when its build began. */
  private get isFolding(): boolean {
    return this.model.at.position < this.model.target.position;
  }

  /** Up to where reference data is needed at once. */
  private get start(): Point {
    return this.isFolding ? this.model.target : this.model.at;
  }

  /** Projects a batch; one that fails goes through event by event, up to the one at fault. */
  private async take(part: readonly RecordedEvent[]): Promise<void> {
    try {
      await this.project(part);
    } catch (error) {
      this.writer.rolledBack();
      await this.options.client.query('ROLLBACK').catch(() => undefined);
      if (passes(error) || error instanceof Superseded) throw error;
      if (part.length > 1) for (const event of part) await this.take([event]);
      else await this.stop(part[0] as RecordedEvent, error instanceof StuckBefore ? error.cause : error);
    }
  }

  private async project(part: readonly RecordedEvent[]): Promise<void> {
    const { client, projection } = this.options;
    const end = pointOf(part.at(-1) as RecordedEvent);
    const keys = await this.touchedKeys(part);
    const wanted = wantedOf(part, CATEGORY[projection.of]);
    // Of a batch that says nothing to this model only the checkpoint is written.
    if (wanted.length === 0 && keys.length === 0) {
      this.model = await moveOn(client, this.model, end);
      return;
    }
    await client.query('BEGIN');
    for (const set of setsOf(wanted)) await this.write(set, end);
    if (keys.length > 0) await this.foldAgain(keys, new Set(wanted.map((w) => w.stream)), end);
    const moved = await moveOn(client, this.model, end);
    await client.query('COMMIT');
    this.model = moved;
    this.writer.committed();
  }

  /** This generation as one of those that are being built. */
  private builder(): Builder {
    const at = () => this.model.at;
    const { projection, client, beatEvery } = this.options;
    return {
      projection,
      target: this.model.target,
      get at() {
        return at();
      },
      write: (texts, end) => this.copy(texts, end),
      beat: async () => {
        if (Date.now() - this.beaten < beatEvery) return;
        this.beaten = Date.now();
        await beat(client, this.model);
      },
      stopIn: async (stream, error) => {
        const [first] = await this.options.log.readStreams([stream], this.model.target.position);
        return this.stop(first as RecordedEvent, error);
      },
    };
  }

  /** Rows of subjects of which nothing is there yet, at bulk speed, for each table in turn. */
  private async copy(texts: readonly Buffer[], end: Point): Promise<void> {
    const { client, projection, onStep } = this.options;
    const copyAll = async () => {
      for (const [t, { name, columns }] of tablesOf(projection).entries()) {
        const text = texts[t];
        if (text === undefined || text.length === 0) continue;
        const names = columns.map((c) => `"${c.name}"`).join(', ');
        const sink = client.query(copyFrom(`COPY "${this.model.schema}"."${name}" (${names}) FROM STDIN`));
        await pipeline(Readable.from([text]), sink);
      }
      return moveOn(client, this.model, end);
    };
    this.model = await (texts.every((text) => text.length === 0) ? copyAll() : transaction(client, copyAll));
    this.beaten = Date.now();
    onStep(this.model);
  }

  private async write(wanted: readonly Wanted[], cut: Point): Promise<void> {
    const { shelf, projection, client } = this.options;
    const subjects = await shelf.subjects(projection.of, wanted, cut.position);
    this.writer.assume(this.rowsThere(subjects, wanted));
    for (const { stream } of wanted.filter((w) => w.fresh.some(isDestruction)))
      this.writer.forget(stream.slice(CATEGORY[projection.of].length));
    await this.writer.merge(
      client,
      subjects.map((s) => this.foldOne(s, cut)),
    );
  }

  /**
   * What is there of subjects that this session has not met: their fold as of the checkpoint. To fold twice is far
   * cheaper than to send and compare rows that do not change.
   */
  private rowsThere(subjects: readonly Subject<unknown>[], wanted: readonly Wanted[]): Folded[] {
    const category = CATEGORY[this.options.projection.of];
    const fresh = new Map(wanted.map((w) => [w.stream, w.fresh.length]));
    return subjects
      .filter((s) => !this.writer.knows(s.id))
      .map((s) => {
        const length = s.events.length - (fresh.get(category + s.id) ?? 0);
        if (length === 0) return { subject: s.id, rows: [] };
        const before = { id: s.id, events: s.events.slice(0, length), metas: s.metas.slice(0, length) };
        return this.foldOne(before, this.model.at);
      });
  }

  private foldOne(subject: Subject<unknown>, cut: Point): Folded {
    return foldSubject(this.options.projection, subject, this.reference?.at(cut.sequence) ?? null);
  }

  private async touchedKeys(part: readonly RecordedEvent[]): Promise<string[]> {
    const { reference } = this;
    if (reference === null) return [];
    await reference.take(part, this.model.at.position);
    return part.flatMap((e) => reference.touched(e));
  }

  /** Folds those again whose rows depend on the reference data touched, set by set, the batch's own left out. */
  private async foldAgain(keys: readonly string[], done: ReadonlySet<string>, cut: Point): Promise<void> {
    const { client, projection } = this.options;
    const category = CATEGORY[projection.of];
    const owner = OWNER[projection.of];
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const { rows } = await client.query<{ subject: string }>({
        name: 'depend_on',
        text: `SELECT ${owner} AS subject FROM "${this.model.schema}".used_reference
                WHERE keys && $1::text[] AND ${owner} > $2 ORDER BY ${owner} LIMIT ${SET}`,
        values: [keys, after],
      });
      const streams = rows.map((r) => category + r.subject).filter((s) => !done.has(s));
      if (streams.length > 0)
        await this.write(
          streams.map((stream) => ({ stream, fresh: [] })),
          cut,
        );
      if (rows.length < SET) return;
      after = (rows.at(-1) as { subject: string }).subject;
    }
  }

  /** At the target: indexes. Once close to the head: serves. */
  private async finishIfBuilt(): Promise<void> {
    if (this.model.state !== 'building' || this.isFolding) return;
    if (!this.model.indexed) await this.makeIndexes();
    const head = await this.options.log.head();
    if (head.sequence - this.model.at.sequence > CLOSE_ENOUGH) return;
    const { client, projection, all } = this.options;
    const model = await transaction(client, async () => {
      const served = await serve(client, this.model);
      await pointViews(client, projection.name, all);
      return served;
    });
    this.model = model;
  }

  private async makeIndexes(): Promise<void> {
    const { client, projection, connection } = this.options;
    const { schema } = this.model;
    const { indexes } = await statementsFor(projection, schema, connection);
    this.model = await transaction(client, async () => {
      for (const statement of indexes) await client.query(statement);
      for (const { name } of tablesOf(projection)) await client.query(`ANALYZE "${schema}"."${name}"`);
      return markIndexed(client, this.model);
    });
  }

  /** Says which event it was, and stops. */
  private async stop(event: RecordedEvent, error: unknown): Promise<never> {
    const culprit = isReferenceStream(event.stream) ? event : await this.culprit(event);
    const { position, sequence, id, type } = culprit;
    await stopAt(this.options.client, this.model, {
      position,
      sequence,
      event: id,
      type,
      error: tell(error),
    });
    throw new Poisoned(this.model, { cause: error });
  }

  /** While building, a stream is folded whole at its first event: find the one that breaks it. */
  private async culprit(event: RecordedEvent): Promise<RecordedEvent> {
    const { log, decoder, projection } = this.options;
    if (!this.isFolding) return event;
    const cut = this.model.target;
    const events = await log.readStreams([event.stream], cut.position);
    for (const [i, last] of events.entries())
      try {
        this.foldOne(await decodeSubject(projection.of, events.slice(0, i + 1), decoder), cut);
      } catch {
        return last;
      }
    return event;
  }
}

/** The streams of a category that a batch touches, each with its own events. */
function wantedOf(part: readonly RecordedEvent[], category: string): Wanted[] {
  const fresh = new Map<string, RecordedEvent[]>();
  for (const event of part) {
    if (!event.stream.startsWith(category)) continue;
    const own = fresh.get(event.stream);
    if (own === undefined) fresh.set(event.stream, [event]);
    else own.push(event);
  }
  return [...fresh].map(([stream, events]) => ({ stream, fresh: events }));
}

function* setsOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += SET) yield list.slice(i, i + SET);
}

function pointOf(event: RecordedEvent): Point {
  if (event.sequence === null)
    throw new Error(`event at position ${event.position} has no sequence yet: read behind the numbering`);
  return { position: event.position, sequence: event.sequence };
}
