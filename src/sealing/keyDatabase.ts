import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { KeysUnavailable } from './port.js';

/** SQLSTATEs that pass: connection, resources, operator's intervention; deadlock, serialisation. */
const PASSING = /^(08|53|57|40)/;

/**
 * Every access is by an index, so the planner is kept from reading the whole table, which it would choose on a young
 * one; and it plans once. A key is durable before it is used, whatever the server's default.
 */
const SESSION =
  '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on -c statement_timeout=20000';

/** The key database: questions that are safe to ask twice, asked again while it restarts. */
export class KeyDatabase {
  private readonly pool: pg.Pool;

  /** @param patience for how long to ask again before giving up, in milliseconds. */
  constructor(
    connection: pg.ClientConfig,
    private readonly patience: number,
  ) {
    this.pool = new pg.Pool({
      ...connection,
      options: [connection.options, SESSION].filter(Boolean).join(' '),
      application_name: 'hoso keys',
      max: 4,
      connectionTimeoutMillis: 5_000,
      query_timeout: 25_000,
      keepAlive: true,
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next question says so if it matters
  }

  /** The rows. Rejects with KeysUnavailable when the database stays out of reach. */
  async ask<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const deadline = Date.now() + this.patience;
    for (let pause = 25; ; pause = Math.min(pause * 2, 500)) {
      try {
        return (await this.pool.query<Row>({ name, text, values })).rows;
      } catch (error) {
        if (!passes(error)) throw error;
        if (this.pool.ended || Date.now() + pause > deadline)
          throw new KeysUnavailable(
            `The key database cannot be reached: ${(error as Error).message}. Start it, or correct its address.`,
            { cause: error },
          );
        await sleep(pause * (0.5 + Math.random() / 2)); // jitter keeps processes apart
      }
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** What has no SQLSTATE comes from the socket or the client, and is about the connection; programming errors are not. */
function passes(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? '');
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError);
}
