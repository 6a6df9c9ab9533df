import pg from 'pg';
import { Bell } from '../bell.js';
import type { EventLog, Position } from '../event-log/port.js';
import type { ReferenceData } from '../reference/referenceData.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import { Build } from './build.js';
import type { Decoder } from './decoding.js';
import type { FoldingThreads } from './foldingThreads.js';
import { Folder } from './folder.js';
import { forgetPerson } from './forgetting.js';
import { dropGenerations } from './generations.js';
import { healthOf, type ProjectionHealth } from './health.js';
import type { Projection } from './projection.js';
import { models, Superseded, type Model } from './register.js';
import { Runner, type Logger, type RunnerState, type Tuning } from './runner.js';
import { Poisoned } from './session.js';
import { SharedReference } from './sharedReference.js';
import { Shelf } from './shelf.js';
import { passes, tell } from './trouble.js';

/** What a runner tells whoever waits for its read model. */
export interface Step {
  readonly projection: string;
  /** How far readers see; null: not through this runner. */
  readonly reached: Position | null;
}

/** Runs the read models in the stead of this thread (ModelThread). */
export interface Elsewhere {
  /** Begins, and tells of every step. */
  start(hear: (step: Step) => void): void;
  stop(): Promise<void>;
  /** Tries again with a projection that stopped at an event. */
  resume(name: string): void;
  /** Somebody waits: no rest between batches. */
  hurry(): void;
  stateOf(name: string): RunnerState;
}

export interface ProjectionsOptions extends Tuning {
  readonly log: EventLog;
  /** The record's codec. */
  readonly decoder: Decoder;
  readonly projections: readonly Projection[];
  /** As the projector role. */
  readonly connection: ConnectionSettings;
  readonly logger: Logger;
  /** Reference data that somebody keeps in step with this log already. Default: data of its own. */
  readonly reference?: ReferenceData;
  /** Threads that help with long builds (`foldingThreads`); none: builds are the work of this thread. */
  readonly threads?: (own: Folder) => FoldingThreads;
  /** Most decoded events kept in memory. Default 50,000. */
  readonly mostEvents?: number;
  /** Who runs them; default: this thread. A rebuild runs here in either case. */
  readonly elsewhere?: Elsewhere;
  /** Hears of every step of the runners here, and of what they are at. */
  readonly onStep?: (step: Step) => void;
  readonly onState?: (projection: string, state: RunnerState) => void;
}

/** How far a rebuild has come. */
export interface Progress {
  /** Those that do not serve yet. */
  readonly projections: readonly string[];
  /** Sequence reached, and the one to reach before they serve; of several, the mean. */
  readonly done: number;
  readonly total: number;
  readonly percent: number;
  /** Events a second since this call began. */
  readonly rate: number;
  /** Null while the rate is not known. */
  readonly secondsLeft: number | null;
}

export interface RebuildOptions {
  /** Stops after the batch at hand; the next rebuild goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** A projection did not reach a position in time. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  constructor(
    readonly projection: string,
    readonly asked: Position,
  ) {
    super(`projection ${projection} has not reached position ${asked} yet`);
  }
}

/** Events of the streams that are folded in one go. */
const MOST_EVENTS = 2_500;
/** Milliseconds between looks at the register for what another process has done. */
const LOOK_EVERY = 50;

/** The read models of a process: runs them, waits for them, rebuilds them, tells how they are. */
export class Projections {
  private readonly shelf: Shelf;
  private readonly threads: FoldingThreads | null;
  private readonly build: Build;
  private readonly reference: SharedReference;
  /** Rings for whoever waits for a read model: that ends the rest between batches of all. */
  private readonly pace = new Bell();
  private readonly pool: pg.Pool;
  private readonly runners: ReadonlyMap<string, Runner>;
  private readonly reached = new Map<string, Position>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: ProjectionsOptions) {
    const { log, decoder, mostEvents, projections, connection } = options;
    this.reference = new SharedReference(log, options.reference);
    this.shelf = new Shelf(log, decoder, mostEvents);
    const folder = new Folder({ log, decoder, reference: this.reference, projections });
    this.threads = options.threads?.(folder) ?? null;
    this.build = new Build({
      log,
      folder: this.threads ?? folder,
      mostEvents: options.buildBatchSize ?? MOST_EVENTS,
    });
    this.pool = new pg.Pool({ ...connection, max: 3, application_name: 'hoso projections' });
    this.pool.on('error', () => undefined);
    this.runners = new Map(projections.map((p) => [p.name, this.runner(p)]));
  }

