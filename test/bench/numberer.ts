/** A process that numbers a log in EventStoreDB until the one that started it lets go. */
import { openEventStoreDbLog } from '../../src/event-log/eventstoredb/eventStoreDbLog.js';
import type { ConnectionSettings } from '../../src/postgres/connection.js';

export interface Numbered {
  readonly url: string;
  readonly prefix: string;
  readonly connection: ConnectionSettings;
}

process.once('message', (log: Numbered) => {
  void openEventStoreDbLog(log).then((opened) => {
    process.once('disconnect', () => void opened.close());
    process.send?.('numbering');
  });
});
