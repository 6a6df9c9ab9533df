/** Wakes who waits. It may ring for nothing; and a ring may be lost, for which its hearers look up by themselves. */
export class Bell {
  #rings = 0;
  #waiting = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Until it has rung since `heard` rings, or so many milliseconds have passed, or the signal aborts. */
  wait(heard: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#rings !== heard || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
