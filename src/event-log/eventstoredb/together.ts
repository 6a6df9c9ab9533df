/** Asks once for all who ask at about the same time: whoever comes while a question is under way shares the next. */
export class Together<T> {
  #running: Promise<T> | null = null;
  #next: Promise<T> | null = null;

  constructor(private readonly ask: () => Promise<T>) {}

  /** An answer to a question that was put after this call. */
  run(): Promise<T> {
    if (this.#running === null) return (this.#running = this.#start());
    const after = this.#running.catch(() => undefined);
    this.#next ??= after.then(() => {
      this.#next = null;
      return (this.#running = this.#start());
    });
    return this.#next;
  }

  #start(): Promise<T> {
    const running = this.ask().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    return running;
  }
}

/** Questions by key that are put in one go at the end of the turn of the event loop. */
export class Gathered<Key, Answer> {
  #waiting: {
    readonly keys: readonly Key[];
    readonly resolve: (a: Map<Key, Answer>) => void;
    readonly reject: (e: Error) => void;
  }[] = [];

  constructor(private readonly ask: (keys: readonly Key[]) => Promise<Map<Key, Answer>>) {}

  /** The answers there are; the map may hold others' as well. */
  of(keys: readonly Key[]): Promise<Map<Key, Answer>> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ keys, resolve, reject }) > 1) return;
      setImmediate(() => {
        const all = this.#waiting.splice(0);
        this.ask(all.flatMap((w) => w.keys)).then(
          (answers) => {
            for (const w of all) w.resolve(answers);
          },
          (error: unknown) => {
            for (const w of all) w.reject(error as Error);
          },
        );
      });
    });
  }
}

/** A place in the order of those who name the same keys. */
export interface Turn {
  /** Resolves once all before it have ended; null: there is nobody. */
  readonly before: Promise<unknown> | null;
  readonly end: () => void;
}

/** Work that names the same keys goes one after the other, in the order in which it was given. */
export class Turns {
  readonly #last = new Map<string, OneTurn>();

  /** The next turn of these keys, each named once. It is to be ended, whatever becomes of the work. */
  take(keys: readonly string[]): Turn {
    const mine = new OneTurn(keys, this.#last);
    let before: Promise<void>[] | null = null;
    for (const key of keys) {
      const last = this.#last.get(key);
      if (last !== undefined) (before ??= []).push(last.ended());
      this.#last.set(key, mine);
    }
    if (before !== null) mine.before = Promise.all(before);
    return mine;
  }
}

/** Nobody waits for most of them: the promise of their end is made when it is asked for. */
class OneTurn implements Turn {
  before: Promise<unknown> | null = null;
  #ended: Promise<void> | undefined;
  #tell: () => void = () => undefined;

  constructor(
    private readonly keys: readonly string[],
    private readonly last: Map<string, OneTurn>,
  ) {}

  ended(): Promise<void> {
    return (this.#ended ??= new Promise((resolve) => (this.#tell = resolve)));
  }

  end(): void {
    for (const key of this.keys) if (this.last.get(key) === this) this.last.delete(key);
    this.#tell();
  }
}

/**
 * Lets so many go in one turn of the event loop and the next ones in the turn after. What a turn writes leaves the
 * process at its end: so the server works on the first while the rest are still being made.
 */
export class Burst {
  #gone = 0;
  #isTurning = false;
  readonly #queue: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Whether one may go at once, which counts then. */
  go(): boolean {
    if (this.#gone >= this.most || this.#queue.length > 0) return false;
    this.#count();
    return true;
  }

  /** Until the one that `go` held back may go, which counts then; in the order of the calls. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #count(): void {
    this.#gone += 1;
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isTurning = false;
    this.#gone = 0;
    for (const go of this.#queue.splice(0, this.most)) {
      this.#count();
      go();
    }
  };
}

/** Applies work to each, so many at once; results in order. */
export async function each<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = list.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  return results;
}
