import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LogUnavailable } from '../port.js';
import { backOff, passes, unavailable } from './trouble.js';

export interface ReaderOptions {
  readonly client: pg.ClientConfig;
  /** Most connections. */
  readonly connections: number;
  /** How long a read is tried again. Milliseconds. */
  readonly retryFor: number;
  readonly onTrouble: (error: unknown) => void;
}

/** Reads, on a few connections of their own; tried again when one breaks, for a reader changes nothing. */
export class Reader {
  readonly #pool: pg.Pool;
  readonly #options: ReaderOptions;
  #closed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ ...options.client, max: options.connections, idleTimeoutMillis: 60_000 });
    this.#pool.on('error', () => undefined); // an idle connection broke: the pool has dropped it already
  }

  /** The rows, as arrays of what PostgreSQL writes. Rejects with LogUnavailable. */
  async rows<Row extends readonly unknown[]>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (this.#closed) throw new LogUnavailable('the event log is closed');
    const deadline = Date.now() + this.#options.retryFor;
    for (let attempt = 0; ; attempt += 1)
      try {
        const { rows } = await this.#pool.query<Row & unknown[]>({
          name,
          text,
          values: [...values],
          rowMode: 'array',
        });
        return rows;
      } catch (error) {
        if (!passes(error) || this.#pool.ended || Date.now() >= deadline) throw unavailable(error);
        this.#options.onTrouble(error);
        await sleep(backOff(attempt));
      }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.end();
  }
}