  /** Begins to run them all, in the background. */
  start(): void {
    if (this.options.elsewhere !== undefined) {
      this.options.elsewhere.start((step) => {
        this.heard(step);
      });
      return;
    }
    for (const runner of this.runners.values()) runner.start();
  }

  /** Finishes the batches at hand and lets go of locks and connections. */
  async stop(): Promise<void> {
    await this.options.elsewhere?.stop();
    await Promise.all([...this.runners.values()].map((r) => r.stop()));
    for (const wake of this.waiting) wake();
    await this.threads?.close();
    await this.pool.end();
  }

  /** Tries again with a projection that stopped at an event, after a fix. */
  resume(name: string): void {
    const { name: known } = this.named(name);
    if (this.options.elsewhere !== undefined) this.options.elsewhere.resume(known);
    else this.runners.get(known)?.resume();
  }

  /** What the runner of this process is at. */
  stateOf(name: string): RunnerState {
    const { elsewhere } = this.options;
    if (elsewhere !== undefined) return elsewhere.stateOf(this.named(name).name);
    return this.runners.get(this.named(name).name)?.state ?? { phase: 'idle', trouble: null };
  }

  /** Somebody waits for a read model: that ends the rest between batches of all. */
  hurry(): void {
    if (this.options.elsewhere !== undefined) this.options.elsewhere.hurry();
    else this.pace.ring();
  }

  /**
   * Waits until a projection's serving model has read up to a position: for reading one's own writes. Rejects with
   * NotYet after so many milliseconds.
   */
  async until(name: string, position: Position, deadline = 5_000): Promise<void> {
    const end = Date.now() + deadline;
    this.named(name);
    const hasReached = () => (this.reached.get(name) ?? -1n) >= position;
    while (!hasReached()) {
      const serving = (await models(this.pool, name)).find((m) => m.state === 'serving');
      if (serving !== undefined && serving.at.position >= position) return;
      const left = end - Date.now();
      if (left <= 0) throw new NotYet(name, position);
      this.hurry();
      // Steps tell of themselves; the register is looked at for what another process does.
      const look = Date.now() + Math.min(left, LOOK_EVERY);
      while (!hasReached() && Date.now() < look) await this.step(look - Date.now());
    }
  }

  /**
   * Waits until no read model of any version holds what a person's rows said before a destruction at this position.
   * Rejects with NotYet, after so many milliseconds, while one that runs has not come so far.
   */
  async forgotten(person: string, position: Position, deadline = 30_000): Promise<void> {
    const end = Date.now() + deadline;
    const client = await this.pool.connect();
    try {
      for (;;) {
        const [behind] = await forgetPerson(client, person, position);
        if (behind === undefined) return;
        const left = end - Date.now();
        if (left <= 0) throw new NotYet(behind, position);
        this.hurry();
        await this.step(Math.min(left, LOOK_EVERY));
      }
    } finally {
      client.release();
    }
  }

