import type { Config } from '../config.js';
import type { ConnectionSettings } from './connection.js';
import { EmbeddedCluster, type Logger } from './embedded.js';
import { openExternal } from './external.js';
import { provision } from './roles.js';

/** The service's PostgreSQL, ready to connect to: server checked, roles and databases made, nothing migrated yet. */
export interface Database {
  readonly kind: 'embedded' | 'external';
  /** Migrations of the main database, and nothing else. */
  readonly owner: ConnectionSettings;
  /** Reads and appends events. */
  readonly log: ConnectionSettings;
  /** Owns the read models, reads events. */
  readonly projector: ConnectionSettings;
  /** Secrets of accounts, sessions, the audit of reads. */
  readonly access: ConnectionSettings;
  /** The key database, as the keyring. */
  readonly keys: ConnectionSettings;
  /** The key database, for its migrations. */
  readonly keysOwner: ConnectionSettings;
  /** A login that may make roles (`hoso sql-login`). */
  readonly admin: ConnectionSettings;
  /** Where reporting logins connect: by TCP, with their own name and password. */
  readonly reporting: { readonly host: string; readonly port: number; readonly database: string };
  /** Directory of the embedded server's own logs. */
  readonly serverLogs?: string;
  /** Leaves the embedded cluster, and stops it when nobody else is there. End all connections before. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /**
   * `service`: refuses a data directory on which another service runs. `join-or-start`: for commands, which run beside a
   * service or on their own.
   */
  readonly mode: 'service' | 'join-or-start';
  readonly logger: Logger;
  /** The embedded postmaster had died and is up again; pools reconnect by themselves. */
  readonly onRestart?: () => void;
  /** The embedded postmaster died and could not be started again: give up, visibly. */
  readonly onLost?: (error: Error) => void;
}

const MAIN = 'hoso';
const KEYS = 'hoso_keys';

/** Opens the database that the configuration names. Rejects with an OperatorError, whose text names the remedy. */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseOwnerUrl' | 'keysDatabaseUrl'>,
  options: OpenOptions,
): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    const external = await openExternal(config, config.databaseUrl, options.logger);
    const owner = external.connection('owner');
    return {
      kind: 'external',
      owner,
      log: external.connection('log'),
      projector: external.connection('projector'),
      access: external.connection('access'),
      keys: external.connection('keys'),
      keysOwner: external.keysOwner,
      admin: external.admin,
      reporting: { host: owner.host, port: owner.port, database: owner.database },
      close: () => Promise.resolve(),
    };
  }
  const { mode, ...rest } = options;
  const cluster = await EmbeddedCluster.open({
    ...rest,
    dataDir: config.dataDir,
    service: mode === 'service',
  });
  try {
    await provision(
      cluster.connection('superuser', 'postgres'),
      { main: MAIN, keys: KEYS },
      cluster.passwords,
    );
  } catch (error) {
    await cluster.close();
    throw error;
  }
  return {
    kind: 'embedded',
    owner: cluster.connection('owner', MAIN),
    log: cluster.connection('log', MAIN),
    projector: cluster.connection('projector', MAIN),
    access: cluster.connection('access', MAIN),
    keys: cluster.connection('keys', KEYS),
    keysOwner: cluster.connection('owner', KEYS),
    admin: cluster.connection('superuser', MAIN),
    reporting: { ...cluster.tcp, database: MAIN },
    serverLogs: cluster.logDirectory,
    close: () => cluster.close(),
  };
}
