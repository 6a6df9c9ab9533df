import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { esdbLog, standInLog } from '../support/esdb/engines.js';
import { testDatabase } from '../support/postgres.js';
import { eventLogContract, type Engine } from './eventLogContract.js';

const ENGINES: readonly Engine[] = [
  {
    name: 'memory',
    open: () => {
      const log = new MemoryLog();
      return Promise.resolve({ log, close: () => log.close() });
    },
  },
  {
    name: 'PostgreSQL',
    open: async () => {
      const database = await testDatabase();
      const log = await openPostgresLog({ connection: database.log });
      return {
        log,
        close: async () => {
          await log.close();
          await database.close();
        },
      };
    },
  },
  { name: 'EventStoreDB’s stand-in', runs: 3, open: () => standInLog() },
];

ENGINES.forEach(eventLogContract);

// A real node, or a cluster, where there is one.
const url = process.env['EVENTSTOREDB_URL'] ?? '';
if (url !== '') eventLogContract({ name: `EventStoreDB at ${url}`, runs: 8, open: () => esdbLog(url) });
