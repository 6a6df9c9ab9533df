import pg from 'pg';
import { LogUnavailable } from '../event-log/port.js';
import type { ConnectionSettings } from '../postgres/connection.js';

/** A checkpoint as it was published. */
export interface Published {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
}

/**
 * What became of a log as a whole: a restore that is not finished (`restoring`) or is (`restored`: signing waits), the
 * same origin going on (`resumed`), or a new one that follows it (`opened`). With the checkpoint that it rests on.
 */
export interface Turn extends Published {
  readonly kind: 'restoring' | 'restored' | 'resumed' | 'opened';
  /** Under which checkpoints are signed from here. */
  readonly origin: string;
}

/** What was ever signed: one root for each size of each log, and the keys. Rejects with LogUnavailable. */
export interface Register {
  /** Enters a checkpoint, unless one of its size stands; answers the one that stands. */
  enter(origin: string, checkpoint: Published): Promise<Published>;
  /** The largest checkpoint of a log. */
  last(origin: string): Promise<Published | undefined>;
  /** Those larger than a size, in order, at most so many. */
  after(origin: string, size: number, limit: number): Promise<Published[]>;
  at(origin: string, size: number): Promise<Published | undefined>;
  /** The public keys that have signed. */
  signers(): Promise<string[]>;
  addSigner(verifier: string): Promise<void>;
  /** The turns of a log (`events`, `reads`), in order. */
  turns(log: string): Promise<Turn[]>;
  addTurn(log: string, turn: Turn): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  readonly size: string;
  readonly root: Buffer;
  readonly note: string;
}

const COLUMNS = 'size, root, note';

/** The register in the service's main database, as the projector role. */
export class PostgresRegister implements Register {
  private readonly pool: pg.Pool;

  constructor(connection: ConnectionSettings) {
    this.pool = new pg.Pool({
      ...connection,
      max: 2,
      application_name: 'hoso evidence',
      connectionTimeoutMillis: 10_000,
      query_timeout: 25_000,
      keepAlive: true,
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next question says so if it matters
  }

  async enter(origin: string, { size, root, note }: Published): Promise<Published> {
    await this.ask(
      `INSERT INTO evidence.checkpoint (origin, ${COLUMNS}) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [origin, size, root, note],
    );
    const standing = await this.at(origin, size);
    if (standing === undefined) throw new LogUnavailable('a checkpoint that was entered is not there');
    return standing;
  }

  async last(origin: string): Promise<Published | undefined> {
    const text = `SELECT ${COLUMNS} FROM evidence.checkpoint WHERE origin = $1 ORDER BY size DESC LIMIT 1`;
    return (await this.checkpoints(text, [origin]))[0];
  }

  after(origin: string, size: number, limit: number): Promise<Published[]> {
    const text = `SELECT ${COLUMNS} FROM evidence.checkpoint WHERE origin = $1 AND size > $2 ORDER BY size LIMIT $3`;
    return this.checkpoints(text, [origin, size, limit]);
  }

  async at(origin: string, size: number): Promise<Published | undefined> {
    const text = `SELECT ${COLUMNS} FROM evidence.checkpoint WHERE origin = $1 AND size = $2`;
    return (await this.checkpoints(text, [origin, size]))[0];
  }

  async signers(): Promise<string[]> {
    const rows = await this.ask<{ verifier: string }>(
      'SELECT verifier FROM evidence.signer ORDER BY since, verifier',
      [],
    );
    return rows.map(({ verifier }) => verifier);
  }

  async addSigner(verifier: string): Promise<void> {
    await this.ask('INSERT INTO evidence.signer (verifier) VALUES ($1) ON CONFLICT DO NOTHING', [verifier]);
  }

  async turns(log: string): Promise<Turn[]> {
    const rows = await this.ask<Row & Pick<Turn, 'kind' | 'origin'>>(
      `SELECT kind, origin, ${COLUMNS} FROM evidence.turn WHERE log = $1 ORDER BY id`,
      [log],
    );
    return rows.map(({ size, ...row }) => ({ ...row, size: Number(size) }));
  }

  async addTurn(log: string, { kind, origin, size, root, note }: Turn): Promise<void> {
    await this.ask(
      `INSERT INTO evidence.turn (log, kind, origin, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)`,
      [log, kind, origin, size, root, note],
    );
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async checkpoints(text: string, values: unknown[]): Promise<Published[]> {
    const rows = await this.ask<Row>(text, values);
    return rows.map(({ size, root, note }) => ({ size: Number(size), root, note }));
  }

  private async ask<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw new LogUnavailable(`the register of checkpoints does not answer: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** A register in memory, for fast tests. */
export class MemoryRegister implements Register {
  private readonly rows = new Map<string, Published>();
  private readonly keys = new Set<string>();
  private readonly turned: { readonly log: string; readonly turn: Turn }[] = [];

  enter(origin: string, checkpoint: Published): Promise<Published> {
    const key = `${origin} ${checkpoint.size}`;
    if (!this.rows.has(key)) this.rows.set(key, checkpoint);
    return Promise.resolve(this.rows.get(key) ?? checkpoint);
  }

  async last(origin: string): Promise<Published | undefined> {
    return (await this.after(origin, -1, Infinity)).at(-1);
  }

  after(origin: string, size: number, limit: number): Promise<Published[]> {
    const own = [...this.rows].filter(([key, row]) => key === `${origin} ${row.size}` && row.size > size);
    const sorted = own.map(([, row]) => row).sort((a, b) => a.size - b.size);
    return Promise.resolve(sorted.slice(0, limit));
  }

  at(origin: string, size: number): Promise<Published | undefined> {
    return Promise.resolve(this.rows.get(`${origin} ${size}`));
  }

  signers(): Promise<string[]> {
    return Promise.resolve([...this.keys]);
  }

  addSigner(verifier: string): Promise<void> {
    this.keys.add(verifier);
    return Promise.resolve();
  }

  turns(log: string): Promise<Turn[]> {
    return Promise.resolve(this.turned.filter((t) => t.log === log).map(({ turn }) => turn));
  }

  addTurn(log: string, turn: Turn): Promise<void> {
    this.turned.push({ log, turn });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
