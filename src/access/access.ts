import type { EventLog } from '../event-log/port.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { RecordDesk } from '../recording/recordDesk.js';
import type { ReferenceService } from '../reference/service.js';
import type { Sealer } from '../sealing/port.js';
import { Accounts } from './accounts.js';
import { Gate } from './gate.js';
import { Logins, type Lifetimes } from './login/logins.js';
import type { SecretStore } from './login/port.js';
import { PostgresSecretStore } from './login/postgresStore.js';
import type { ReadStore } from './reads/port.js';
import { PostgresReads } from './reads/postgresReads.js';
import { SqlLogins } from './sqlLogins/sqlLogins.js';
import { ReadAudit } from './reads/readAudit.js';

/** Accounts, ways in, rights, and the audit of reads. */
export interface Access {
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly gate: Gate;
  readonly reads: ReadAudit;
  close(): Promise<void>;
}

export interface AccessParts {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly desk: Pick<RecordDesk, 'load' | 'loadMany'>;
  readonly references: ReferenceService;
  readonly secrets: SecretStore;
  readonly reads: ReadStore;
  readonly lifetimes?: Lifetimes;
  readonly clock?: () => Date;
}

/** Access over given stores. */
export function makeAccess(parts: AccessParts): Access {
  const { log, sealer, desk, references, secrets, lifetimes, clock } = parts;
  const accounts = new Accounts(log, sealer);
  const logins = new Logins({
    accounts,
    store: secrets,
    sealer,
    ...(lifetimes === undefined ? {} : { lifetimes }),
    ...(clock === undefined ? {} : { clock }),
  });
  const reads = new ReadAudit(parts.reads);
  return {
    accounts,
    logins,
    gate: new Gate({ desk, units: () => references.at(), today: () => logins.today }),
    reads,
    close: async () => {
      await reads.close();
      await secrets.close();
    },
  };
}

/** Access in PostgreSQL, with what SQL logins may see. */
export interface StoredAccess extends Access {
  readonly sqlLogins: SqlLogins;
}

/** Access with its secrets and its audit in PostgreSQL, as the role hoso_access. */
export function openAccess(
  connection: ConnectionSettings,
  parts: Omit<AccessParts, 'secrets' | 'reads'>,
): StoredAccess {
  const access = makeAccess({
    ...parts,
    secrets: new PostgresSecretStore(connection),
    reads: new PostgresReads(connection),
  });
  const sqlLogins = new SqlLogins(connection);
  return {
    ...access,
    sqlLogins,
    close: async () => {
      await sqlLogins.close();
      await access.close();
    },
  };
}
