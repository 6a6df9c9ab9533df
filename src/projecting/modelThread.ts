import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Elsewhere, Step } from './projections.js';
import type { Logger, RunnerState } from './runner.js';
import type { ThreadOrder } from './threadOrder.js';
import { tell } from './trouble.js';

/** What it is told; to start first of all. */
export type ToThread =
  | { readonly kind: 'start'; readonly order: ThreadOrder }
  | { readonly kind: 'hurry' }
  | { readonly kind: 'resume'; readonly projection: string }
  | { readonly kind: 'stop' };

/** What it tells. */
export type FromThread =
  | ({ readonly kind: 'step' } & Step)
  | { readonly kind: 'state'; readonly projection: string; readonly state: RunnerState };

const WORK = new URL('./modelThreadWork.js', import.meta.url);
/** Megabytes of its heap, whatever the process was given: with half of it, collecting makes models wait up to 0.5 s. */
const HEAP = { maxYoungGenerationSizeMb: 96 };
/** Milliseconds: before the first new start after an end, and at most. */
const FIRST_REST = 100;
const MOST_REST = 30_000;
/** A thread that ran for so long had no trouble in starting: what ends it then is met afresh. Milliseconds. */
const LONG = 60_000;
/** For how long the batches at hand are waited for when it is to stop. Milliseconds. */
const STOP_WITHIN = 30_000;

export interface ModelThreadOptions {
  readonly logger: Logger;
  /** What the thread runs. Default: the read models. */
  readonly work?: URL;
}

/** One thread, and what it died of once it has ended; null: nothing. */
interface Life {
  readonly worker: Worker;
  readonly ended: Promise<Error | null>;
}

/**
 * Runs the read models of a service in a thread of their own, with a log reader, keys and connections of its own, so
 * that commands do not wait for folds. A thread that ends by itself (an error that nobody foresaw, no memory left) is
 * started again, ever later; the service goes on meanwhile, and readers meet the models as they are. It cannot outlive
 * its process.
 */
export class ModelThread implements Elsewhere {
  private readonly ending = new AbortController();
  private readonly states = new Map<string, RunnerState>();
  private order: ThreadOrder | null = null;
  private life: Life | null = null;
  private running: Promise<void> | null = null;
  /** What it died of, until it runs again. */
  private trouble: string | null = null;
  /** How often it has ended in short order, and when last. */
  private ends = 0;
  private endedAt = 0;

  constructor(private readonly options: ModelThreadOptions) {}

  /** Whether a new start does not help: it has ended again and again, the last time within a minute. */
  get keepsEnding(): boolean {
    return this.ends > 1 && Date.now() - this.endedAt < LONG;
  }

  /** Loads the thread's code, which takes a second: before the database is open. */
  load(): void {
    this.life ??= this.begin();
  }

  /** Says what to work on; before `start`. */
  on(order: ThreadOrder): this {
    this.order = order;
    return this;
  }

  start(hear: (step: Step) => void): void {
    if (this.order === null) throw new Error('the thread of the read models was not told what to work on');
    this.running ??= this.supervise(this.order, hear);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    const { life } = this;
    if (this.running === null) await life?.worker.terminate();
    this.send({ kind: 'stop' });
    const cut = setTimeout(() => void life?.worker.terminate(), STOP_WITHIN);
    await this.running;
    clearTimeout(cut);
  }

  resume(projection: string): void {
    this.send({ kind: 'resume', projection });
  }

  hurry(): void {
    this.send({ kind: 'hurry' });
  }

  stateOf(projection: string): RunnerState {
    if (this.trouble !== null) return { phase: 'retrying', trouble: this.trouble };
    return this.states.get(projection) ?? { phase: 'idle', trouble: null };
  }

  private send(message: ToThread): void {
    this.life?.worker.postMessage(message);
  }

  private async supervise(order: ThreadOrder, hear: (step: Step) => void): Promise<void> {
    const { signal } = this.ending;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      const began = Date.now();
      this.life ??= this.begin();
      this.life.worker.on('message', (message: FromThread) => {
        this.trouble = null;
        if (message.kind === 'step') hear(message);
        else this.states.set(message.projection, message.state);
      });
      this.send({ kind: 'start', order });
      const error = await this.life.ended;
      this.life = null;
      this.states.clear();
      if (isOver()) return;
      this.endedAt = Date.now();
      this.ends = this.endedAt - began < LONG ? this.ends + 1 : 1;
      this.trouble = `the thread of the read models ended: ${error === null ? 'no error' : tell(error)}`;
      this.options.logger.error({ trouble: this.trouble, ...placeOf(error) }, 'projections: starting anew');
      const rest = Math.min(MOST_REST, FIRST_REST * 2 ** Math.min(this.ends - 1, 20));
      await pause(rest, undefined, { signal }).catch(() => undefined);
    }
  }

  private begin(): Life {
    const worker = new Worker(this.options.work ?? WORK, { name: 'read models', resourceLimits: HEAP });
    let died: Error | null = null;
    worker.on('error', (error) => {
      died = error instanceof Error ? error : new Error('not an error');
    });
    const ended = new Promise<Error | null>((resolve) => {
      worker.on('exit', () => {
        resolve(died);
      });
    });
    return { worker, ended };
  }
}

/** Where an error came from; its message could repeat a value. */
function placeOf(error: Error | null): { readonly at?: readonly string[] } {
  if (error === null) return {};
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { at: frames.slice(0, 8) };
}
