import type { Config } from '../config.js';
import { openLog } from '../event-log/openLog.js';
import type { EventLog } from '../event-log/port.js';
import { makeLogger } from '../observability/logging.js';
import type { Database } from '../postgres/database.js';
import { destroyedByLog, RecordCodec } from '../recording/codec.js';
import { openSealer } from '../sealing/sealer.js';
import type { Logger } from './runner.js';

/** Where a thread finds log, keys and read models. */
export interface ThreadOrder {
  readonly config: Pick<Config, 'eventStoreDbUrl' | 'eventStoreDbPrefix' | 'masterKeyFile' | 'logLevel'>;
  readonly database: Pick<Database, 'log' | 'projector' | 'keys'>;
}

/** Only that: what is given to a thread is copied. */
export function threadOrder(config: Config, { log, projector, keys }: Database): ThreadOrder {
  const { eventStoreDbUrl, eventStoreDbPrefix, masterKeyFile, logLevel } = config;
  const store = eventStoreDbUrl === undefined ? {} : { eventStoreDbUrl };
  return {
    config: { ...store, eventStoreDbPrefix, masterKeyFile, logLevel },
    database: { log, projector, keys },
  };
}

/** What a thread has of its own. */
export interface ThreadTools {
  readonly log: EventLog;
  readonly decoder: RecordCodec;
  readonly logger: Logger;
  readonly close: () => Promise<void>;
}

/** Opens log and keys for a thread. Rejects with an OperatorError. */
export async function openTools({ config, database }: ThreadOrder): Promise<ThreadTools> {
  const logger = makeLogger(config.logLevel);
  const log = await openLog(config, database, { logger });
  const { sealer } = await openSealer({
    connection: database.keys,
    masterKeyFile: config.masterKeyFile,
    // Whoever begins a thread has opened the keyring before.
    mayBegin: false,
    toldDestroyed: destroyedByLog(log),
  });
  const close = async () => {
    await sealer.close();
    await log.close();
  };
  return { log, decoder: new RecordCodec(sealer), logger, close };
}