  /**
   * Builds fresh generations beside those that serve, all that are named together, and switches to each as it is done;
   * readers meet the old one until then. Goes on with those that were interrupted, each from where it stands. Answers
   * whether all serve now (false: aborted). One that stops at an event does not stop the others; it is named at the end.
   */
  async rebuild(names: string | readonly string[], options: RebuildOptions = {}): Promise<boolean> {
    const { signal = new AbortController().signal, onProgress = () => undefined } = options;
    const chosen = [names].flat().map((name) => this.named(name));
    const reached = new Map<string, Model>();
    const meter = new Meter();
    const results = await Promise.allSettled(
      chosen.map((projection) =>
        this.rebuildOne(projection, signal, (model) => {
          reached.set(model.projection, model);
          onProgress(meter.read([...reached.values()]));
        }),
      ),
    );
    const failures = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as Error] : []));
    const poisoned = failures.filter((error) => error instanceof Poisoned);
    const other = failures.find((error) => !(error instanceof Poisoned));
    if (other !== undefined) throw other;
    if (poisoned.length > 0) throw await this.cannotRebuild(poisoned);
    return results.every((r) => r.status === 'fulfilled' && r.value);
  }

  private async rebuildOne(
    projection: Projection,
    signal: AbortSignal,
    onStep: (model: Model) => void,
  ): Promise<boolean> {
    const runner = this.runner(projection, true, onStep);
    while (!signal.aborted)
      try {
        if (await runner.once(signal)) return true;
      } catch (error) {
        if (!passes(error) && !(error instanceof Superseded)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    return false;
  }

  /** Drops the generations that serve no more, of one projection or of all. Answers the names of their schemas. */
  async dropRetired(name?: string): Promise<string[]> {
    const chosen = name === undefined ? this.options.projections : [this.named(name)];
    const client = await this.pool.connect();
    try {
      const dropped: string[] = [];
      for (const projection of chosen) dropped.push(...(await dropGenerations(client, projection)));
      return dropped;
    } finally {
      client.release();
    }
  }

  /** How each of them is, by the register and the log: seen from outside the loops, whatever process runs them. */
  health(): Promise<ProjectionHealth[]> {
    const { log, projections } = this.options;
    return healthOf(this.pool, log, projections, (name) => this.stateOf(name));
  }

  private runner(
    projection: Projection,
    anew = false,
    onStep: (model: Model) => void = () => undefined,
  ): Runner {
    const { projections, ...rest } = this.options;
    return new Runner({
      ...rest,
      shelf: this.shelf,
      build: this.build,
      reference: this.reference,
      pace: this.pace,
      projection,
      all: projections,
      anew,
      onStep: (model) => {
        this.heard({
          projection: model.projection,
          reached: model.state === 'serving' ? model.at.position : null,
        });
        onStep(model);
      },
      onState: (state) => this.options.onState?.(projection.name, state),
    });
  }

  private heard(step: Step): void {
    if (step.reached !== null) this.reached.set(step.projection, step.reached);
    for (const wake of this.waiting) wake();
    this.options.onStep?.(step);
  }

  private named(name: string): Projection {
    const found = this.options.projections.find((p) => p.name === name);
    if (found !== undefined) return found;
    const names = this.options.projections.map((p) => p.name).join(', ');
    throw new OperatorError(`There is no projection ${name}.`, `Name one of: ${names}.`);
  }

  private async cannotRebuild(errors: readonly Poisoned[]): Promise<OperatorError> {
    const all = await models(this.pool);
    const told = errors.map(({ model: { schema, projection }, cause }) => {
      const stop = all.find((m) => m.schema === schema)?.stopped;
      const event =
        stop == null ? 'an event' : `event ${stop.event} (${stop.type}, sequence ${stop.sequence ?? '?'})`;
      return `The rebuild of ${projection} stopped at ${event}: ${tell(cause)}.`;
    });
    return new OperatorError(
      told.join(' '),
      'Readers keep the model that serves. Upgrade or repair, then rebuild again: it goes on from there.',
      { cause: errors[0] },
    );
  }

  /** Until a runner of this process did something, or so many milliseconds. */
  private step(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
  }
}

/** Tells how far models have come that are built together. */
class Meter {
  private readonly startedAt = Date.now();
  private started: number | null = null;

  read(all: readonly Model[]): Progress {
    const mean = (of: (model: Model) => number) =>
      Math.floor(all.reduce((sum, m) => sum + of(m), 0) / all.length);
    const done = mean((m) => m.at.sequence);
    const total = mean((m) => Math.max(m.target.sequence, m.at.sequence));
    this.started ??= done;
    const seconds = (Date.now() - this.startedAt) / 1000;
    const rate = seconds > 0 ? (done - this.started) / seconds : 0;
    return {
      projections: all.filter((m) => m.state !== 'serving').map((m) => m.projection),
      done,
      total,
      percent: total === 0 ? 100 : (100 * done) / total,
      rate,
      secondsLeft: rate > 0 ? (total - done) / rate : null,
    };
  }
}
