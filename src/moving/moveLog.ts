import pg from 'pg';
import { accessMigrations } from '../access/migrations.js';
import type { Config } from '../config.js';
import type { EventStoreDbLog } from '../event-log/eventstoredb/eventStoreDbLog.js';
import { numberingMigrations } from '../event-log/eventstoredb/migrations.js';
import { BadEventStoreDbUrl, checkEventStoreDbUrl } from '../event-log/eventstoredb/url.js';
import { evidenceMigrations } from '../evidence/migrations.js';
import { logMigrations } from '../event-log/postgres/migrations.js';
import { openPostgresLog } from '../event-log/postgres/postgresLog.js';
import { OperatorError } from '../operatorError.js';
import { openDatabase, type Database } from '../postgres/database.js';
import { migrate } from '../postgres/migrate.js';
import { projectingMigrations } from '../projecting/migrations.js';
import { consumingMigrations } from '../consuming/migrations.js';
import type { Place } from './copyInto.js';
import { move, repoint, type MoveReport } from './move.js';

export interface MoveWish {
  /** `postgresql`: the service's own database; else an EventStoreDB URL. */
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

type Logger = Parameters<typeof openDatabase>[1]['logger'];

/** `hoso move`: copies the log, compares it, and points the read models to their places in it. */
export async function moveLog(
  config: Config,
  logger: Logger,
  wish: MoveWish,
): Promise<MoveReport & { readonly models: number }> {
  const names = [wish.from, wish.to];
  if (names.filter((name) => name === 'postgresql').length !== 1)
    throw new OperatorError(
      'A move is from postgresql to EventStoreDB, or back.',
      'Name postgresql on one side, and esdb://… on the other.',
    );
  for (const name of names) if (name !== 'postgresql') checked(name);
  return withDatabase(config, logger, async (database) => {
    const from = await openPlace(wish.from, config, database, logger);
    try {
      const to = await openPlace(wish.to, config, database, logger);
      try {
        const report = await move(from, to, wish);
        const models = report.interrupted ? 0 : await repoint(database.projector, to.kind);
        return { ...report, models };
      } finally {
        await to.log.close();
      }
    } finally {
      await from.log.close();
    }
  });
}

/** Forgets the numbering and counts again; answers how many events there are. */
export async function renumber(config: Config, logger: Logger): Promise<number> {
  const { eventStoreDbUrl } = config;
  if (eventStoreDbUrl === undefined)
    throw new OperatorError('There is nothing to number: PostgreSQL keeps the log.', 'Set EVENTSTOREDB_URL.');
  return withDatabase(config, logger, async (database) => {
    const client = new pg.Client({ ...database.owner });
    await client.connect();
    await client.query('SELECT numbering.restart()').finally(() => client.end());
    const { log } = await openPlace(eventStoreDbUrl, config, database, logger);
    try {
      return (await log.head()).sequence;
    } finally {
      await log.close();
    }
  });
}

/** The database alone, without anything that would append to the log; no service may run meanwhile. */
export async function withDatabase<T>(
  config: Config,
  logger: Logger,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  // As a service, so that none runs meanwhile on the same data.
  const database = await openDatabase(config, { mode: 'service', logger });
  try {
    await migrate(database.owner, {
      log: logMigrations,
      access: accessMigrations,
      numbering: numberingMigrations,
      consuming: consumingMigrations,
      evidence: evidenceMigrations,
      projecting: projectingMigrations,
    });
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Opens the log that a name (`postgresql`, `esdb://…`) stands for. */
export async function openPlace(
  place: string,
  { eventStoreDbPrefix }: Config,
  database: Database,
  logger: Logger,
): Promise<Place> {
  const connection = database.log;
  if (place === 'postgresql')
    return { kind: 'postgresql', connection, log: await openPostgresLog({ connection, logger }) };
  const { openEventStoreDbLog } = await import('../event-log/eventstoredb/eventStoreDbLog.js');
  const log: EventStoreDbLog = await openEventStoreDbLog({
    url: place,
    prefix: eventStoreDbPrefix,
    connection,
    logger,
  });
  return { kind: 'eventstoredb', log };
}

function checked(url: string): void {
  try {
    checkEventStoreDbUrl(url);
  } catch (error) {
    if (!(error instanceof BadEventStoreDbUrl)) throw error;
    throw new OperatorError(`A log to move ${error.rule}.`, 'Name postgresql or esdb://host:2113.');
  }
}
