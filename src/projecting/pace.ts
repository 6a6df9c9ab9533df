/**
 * The rest between batches: events that come meanwhile are folded together, for a batch costs each read model a
 * transaction whatever its size. Whoever waits for a read model ends the rest of all.
 */
export class Pace {
  private readonly resting = new Set<() => void>();

  /** For so many milliseconds, or until somebody waits, or the signal aborts. */
  rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.resting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.resting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  /** Somebody waits. */
  hurry(): void {
    for (const wake of [...this.resting]) wake();
  }
}
