import { Worker } from 'node:worker_threads';
import { BEGINNING, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import type { RecordCodec } from '../recording/codec.js';
import { REFERENCE_CATEGORIES } from '../reference/referenceData.js';
import type { ReferenceView } from '../reference/view.js';
import type { Keyring } from '../sealing/keyring.js';
import type { Sealer } from '../sealing/port.js';
import { ImportWork, type WorkPlace, type WorkTerms } from './work.js';

export interface CrewParts {
  readonly log: EventLog;
  readonly sealer: Sealer & {
    /** For a sealer in another thread. */
    readonly keyring: Keyring;
  };
  readonly codec: RecordCodec;
  /** Reference data, caught up to the log's head. */
  readonly reference: ReferenceView;
}

/** A piece of work by its name: what it takes, and what comes of it. */
export interface Jobs {
  readonly read: JobOf<'read'>;
  readonly decide: JobOf<'decide'>;
  readonly seal: JobOf<'seal'>;
}

interface JobOf<Name extends 'read' | 'decide' | 'seal'> {
  readonly task: Parameters<ImportWork[Name]>[0];
  readonly result: Awaited<ReturnType<ImportWork[Name]>>;
}

/** Who does the work of an import. */
export interface Crew {
  /** How many pieces are worth having under way at once. */
  readonly width: number;
  work<Name extends keyof Jobs>(name: Name, task: Jobs[Name]['task']): Promise<Jobs[Name]['result']>;
  finishReading(): Promise<void>;
  close(): Promise<void>;
}

/** Gives out pieces of work, a few ahead, and the results in the order of the pieces. */
export async function* inOrder<Name extends keyof Jobs>(
  crew: Crew,
  name: Name,
  tasks: AsyncIterable<Jobs[Name]['task']> | Iterable<Jobs[Name]['task']>,
): AsyncGenerator<{ readonly task: Jobs[Name]['task']; readonly result: Jobs[Name]['result'] }> {
  const ahead: { task: Jobs[Name]['task']; result: Promise<Jobs[Name]['result']> }[] = [];
  const next = async () => {
    const { task, result } = ahead.shift() as (typeof ahead)[number];
    return { task, result: await result };
  };
  for await (const task of tasks) {
    const result = crew.work(name, task);
    // Whoever stops before its turn has come hears of an earlier trouble, or of none.
    result.catch(() => undefined);
    ahead.push({ task, result });
    if (ahead.length >= crew.width) yield await next();
  }
  while (ahead.length > 0) yield await next();
}

/** Does the work in this thread: what is small is done before others have started. */
export function alone(parts: CrewParts, terms: WorkTerms, place: Omit<WorkPlace, 'workers'>): Crew {
  const work = new ImportWork(parts, terms, { ...place, workers: ['0'] });
  const doing = {
    read: (task) => Promise.resolve(work.read(task)),
    decide: (task) => work.decide(task),
    seal: (task) => work.seal(task),
  } satisfies { [Name in keyof Jobs]: (task: Jobs[Name]['task']) => Promise<Jobs[Name]['result']> };
  return {
    width: 1,
    work: (name, task) => (doing[name] as (task: unknown) => Promise<never>)(task),
    finishReading: () => {
      work.finishReading();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** What a thread of a crew begins with. */
export interface ThreadStart {
  readonly terms: WorkTerms;
  readonly place: WorkPlace;
  readonly indexKey: Uint8Array;
  readonly reference: ReferenceEvents;
}

/** The events that reference data is made of, up to a place of the log. */
export interface ReferenceEvents {
  readonly events: readonly RecordedEvent[];
  readonly position: Position;
  readonly sequence: number;
}

/** What a thread may ask of this one, which holds the connections to log and keys. */
export interface Asked extends Pick<Keyring, 'obtain' | 'find'> {
  readStreams(streams: readonly string[]): Promise<RecordedEvent[]>;
  readStream(stream: string): Promise<RecordedEvent[]>;
  readEvents(ids: readonly string[]): Promise<RecordedEvent[]>;
  destroy: Sealer['destroy'];
}

/** From a thread: a question, or what came of a piece of work. */
export type FromThread =
  | { readonly kind: 'ask'; readonly id: number; readonly what: keyof Asked; readonly args: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly name: string; readonly message: string };

/** To a thread: a piece of work, or the answer to a question. */
export type ToThread =
  | {
      readonly kind: 'work';
      readonly id: number;
      readonly name: keyof Jobs | 'finishReading';
      readonly task: unknown;
    }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown };

/** Megabytes of a thread's heap; enough for a part of the lines, whatever is in them. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 };
/** Pieces of work that wait with a thread: it goes on while its last result is taken. */
const EACH = 2;

/** Shares the work between threads. Rejects when the log cannot be read. */
export async function threads(
  count: number,
  parts: CrewParts,
  terms: WorkTerms,
  place: Omit<WorkPlace, 'workers'>,
): Promise<Crew> {
  const { log, sealer } = parts;
  const names = Array.from({ length: count }, (_, i) => String(i));
  const start = {
    terms,
    indexKey: sealer.keyring.indexKey(),
    reference: await referenceUpTo(log, parts.reference.sequence),
  };
  const asked: Asked = {
    readStreams: (streams) => log.readStreams(streams),
    readStream: (stream) => log.readStream(stream),
    readEvents: (ids) => log.readEvents(ids),
    obtain: (keys) => sealer.keyring.obtain(keys),
    find: (ids) => sealer.keyring.find(ids),
    destroy: (keys) => sealer.destroy(keys),
  };
  const all = names.map((name) => {
    const workers = [name, ...names.filter((other) => other !== name)] as [string, ...string[]];
    return new Thread({ ...start, place: { ...place, workers } }, asked);
  });
  return {
    width: count * EACH,
    work: (name, task) => {
      const idlest = all.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      return idlest.work(name, task) as Promise<never>;
    },
    finishReading: async () => {
      await Promise.all(all.map((one) => one.work('finishReading', null)));
    },
    close: async () => {
      await Promise.all(all.map((one) => one.close()));
    },
  };
}

/** The reference data's events, from which a thread makes the same data again. */
async function referenceUpTo(log: EventLog, sequence: number): Promise<ReferenceEvents> {
  const position = (await log.positionAt(sequence)) ?? BEGINNING;
  const events: RecordedEvent[] = [];
  for (let after = BEGINNING; after < position;) {
    const page = await log.readCategories(REFERENCE_CATEGORIES, after, position, 5_000);
    events.push(...page);
    after = page.at(-1)?.position ?? position;
  }
  return { events, position, sequence };
}

/** One thread, from this side. When it ends before its time, or a question of it fails, all its work fails. */
class Thread {
  private readonly worker: Worker;
  private readonly pending = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }
  >();
  private last = 0;
  private failure: Error | undefined;

  constructor(
    start: ThreadStart,
    private readonly asked: Asked,
  ) {
    this.worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: start,
      resourceLimits: HEAP,
      name: 'hoso import',
    });
    this.worker.on('message', (message: FromThread) => {
      this.hear(message);
    });
    this.worker.on('error', (cause) => {
      this.fail(new ThreadLost(cause.message, { cause }));
    });
    this.worker.on('exit', () => {
      this.fail(new ThreadLost('it ended before its work was done'));
    });
  }

  get waiting(): number {
    return this.pending.size;
  }

  work(name: keyof Jobs | 'finishReading', task: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      const id = ++this.last;
      this.pending.set(id, { resolve, reject });
      this.tell({ kind: 'work', id, name, task });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(message: FromThread): void {
    if (message.kind === 'ask') {
      void this.answer(message);
      return;
    }
    const job = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.kind === 'done') job?.resolve(message.value);
    else job?.reject(Object.assign(new Error(message.message), { name: message.name }));
  }

  private async answer({ id, what, args }: Extract<FromThread, { kind: 'ask' }>): Promise<void> {
    try {
      const value = await (this.asked[what] as (args: unknown) => Promise<unknown>)(args);
      this.tell({ kind: 'answer', id, value });
    } catch (error) {
      // As it is, so that whoever hears of it knows what it was: a log out of reach, say.
      this.fail(error);
    }
  }

  private tell(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
  }
}

/** A thread of the import ended by itself: out of memory, or a fault of ours. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';

  constructor(why: string, options?: ErrorOptions) {
    super(
      `a thread of the import was lost: ${why}. What is loaded stays; run the import again to go on`,
      options,
    );
  }
}
