/**
 * The batches of a source, and null whenever none came for so long (milliseconds). Who stops asking also ends the
 * source: the signal that it is given is aborted.
 */
export async function* withIdle<T>(
  source: (signal: AbortSignal) => AsyncIterable<T>,
  every: number,
  signal: AbortSignal,
): AsyncGenerator<T | null> {
  const leaving = new AbortController();
  const iterator = source(AbortSignal.any([signal, leaving.signal]))[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const first = await Promise.race([next, idleFor(every, next)]);
      if (first === null) {
        yield null;
        continue;
      }
      if (first.done === true) return;
      yield first.value;
      next = iterator.next();
    }
  } finally {
    // Before the return: a generator that waits for its next batch does not hear of it.
    leaving.abort();
    await iterator.return?.();
  }
}

function idleFor(every: number, next: Promise<unknown>): Promise<null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, every, null);
    const stop = () => {
      clearTimeout(timer);
    };
    next.then(stop, stop);
  });
}
