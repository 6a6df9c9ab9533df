import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect, discard } from './connecting.js';
import { backOff } from './trouble.js';

/** The channel on which log.advance_head tells the new end of the log. */
const CHANNEL = 'hoso_log_head';

/** Wakes readers. It may ring for nothing; and a ring may be lost, for which its hearers look up by themselves. */
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

/** Rings for what other processes append, heard on a connection of its own; reconnects for ever, until the signal. */
export async function listen(
  config: pg.ClientConfig,
  bell: Bell,
  signal: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    let ended: (() => void) | undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    signal.addEventListener('abort', () => ended?.(), { once: true });
    let client: pg.Client | undefined;
    try {
      client = await connect(config, ended);
      client.on('notification', () => {
        bell.ring();
      });
      await client.query(`LISTEN ${CHANNEL}`);
      attempt = 0;
      bell.ring(); // for what was said while nobody listened
      await end;
    } catch (error) {
      onTrouble(error);
    }
    if (client !== undefined) discard(client);
    await sleep(backOff(attempt), undefined, { signal }).catch(() => undefined);
  }
}
