import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { EventLog, Position } from '../event-log/port.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import { connectWatched } from '../postgres/watchedClient.js';
import { withIdle } from '../projecting/idle.js';
import { Superseded } from '../projecting/register.js';
import type { Logger } from '../projecting/runner.js';
import { passes, tell } from '../projecting/trouble.js';
import { KeysUnavailable } from '../sealing/port.js';
import type { Consumer } from './consumer.js';

export interface ConsumerRunnerOptions {
  readonly log: EventLog;
  readonly consumer: Consumer;
  /** As the projector role, which owns the checkpoints. */
  readonly connection: ConnectionSettings;
  readonly logger: Logger;
  /** Most events of a batch. Default 500. */
  readonly batchSize?: number;
  /** Events that are looked through at once for what matters, while it is further behind than that. Default 10,000. */
  readonly look?: number;
  /** Milliseconds between signs of life while nothing comes. Default 1,000. */
  readonly beatEvery?: number;
  /** Milliseconds between attempts to take over what another process runs. Default 500. */
  readonly takeOverEvery?: number;
  /** Milliseconds before something that stopped it is tried again. Default 30,000. */
  readonly retryStopped?: number;
}

/** The first key of the advisory locks of consumers; any fixed number that no other lock has will do. */
const RUNNING = 8062;
/**
 * After a batch others may be on their way: they are left to gather for so many milliseconds. Each checkpoint is a flush
 * to disk, which appends wait for too.
 */
const REST = 50;

/**
 * Runs one consumer for as long as the process lives. One at a time among all processes: by an advisory lock, with the
 * checkpoint's compare-and-set as the real guard. An event that it cannot take stops it there, in view of health: it is
 * tried again, never skipped.
 */
export class ConsumerRunner {
  private readonly ending = new AbortController();
  private running: Promise<void> | null = null;
  private stopped: string | null = null;
  private at: Position = 0n;
  private sequence = 0;

  constructor(private readonly options: ConsumerRunnerOptions) {}

  /** What stopped it, without personal values, as far as this process knows; null while all is well. */
  get trouble(): string | null {
    return this.stopped;
  }

  /** The checkpoint as this process last saw it. */
  get position(): Position {
    return this.at;
  }

  start(): void {
    this.running ??= this.supervise();
  }

  /** Finishes the batch at hand and lets go of the lock. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async supervise(): Promise<void> {
    const { consumer, logger, retryStopped = 30_000 } = this.options;
    const { signal } = this.ending;
    const isOver = () => signal.aborted;
    for (let attempt = 0; !isOver(); attempt++)
      try {
        await this.once(signal, () => (attempt = 0));
      } catch (error) {
        if (isOver()) return;
        const isPassing = passes(error) || error instanceof Superseded || error instanceof KeysUnavailable;
        if (!isPassing) {
          this.stopped = tell(error);
          logger.error({ consumer: consumer.name, trouble: this.stopped }, 'consumer stopped; trying again');
        }
        await this.rest(isPassing ? Math.min(5_000, 50 * 2 ** Math.min(attempt, 10)) : retryStopped);
      }
  }

  /** One connection's worth of work. */
  private async once(signal: AbortSignal, onWork: () => void): Promise<void> {
    const { log, consumer, batchSize = 500, beatEvery = 1_000, takeOverEvery = 500 } = this.options;
    const { client, lost } = await this.connect();
    const over = AbortSignal.any([signal, lost]);
    try {
      while (!(await this.lock(client))) {
        if (over.aborted) return;
        await this.rest(takeOverEvery);
      }
      this.at = await this.checkpoint(client);
      await consumer.start(this.at);
      await this.comeNear(client, over);
      const source = (until: AbortSignal) => log.subscribe({ after: this.at, signal: until, batchSize });
      for await (const batch of withIdle(source, beatEvery, over)) {
        const last = batch?.at(-1);
        if (batch !== null) await this.takeIn(client, batch);
        await this.moveOn(client, last === undefined ? null : last);
        this.stopped = null;
        onWork();
        // A full one has the next behind it.
        if (batch !== null && batch.length < batchSize) await this.rest(REST);
      }
      if (lost.aborted && !signal.aborted) throw new Error('Connection terminated');
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Comes near the log's end by what matters alone. */
  private async comeNear(client: pg.Client, signal: AbortSignal): Promise<void> {
    const { log, consumer, look = 10_000 } = this.options;
    const isOver = () => signal.aborted;
    while (consumer.concerns !== undefined && !isOver()) {
      const head = await log.head();
      if (head.sequence - this.sequence <= look) return;
      const { events, reached } = await log.readMatching(consumer.concerns(), this.at, head.position, look);
      if (reached === null) return;
      if (events.length > 0) await this.takeIn(client, events);
      await this.moveOn(client, reached);
      this.stopped = null;
    }
  }

  private async takeIn(client: pg.Client, batch: Parameters<Consumer['take']>[0]): Promise<void> {
    try {
      await this.options.consumer.take(batch);
    } catch (error) {
      if (!passes(error))
        await client.query(
          `UPDATE consuming.consumer SET stopped_at = clock_timestamp(), stopped_error = $3
            WHERE name = $1 AND position = $2`,
          [this.options.consumer.name, this.at, tell(error)],
        );
      throw error;
    }
  }

  private async lock(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_lock(${RUNNING}, hashtext($1)) AS mine`,
      [this.options.consumer.name],
    );
    return rows[0]?.mine === true;
  }

  private async checkpoint(client: pg.Client): Promise<Position> {
    const { name } = this.options.consumer;
    await client.query('INSERT INTO consuming.consumer (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    const { rows } = await client.query<{ position: string; sequence: string }>(
      'SELECT position, sequence FROM consuming.consumer WHERE name = $1',
      [name],
    );
    this.sequence = Number(rows[0]?.sequence ?? 0);
    return BigInt(rows[0]?.position ?? 0);
  }

  /** Moves the checkpoint by compare-and-set; null: a sign of life. Rejects with Superseded. */
  private async moveOn(
    client: pg.Client,
    to: { readonly position: Position; readonly sequence: number | null } | null,
  ): Promise<void> {
    const { name } = this.options.consumer;
    const { rowCount } = await client.query(
      `UPDATE consuming.consumer
          SET position = coalesce($3::bigint, position), sequence = coalesce($4::bigint, sequence),
              beat_at = clock_timestamp(), stopped_at = NULL, stopped_error = NULL
        WHERE name = $1 AND position = $2`,
      [name, this.at, to?.position ?? null, to?.sequence ?? null],
    );
    if (rowCount !== 1) throw new Superseded(`consumer ${name} is run by another process`);
    if (to !== null) this.at = to.position;
    this.sequence = to?.sequence ?? this.sequence;
  }

  private connect(): ReturnType<typeof connectWatched> {
    const { connection, consumer } = this.options;
    return connectWatched({
      ...connection,
      application_name: `hoso consumer ${consumer.name}`,
    });
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }
}
