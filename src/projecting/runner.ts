import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Bell } from '../bell.js';
import type { EventLog } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import { connectWatched } from '../postgres/watchedClient.js';
import type { Announcement, Build } from './build.js';
import type { Decoder } from './decoding.js';
import { generationFor, lockGeneration } from './generations.js';
import type { Projection } from './projection.js';
import { models, Superseded, type Model } from './register.js';
import { Poisoned, Session } from './session.js';
import type { SharedReference } from './sharedReference.js';
import type { Shelf } from './shelf.js';
import { transaction } from './transaction.js';
import { passes, tell } from './trouble.js';
import { pointViews, viewsDigest } from './views.js';

export interface Tuning {
  /** Most events of a batch while following. Default 1,000. */
  readonly batchSize?: number;
  /** Most events of the streams that are folded in one go while building; a longer stream goes alone. Default 2,500. */
  readonly buildBatchSize?: number;
  /** Milliseconds between signs of life while nothing comes. Default 1,000. */
  readonly beatEvery?: number;
  /** Milliseconds between attempts to take over a model that another process runs. Default 500. */
  readonly takeOverEvery?: number;
  /** Events that a model may lack and still be followed up, when they are the larger part of the log. Default 20,000. */
  readonly farBehind?: number;
}

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RunnerOptions extends Tuning {
  readonly log: EventLog;
  readonly decoder: Decoder;
  readonly shelf: Shelf;
  readonly build: Build;
  readonly reference: SharedReference;
  readonly pace: Bell;
  readonly projection: Projection;
  readonly all: readonly Projection[];
  /** As the projector role. */
  readonly connection: ConnectionSettings;
  readonly logger: Logger;
  readonly onStep: (model: Model) => void;
  /** When it is at something else than before. */
  readonly onState?: (state: RunnerState) => void;
  /** A rebuild: a generation beside the one that serves; ends when it serves. */
  readonly anew?: boolean;
}

/** What a runner is at, as far as its own process knows. */
export interface RunnerState {
  /**
   * - `following`, `building`: at work.
   * - `standby`: another process runs it, or a newer release.
   * - `stopped`: at an event that cannot be projected, or at a model it must not touch; waits for `resume`.
   * - `retrying`: the database or the log is out of reach.
   * - `idle`: not started, or ended.
   */
  readonly phase: 'idle' | 'standby' | 'building' | 'following' | 'retrying' | 'stopped';
  /** What went wrong last, without personal values; null while all is well. */
  readonly trouble: string | null;
}

/** Runs one projection for as long as the process lives: takes the lock, follows, tries again, takes over. */
export class Runner {
  private readonly ending = new AbortController();
  private running: Promise<void> | null = null;
  private wake: (() => void) | null = null;
  private now: RunnerState = { phase: 'idle', trouble: null };
  private chosen: string | null = null;

  constructor(private readonly options: RunnerOptions) {}

  get state(): RunnerState {
    return this.now;
  }

  private is(phase: RunnerState['phase'], trouble: string | null = null): void {
    const { phase: before, trouble: old } = this.now;
    this.now = { phase, trouble };
    if (phase !== before || trouble !== old) this.options.onState?.(this.now);
  }

  start(): void {
    this.running ??= this.supervise();
  }

  /** Finishes the batch at hand and lets go of the lock. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.wake?.();
    await this.running;
    this.is('idle');
  }

  /** Tries again after a fix. */
  resume(): void {
    this.wake?.();
  }

  private async supervise(): Promise<void> {
    const { signal } = this.ending;
    const isOver = () => signal.aborted;
    for (let attempt = 0; !isOver(); attempt++)
      try {
        await this.once(signal, () => (attempt = 0));
      } catch (error) {
        if (isOver()) return;
        await this.meet(error, attempt);
      }
  }

