/** The batches of a source, and null whenever none came for so long. Milliseconds. */
export async function* withIdle<T>(source: AsyncIterable<T>, every: number): AsyncGenerator<T | null> {
  const iterator = source[Symbol.asyncIterator]();
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
