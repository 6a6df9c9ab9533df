import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LogUnavailable } from '../event-log/port.js';
import type { Folder, Task, Yield } from './folder.js';
import type { ThreadOrder } from './threadOrder.js';

/** What a thread is asked. */
export type Asked =
  { readonly kind: 'fold'; readonly id: number; readonly task: Task } | { readonly kind: 'end' };

/** What it answers. */
export type Answered =
  | { readonly kind: 'ready' }
  /** For each order its texts; null: it cannot be folded. */
  | {
      readonly kind: 'folded';
      readonly id: number;
      readonly texts: readonly (readonly Uint8Array[] | null)[];
    }
  /** Log or keys are out of reach. */
  | { readonly kind: 'away'; readonly id: number; readonly trouble: string };

export interface FoldingThreadsOptions {
  /** Folds in this thread: what is short, and again what could not be folded elsewhere, to learn why. */
  readonly own: Folder;
  readonly order: ThreadOrder;
  readonly count: number;
}

/** For `Projections`: as many threads as there are cores, up to MOST. */
export function foldingThreads(order: ThreadOrder): (own: Folder) => FoldingThreads {
  return (own) => new FoldingThreads({ own, order, count: Math.min(MOST, availableParallelism()) });
}

/** Each needs some 200 MB, and a whole rebuild is to stay below 1 GB. */
const MOST = 2;
const WORK = new URL('./foldingThreadWork.js', import.meta.url);
/**
 * So many tasks of a build (some 50,000 events) are done here: to start a thread takes as long as to fold 10,000 events,
 * and it begins slowly.
 */
const FIRST = 20;
/** Tasks that a thread has at once: while one waits for the log or the keys, another is folded. */
const EACH = 2;
/** Milliseconds without a task after which threads end. */
const IDLE = 5_000;
/** Megabytes of a thread's heap: a bound for what is garbage, not for what it needs. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 96 };

/** Folds in threads beside this one, with a log reader and keys of their own, as soon as a build is long enough. */
export class FoldingThreads implements Pick<Folder, 'fold' | 'width'> {
  private threads: readonly Thread[] = [];
  /** Asked for since the threads were last needed, and not yet answered. */
  private tasks = 0;
  private open = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: FoldingThreadsOptions) {}

  get width(): number {
    return Math.max(1, this.ready.length * EACH);
  }

  /** As `Folder.fold`; an error is told without its cause. */
  async fold(task: Task): Promise<Yield[]> {
    clearTimeout(this.idle);
    this.tasks += 1;
    this.open += 1;
    if (this.tasks === FIRST) this.start();
    try {
      const [idlest] = this.ready.toSorted((a, b) => a.tasks - b.tasks);
      if (idlest === undefined || task.streams.length < 2) return await this.options.own.fold(task);
      return await idlest.fold(task);
    } catch (error) {
      // What a lost thread had is folded here, as is all that follows.
      if (error instanceof FoldingThreadLost) return await this.options.own.fold(task);
      throw error;
    } finally {
      this.open -= 1;
      if (this.open === 0) this.idle = setTimeout(() => void this.close(), IDLE).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    this.tasks = 0;
    const { threads } = this;
    this.threads = [];
    await Promise.all(threads.map((thread) => thread.end()));
  }

  private get ready(): Thread[] {
    return this.threads.filter((thread) => thread.isReady);
  }

  private start(): void {
    const { count, order } = this.options;
    this.threads = Array.from({ length: count }, () => new Thread(order));
  }
}

/** A thread came to its end by itself: out of memory, or a fault of ours. */
class FoldingThreadLost extends Error {
  override readonly name = 'FoldingThreadLost';
}

/** One thread, seen from here. */
class Thread {
  isReady = false;
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private readonly asked = new Map<
    number,
    { readonly resolve: (yields: Yield[]) => void; readonly reject: (error: Error) => void }
  >();
  private last = 0;

  constructor(order: ThreadOrder) {
    this.worker = new Worker(WORK, { workerData: order, resourceLimits: HEAP, name: 'folding' });
    this.worker.unref();
    this.worker.on('message', (answer: Answered) => {
      this.hear(answer);
    });
    this.worker.on('error', (cause) => {
      this.lose(new FoldingThreadLost('a thread that folds was lost', { cause }));
    });
    this.ended = new Promise((resolve) => {
      this.worker.on('exit', () => {
        this.lose(new FoldingThreadLost('a thread that folds has ended'));
        resolve();
      });
    });
  }

  get tasks(): number {
    return this.asked.size;
  }

  fold(task: Task): Promise<Yield[]> {
    return new Promise((resolve, reject) => {
      const id = ++this.last;
      this.asked.set(id, { resolve, reject });
      this.tell({ kind: 'fold', id, task });
    });
  }

  /** Once what it was asked is answered. */
  async end(): Promise<void> {
    this.isReady = false;
    this.tell({ kind: 'end' });
    await this.ended;
  }

  private tell(asked: Asked): void {
    this.worker.postMessage(asked);
  }

  private hear(answer: Answered): void {
    if (answer.kind === 'ready') {
      this.isReady = true;
      return;
    }
    const asker = this.asked.get(answer.id);
    this.asked.delete(answer.id);
    if (answer.kind === 'away') asker?.reject(new LogUnavailable(answer.trouble));
    else asker?.resolve(answer.texts.map(yieldOf));
  }

  private lose(error: Error): void {
    this.isReady = false;
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}

function yieldOf(texts: readonly Uint8Array[] | null): Yield {
  if (texts === null) return { error: new Error('cannot be folded') };
  return { texts: texts.map((text) => Buffer.from(text.buffer, text.byteOffset, text.byteLength)) };
}