  /** What to do about an error. */
  private async meet(error: unknown, attempt: number): Promise<void> {
    const { projection, logger } = this.options;
    if (error instanceof Superseded) return this.rest(20);
    const cause = error instanceof Poisoned ? error.cause : error;
    const fields = { projection: projection.name, trouble: tell(cause) };
    if (error instanceof Poisoned || error instanceof OperatorError) {
      this.is('stopped', tell(cause));
      logger.error(fields, 'projection stopped; see health');
      await this.woken();
      return;
    }
    this.is('retrying', tell(cause));
    if (!passes(error)) logger.error(fields, 'projection failed; trying again');
    else if (attempt === 0) logger.warn(fields, 'projection: database or log out of reach; trying again');
    await this.rest(Math.min(5_000, 50 * 2 ** Math.min(attempt, 10)));
  }

  /** One connection's worth of work; answers whether the generation in question serves. */
  async once(signal: AbortSignal, onWork: () => void = () => undefined): Promise<boolean> {
    const coming = this.options.build.announce();
    try {
      return await this.work(signal, coming, onWork);
    } finally {
      coming.end();
    }
  }

  private async work(signal: AbortSignal, coming: Announcement, onWork: () => void): Promise<boolean> {
    const { projection, all, takeOverEvery = 500 } = this.options;
    const { client, lost } = await this.connect();
    const over = AbortSignal.any([signal, lost]);
    try {
      const model = await this.lock(client, over, takeOverEvery, coming);
      if (model === null) return !over.aborted;
      onWork();
      if (model.state === 'serving' && model.views !== viewsDigest(projection.name, all))
        await transaction(client, () => pointViews(client, projection.name, all));
      const session = new Session(
        {
          ...this.options,
          client,
          coming,
          batchSize: this.options.batchSize ?? 1_000,
          beatEvery: this.options.beatEvery ?? 1_000,
          untilServing: this.options.anew === true,
          onStep: (m) => {
            this.is(m.state === 'building' ? 'building' : 'following');
            onWork();
            this.options.onStep(m);
          },
        },
        model,
      );
      this.is(model.state === 'building' ? 'building' : 'following');
      const serves = await session.run(over);
      if (lost.aborted && !signal.aborted) throw new Error('Connection terminated');
      return serves;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** The generation to run, once its lock is ours; null: over, or nothing for us to do for now. */
  private async lock(
    client: pg.Client,
    over: AbortSignal,
    every: number,
    coming: Announcement,
  ): Promise<Model | null> {
    const { projection, connection, log, anew = false, farBehind = 20_000 } = this.options;
    while (!over.aborted) {
      if (await this.isRebuilt(client)) return null;
      const model = await generationFor(client, {
        projection,
        connection,
        anew,
        farBehind,
        head: () => log.head(),
      });
      if (model !== null && (await lockGeneration(client, model.schema))) {
        // It may have moved on, or have been retired, before the lock was ours.
        const now = (await models(client, projection.name)).find((m) => m.schema === model.schema);
        if (now !== undefined && now.state !== 'retired') return now;
        throw new Superseded(`read model ${model.schema} is retired`);
      }
      coming.end();
      this.is('standby');
      if (model !== null) {
        this.chosen = model.schema;
        this.options.onStep(model);
      }
      await this.rest(every);
    }
    return null;
  }

  /** Whether the rebuild that this runner wanted was finished by another process. */
  private async isRebuilt(client: pg.Client): Promise<boolean> {
    const { projection, anew } = this.options;
    if (anew !== true || this.chosen === null) return false;
    const model = (await models(client, projection.name)).find((m) => m.schema === this.chosen);
    return model?.state === 'serving';
  }

  private connect(): ReturnType<typeof connectWatched> {
    const { connection, projection } = this.options;
    // What a crash takes back here, checkpoint and rows alike, is done again from the log: no need to wait for the disk.
    const settings =
      '-c synchronous_commit=off -c timezone=UTC -c datestyle=ISO -c idle_in_transaction_session_timeout=600000';
    return connectWatched({
      ...connection,
      options: `${connection.options} ${settings}`,
      application_name: `hoso projection ${projection.name}`,
    });
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = null;
        resolve();
      };
      if (this.ending.signal.aborted) this.wake();
    });
  }
}
