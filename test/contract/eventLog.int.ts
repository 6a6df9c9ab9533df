import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
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
];

ENGINES.forEach(eventLogContract);
