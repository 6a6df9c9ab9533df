import { randomBytes } from 'node:crypto';
import pg from 'pg';
import {
  openEventStoreDbLog,
  type EventStoreDbLog,
  type EventStoreDbLogOptions,
} from '../../../src/event-log/eventstoredb/eventStoreDbLog.js';
import { testDatabase, type TestDatabase } from '../postgres.js';
import { StandIn } from './standIn.js';

/** Streams of its own for each log, so that many can live on one node that is never wiped. */
export const ownPrefix = (): string => `t${randomBytes(6).toString('hex')}_`;

export interface EsdbLog {
  readonly log: EventStoreDbLog;
  readonly database: TestDatabase;
  readonly prefix: string;
  /** The same log from another process, as far as its state goes. */
  readonly again: (options?: Partial<EventStoreDbLogOptions>) => Promise<EventStoreDbLog>;
  readonly close: () => Promise<void>;
}

/** Databases that await their next log: to forget a numbering is far cheaper than to make a database. */
const idle: TestDatabase[] = [];

/** Empties the numbering, as the owner may. */
export async function forgetNumbering({ owner }: TestDatabase): Promise<void> {
  const client = new pg.Client({ ...owner });
  await client.connect();
  await client.query('SELECT numbering.restart()');
  await client.end();
}

/** An empty log on a node, with an empty numbering. */
export async function esdbLog(url: string, options: Partial<EventStoreDbLogOptions> = {}): Promise<EsdbLog> {
  const database = idle.pop() ?? (await testDatabase());
  const prefix = ownPrefix();
  const again = (more: Partial<EventStoreDbLogOptions> = {}): Promise<EventStoreDbLog> =>
    openEventStoreDbLog({ url, prefix, connection: database.log, ...options, ...more });
  const log = await again();
  let isClosed = false;
  return {
    log,
    database,
    prefix,
    again,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await log.close();
      await forgetNumbering(database);
      idle.push(database);
    },
  };
}

/** … on a stand-in of its own. */
export async function standInLog(
  options: Partial<EventStoreDbLogOptions> = {},
): Promise<EsdbLog & { readonly standIn: StandIn }> {
  const standIn = await StandIn.start();
  const log = await esdbLog(standIn.url, options);
  return {
    ...log,
    standIn,
    close: async () => {
      await log.close();
      standIn.kill();
    },
  };
}
