import type pg from 'pg';
import type { Bell } from '../bell.js';
import type { EventLog, RecordedEvent } from '../event-log/port.js';
import { isReferenceStream } from '../reference/referenceData.js';
import { tracked } from '../reference/view.js';
import type { Reference } from '../record/reference.js';
import { isDestruction } from '../recording/codec.js';
import { withIdle } from './idle.js';
import type { Projection, Subject, TableRows } from './projection.js';
import { beat, markIndexed, moveOn, serve, stopAt, Superseded, type Model, type Point } from './register.js';
import { CATEGORY, type Shelf, type Wanted } from './shelf.js';
import { StuckBefore, type SharedReference } from './sharedReference.js';
import { OWNER, statementsFor, tablesOf, usedReferenceOf } from './tables.js';
import { transaction } from './transaction.js';
import { passes, tell } from './trouble.js';
import { pointViews } from './views.js';
import { Writer, type Folded } from './writer.js';
import type { ConnectionSettings } from '../postgres/connection.js';

export interface SessionOptions {
  readonly log: EventLog;
  readonly shelf: Shelf;
  readonly reference: SharedReference;
  readonly pace: Bell;
  readonly projection: Projection;
  /** All projections of the release: their views may read this one's tables. */
  readonly all: readonly Projection[];
  /** A connection of the projector's own, which holds this generation's lock. */
  readonly client: pg.Client;
  readonly connection: ConnectionSettings;
  /** Most events of a batch while following, and while building. */
  readonly batchSize: number;
  readonly buildBatchSize: number;
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
const REST = 100;

/**
 * Runs one generation of a read model: one loop over the log, which builds up to the target and follows from there.
 *
 * - Up to the target: each stream is folded once, whole up to the target, when its first event is met.
 * - After it: the streams that a batch touches are folded anew, up to the batch's end; so are those whose rows were
 *   folded with reference data that the batch touches.
 *
 * Rows and checkpoint commit together.
 */
export class Session {
  private readonly writer: Writer;
  private readonly fold: (subject: Subject<unknown>, reference: Reference) => readonly TableRows[];
  /** Null: this projection does not use any. */
  private readonly reference: SharedReference | null;

  constructor(
    private readonly options: SessionOptions,
    private model: Model,
  ) {
    const { projection } = options;
    this.reference = projection.usesReference ? options.reference : null;
    this.writer = new Writer(model.schema, tablesOf(projection));
    this.fold = projection.fold.bind(projection) as typeof this.fold;
  }

  /**
   * Runs until aborted, or until it serves; answers whether it serves. Rejects with Superseded when another process moved the checkpoint or the
   * generation is retired, with Poisoned at an event that cannot be projected; anything else passes, and the caller
   * tries again with a new session.
   */
  async run(signal: AbortSignal): Promise<boolean> {
    const { log, batchSize, buildBatchSize, beatEvery, client, onStep, pace } = this.options;
    await this.reference?.upTo(this.start).catch((error: unknown) => {
      if (error instanceof StuckBefore) return this.stop(error.event, error.cause);
      throw error;
    });
    await this.finishIfBuilt();
    if (this.isDone() || signal.aborted) return this.isServing();
    const source = (until: AbortSignal) =>
      log.subscribe({
        after: this.model.at.position,
        signal: until,
        batchSize: this.isFolding ? buildBatchSize : batchSize,
      });
    for await (const batch of withIdle(source, beatEvery, signal)) {
      if (batch === null) await beat(client, this.model);
      else {
        const inside = batch.filter((e) => e.position <= this.model.target.position);
        for (const part of [inside, batch.slice(inside.length)])
          if (part.length > 0) {
            await this.take(part);
            await this.finishIfBuilt();
          }
      }
      onStep(this.model);
      if (this.isDone()) break;
      // A full one has the next behind it, as has what is still being built.
      if (batch !== null && batch.length < batchSize && !this.isFolding)
        await pace.wait(pace.rings, REST, signal);
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
    const folding = this.isFolding;
    const end = pointOf(part.at(-1) as RecordedEvent);
    const cut = folding ? this.model.target : end;
    const keys = folding ? [] : await this.touchedKeys(part);
    const wanted = wantedOf(part, CATEGORY[projection.of], folding);
    // Of a batch that says nothing to this model only the checkpoint is written.
    if (wanted.length === 0 && keys.length === 0) {
      this.model = await moveOn(client, this.model, end);
      return;
    }
    await client.query('BEGIN');
    for (const set of setsOf(wanted)) await this.write(set, cut, folding);
    if (keys.length > 0) await this.foldAgain(keys, new Set(wanted.map((w) => w.stream)), cut);
    const moved = await moveOn(client, this.model, end);
    await client.query('COMMIT');
    this.model = moved;
    this.writer.committed();
  }

  private async write(wanted: readonly Wanted[], cut: Point, folding: boolean): Promise<void> {
    const { shelf, projection, client } = this.options;
    const subjects = await shelf.subjects(projection.of, wanted, cut.position);
    if (!folding) this.writer.assume(this.rowsThere(subjects, wanted));
    for (const { stream } of wanted.filter((w) => w.fresh.some(isDestruction)))
      this.writer.forget(stream.slice(CATEGORY[projection.of].length));
    const folded = subjects.map((s) => this.foldOne(s, cut));
    await (folding ? this.writer.copy(client, folded) : this.writer.merge(client, folded));
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
    if (this.reference === null) return { subject: subject.id, rows: this.fold(subject, NO_REFERENCE) };
    const reference = tracked(this.reference.at(cut.sequence));
    const rows = this.fold(subject, reference);
    const used = { table: usedReferenceOf(this.options.projection), rows: [{ keys: reference.keys() }] };
    return { subject: subject.id, rows: [...rows, used] };
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
          false,
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
    const { log, shelf, projection } = this.options;
    if (!this.isFolding) return event;
    const cut = this.model.target;
    const events = await log.readStreams([event.stream], cut.position);
    for (const [i, last] of events.entries())
      try {
        this.foldOne(await shelf.decode(projection.of, events.slice(0, i + 1)), cut);
      } catch {
        return last;
      }
    return event;
  }
}

/** The streams of a category that a batch begins (while folding) or touches, each with its own events. */
function wantedOf(part: readonly RecordedEvent[], category: string, folding: boolean): Wanted[] {
  const fresh = new Map<string, RecordedEvent[]>();
  for (const event of part) {
    if (!event.stream.startsWith(category) || (folding && event.revision > 0)) continue;
    const own = fresh.get(event.stream);
    if (own === undefined) fresh.set(event.stream, [event]);
    else own.push(event);
  }
  return [...fresh].map(([stream, events]) => ({ stream, fresh: folding ? [] : events }));
}

function* setsOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += SET) yield list.slice(i, i + SET);
}

function pointOf(event: RecordedEvent): Point {
  if (event.sequence === null)
    throw new Error(`event at position ${event.position} has no sequence yet: read behind the numbering`);
  return { position: event.position, sequence: event.sequence };
}

/** What a fold that declares no use of reference data is given: it may not ask. */
const NO_REFERENCE = new Proxy({} as Reference, {
  get: () => {
    throw new TypeError('this projection does not declare that it uses reference data');
  },
});
