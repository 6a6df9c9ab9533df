import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { OperatorError } from '../operatorError.js';
import { PROGRAM_ENVIRONMENT } from './binaries.js';
import { SESSION_OPTIONS, type ConnectionSettings } from './connection.js';
import { firstComplaint, openHome, SUPERUSER, type Home } from './home.js';
import { freePort } from './ports.js';
import { endOrphanedBackends, isPostmasterOf, readPidFile, removeStaleLocks } from './postmaster.js';
import { ROLES, type Role } from './roles.js';

/** Where the service says what happens; pino's shape. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** A service holds the directory alone among services; commands join it. */
  readonly service: boolean;
  readonly logger: Logger;
  /** Settings of the server beside ours (tests, benches). */
  readonly serverSettings?: Readonly<Record<string, string>>;
  /** The postmaster had died and is up again; connections have to be made anew. */
  readonly onRestart?: () => void;
  /** The postmaster died and could not be started again. */
  readonly onLost?: (error: Error) => void;
}

/** Another service runs on the same data directory. */
export class ServiceAlreadyRunning extends OperatorError {
  override readonly name = 'ServiceAlreadyRunning';
}

/** The embedded PostgreSQL does not start. */
export class EmbeddedPostgresFailed extends OperatorError {
  override readonly name = 'EmbeddedPostgresFailed';
}

/**
 * The cluster in a data directory, shared by the service and the commands that run beside it.
 *
 * Whoever comes first starts the postmaster; whoever leaves last stops it. Who is there is known to the cluster itself:
 * each process holds a shared advisory lock on a connection of its own, which dies with the process, and a service
 * holds an exclusive one besides. That two postmasters never run on one directory is PostgreSQL's own guard
 * (postmaster.pid and the shared memory segment); so of several processes that start one at once, one succeeds and the
 * others join. A postmaster left behind by a killed process is found listening, and joined. It runs in a session of its
 * own, so that Ctrl-C does not reach it before the service has finished its commands.
 */
export class EmbeddedCluster {
  readonly #home: Home;
  readonly #options: EmbeddedOptions;
  #port: number;
  #child: ChildProcess | undefined;
  #guard: pg.Client | undefined;
  #recovery: Promise<void> | undefined;
  #closing = false;
  readonly #onExit = (): void => {
    this.#child?.kill('SIGINT');
  };

  private constructor(home: Home, options: EmbeddedOptions) {
    this.#home = home;
    this.#options = options;
    this.#port = storedPort(home) ?? preferredPort(home);
  }

  /** Starts or joins the cluster. Rejects with an OperatorError. */
  static async open(options: EmbeddedOptions): Promise<EmbeddedCluster> {
    const cluster = new EmbeddedCluster(await openHome(options.dataDir), options);
    process.on('exit', cluster.#onExit); // a process that ends without close() leaves no postmaster behind
    try {
      await cluster.#enter(false);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  get passwords(): Home['passwords'] {
    return this.#home.passwords;
  }

  /** Directory of the server's own logs. */
  get logDirectory(): string {
    return this.#home.logDirectory;
  }

  /** Loopback, for logins of reporting jobs; the service itself uses a unix socket where there is one. */
  get tcp(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.#port };
  }

  connection(role: Role | 'superuser', database: string): ConnectionSettings {
    return {
      host: this.#home.socketDirectory ?? '127.0.0.1',
      port: this.#port,
      database,
      user: role === 'superuser' ? SUPERUSER : ROLES[role],
      password: this.#home.passwords[role],
      options: SESSION_OPTIONS,
    };
  }

  /** Leaves the cluster; the last to leave stops it and waits until it has ended. End your own connections before. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#recovery?.catch(() => undefined);
    try {
      const left = await this.#whoIsLeft();
      if (left === 'nobody') await this.#stop();
      if (left === 'others')
        this.#options.logger.info({}, 'PostgreSQL goes on for other hoso processes on this data directory');
    } finally {
      await this.#guard?.end().catch(() => undefined);
      this.#child = undefined;
      process.off('exit', this.#onExit);
    }
  }

  /** Makes sure that the postmaster runs, and takes our locks in it. */
  async #enter(again: boolean): Promise<void> {
    for (;;) {
      const guard = (this.#guard = await this.#reach(again));
      try {
        await guard.query('SELECT pg_advisory_lock_shared(8060, 1)');
        if (this.#options.service) await this.#takeServiceLock(guard);
        // These locks must be out of the reach of reporting logins
        if (!again) await guard.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC');
      } catch (error) {
        if (error instanceof OperatorError) throw error; // close() leaves in good order
        this.#guard = undefined; // it was stopped by whoever left last, between our connecting and locking
        await guard.end().catch(() => undefined);
        await pause(20);
        continue;
      }
      guard.once('end', () => {
        if (!this.#closing) this.#recover();
      });
      return;
    }
  }

  async #takeServiceLock(guard: pg.Client): Promise<void> {
    const deadline = Date.now() + 1000; // a service just killed may need a moment to be noticed
    for (;;) {
      const { rows } = await guard.query<{ got: boolean }>('SELECT pg_try_advisory_lock(8060, 2) AS got');
      if (rows[0]?.got === true) return;
      if (Date.now() > deadline) break;
      await pause(100);
    }
    const { rows } = await guard.query<{ who: string }>(
      `SELECT application_name AS who FROM pg_stat_activity JOIN pg_locks USING (pid)
        WHERE locktype = 'advisory' AND classid = 8060 AND objid = 2 AND granted`,
    );
    throw new ServiceAlreadyRunning(
      `A hoso service already runs on ${this.#options.dataDir}${rows[0] === undefined ? '' : ` (${rows[0].who})`}.`,
      'Stop it first, or set HOSO_DATA_DIR to another directory. Commands such as hoso import run beside it.',
    );
  }

  /** Connects as the superuser; starts the postmaster if none runs. */
  async #reach(again: boolean): Promise<pg.Client> {
    const patience = { failures: 0, since: Date.now() };
    for (;;) {
      if (this.#closing && again)
        throw new EmbeddedPostgresFailed('The service is stopping.', 'Start it again.');
      const found = readPidFile(this.#home.data);
      const alive = found !== undefined && isPostmasterOf(this.#home.data, found.pid);
      if (alive && found.port > 0) this.#port = found.port;
      const guard = await this.#connect();
      if (guard !== undefined) return guard;
      if (alive) {
        if (Date.now() - patience.since > 600_000)
          throw new EmbeddedPostgresFailed(
            `The embedded PostgreSQL (pid ${found.pid}) runs but does not answer.`,
            `Look into ${this.#home.logDirectory}, end that process, and start again.`,
          );
        await pause(20); // on its way up, or down
        continue;
      }
      removeStaleLocks(this.#home.data, this.#home.socketDirectory);
      await this.#start(again, patience);
    }
  }

  /** A connection that reports its own end; undefined while nobody answers. */
  async #connect(): Promise<pg.Client | undefined> {
    const client = new pg.Client({
      ...this.connection('superuser', 'postgres'),
      application_name: `hoso ${this.#options.service ? 'service' : 'command'}, pid ${process.pid}`,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    client.on('error', () => undefined); // 'end' follows
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code === '28P01')
        throw new EmbeddedPostgresFailed(
          `The PostgreSQL that answers for ${this.#options.dataDir} does not know our password.`,
          'Another program may listen on its port; end it, or restore passwords.json from the backup of the data directory.',
          { cause: error },
        );
      return undefined;
    }
  }

  /** Runs a postmaster until it answers or has ended. */
  async #start(again: boolean, patience: { failures: number; since: number }): Promise<void> {
    const home = this.#home;
    const tcp = await this.#choosePort(again);
    writeFileSync(join(home.directory, 'pg_hba.conf'), hostAccess(home), { mode: 0o644 });
    writeFileSync(join(home.directory, 'port'), String(this.#port), { mode: 0o644 });
    const logged = logSizes(home.logDirectory);
    const outputFile = join(home.directory, `startup-${process.pid}-${randomUUID()}.log`);
    const output = openSync(outputFile, 'w', 0o600);
    const child = spawn(
      home.binaries.postgres,
      ['-D', home.data, ...serverSettings(home, this.#port, tcp, this.#options.serverSettings)],
      {
        ...home.account,
        env: PROGRAM_ENVIRONMENT,
        cwd: '/',
        stdio: ['ignore', output, output],
        detached: true,
      },
    );
    closeSync(output);
    child.unref();
    let ended: Error | undefined;
    child.once('error', (error) => (ended = error));
    child.once('exit', (code, signal) => (ended ??= new Error(`ended with ${signal ?? code ?? 'nothing'}`)));
    this.#child = child;
    for (;;) {
      if (ended !== undefined) break;
      // Only the one that stands in the lock file is the directory's: another process may have been faster.
      const standing = readPidFile(home.data);
      if (standing?.pid === child.pid && standing?.status === 'ready') {
        rmSync(outputFile, { force: true });
        return;
      }
      await pause(10);
    }
    this.#child = undefined;
    const complaint = (): string =>
      readFileSync(outputFile, 'utf8') + appendedLogs(home.logDirectory, logged);
    // The collector of its log writes on for a moment after it
    for (const asked = Date.now(); !/FATAL|PANIC/.test(complaint()) && Date.now() - asked < 500;)
      await pause(20);
    const text = complaint();
    rmSync(outputFile, { force: true });
    const faster = readPidFile(home.data);
    if (faster !== undefined && isPostmasterOf(home.data, faster.pid)) return; // join it
    if (/lock file "\S*postmaster\.pid" already exists/.test(text)) return; // it has already gone again
    patience.failures += 1;
    const passing =
      /pre-existing shared memory block|could not (bind|create any TCP)|lock file .* already exists/;
    const endedByOthers = child.exitCode === 0 || (child.signalCode !== null && patience.failures < 20);
    const tooLong = Date.now() - patience.since > 60_000;
    if (!(passing.test(text) || endedByOthers) || tooLong || this.#closing) {
      throw new EmbeddedPostgresFailed(
        `The embedded PostgreSQL does not start: ${firstComplaint(text) || ended.message}`,
        `Look into ${home.logDirectory} and mend what it names.`,
        { cause: ended },
      );
    }
    if (text.includes('pre-existing shared memory block') && Date.now() - patience.since > 3000)
      endOrphanedBackends(home.data);
    await pause(100);
  }

  /** Whether to listen on loopback. Pools keep the port they were given, so a restart keeps it at any price. */
  async #choosePort(again: boolean): Promise<boolean> {
    if (again) return (await freePort(this.#port)) === this.#port || this.#home.socketDirectory === undefined;
    this.#port = await freePort(this.#port);
    return true;
  }

  /** Our connection to the cluster has ended, and with it most likely the cluster. */
  #recover(): void {
    const { logger, onRestart, onLost } = this.#options;
    logger.warn({}, 'The connection to the embedded PostgreSQL ended; making sure that it runs');
    this.#recovery = this.#enter(true)
      .then(() => {
        logger.info({}, 'The embedded PostgreSQL runs again');
        onRestart?.();
      })
      .catch((error: unknown) => {
        if (this.#closing) return;
        logger.error(
          { problem: (error as Error).message },
          'The embedded PostgreSQL cannot be started again',
        );
        onLost?.(error as Error);
      });
  }

  /** Gives up our share and tells who has one yet. When nobody has, nobody new gets one until our guard ends. */
  async #whoIsLeft(): Promise<'others' | 'nobody' | 'no postmaster'> {
    for (const reach of [() => this.#guard, () => this.#connect()]) {
      const guard = await reach();
      if (guard === undefined) continue;
      this.#guard = guard;
      try {
        // Given up before asking: of two that leave at once, one then finds itself alone.
        await guard.query('SELECT pg_advisory_unlock_all()');
        const { rows } = await guard.query<{ alone: boolean }>(
          'SELECT pg_try_advisory_lock(8060, 1) AS alone',
        );
        return rows[0]?.alone === true ? 'nobody' : 'others';
      } catch {
        continue; // it died meanwhile
      }
    }
    const own = this.#child; // one of ours that has not yet come so far as to answer
    return own?.exitCode === null && own.signalCode === null ? 'nobody' : 'no postmaster';
  }

  /** Fast shutdown: open transactions are rolled back, everything is written out. */
  async #stop(): Promise<void> {
    const { data } = this.#home;
    const pid = readPidFile(data)?.pid ?? this.#child?.pid;
    if (pid === undefined) return;
    const asked = Date.now();
    let signal: NodeJS.Signals | undefined = 'SIGINT';
    while (isPostmasterOf(data, pid)) {
      if (signal !== undefined) process.kill(pid, signal);
      signal = undefined;
      if (Date.now() - asked > 60_000) signal = 'SIGQUIT'; // its log is replayed at the next start
      if (Date.now() - asked > 75_000)
        throw new EmbeddedPostgresFailed(`PostgreSQL (pid ${pid}) does not end.`, 'End it, and start again.');
      await pause(10);
    }
  }
}

/** Only the service's own roles by the socket; only reporting logins by loopback, where there is a socket. */
function hostAccess(home: Home): string {
  const lines =
    home.socketDirectory === undefined
      ? ['host all all 127.0.0.1/32 scram-sha-256']
      : ['local all all scram-sha-256', 'host all +hoso_reporting 127.0.0.1/32 scram-sha-256'];
  return `# Written at every start by the service.\n${lines.join('\n')}\n`;
}

/**
 * Fixed at every start: how it is reached, and that no log of it ever holds a value. Sizes (shared_buffers,
 * max_connections, …) stand in postgresql.conf, where an operator may change them; durability stays at its defaults.
 */
function serverSettings(
  home: Home,
  port: number,
  tcp: boolean,
  others: EmbeddedOptions['serverSettings'] = {},
): string[] {
  const settings = {
    port: String(port),
    listen_addresses: tcp ? '127.0.0.1' : '',
    unix_socket_directories: home.socketDirectory ?? '',
    unix_socket_permissions: '0700',
    hba_file: join(home.directory, 'pg_hba.conf'),
    jit: 'off',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    logging_collector: 'on',
    log_directory: home.logDirectory,
    log_filename: 'postgresql-%a.log',
    log_file_mode: '0600',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_timezone: 'UTC',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_duration_statement: '-1',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...(home.binaries.countsStatements ? COUNTING : {}),
    ...others,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** What reporting logins ask is counted, by their own setting; the service's statements are not. */
const COUNTING = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none',
  'pg_stat_statements.track_utility': 'off',
};

/** How long the server's log files are. */
function logSizes(directory: string): Map<string, number> {
  return new Map(readdirSync(directory).map((name) => [name, statSync(join(directory, name)).size]));
}

/** What has been logged since. A postmaster that fails late in its start says why there, not on its standard error. */
function appendedLogs(directory: string, before: Map<string, number>): string {
  return [...logSizes(directory).keys()]
    .map((name) => readFileSync(join(directory, name)).subarray(before.get(name) ?? 0))
    .join('\n');
}

function storedPort(home: Home): number | undefined {
  try {
    const port = Number(readFileSync(join(home.directory, 'port'), 'utf8'));
    return port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

/** Differs between data directories, so that several clusters of a machine seldom meet. */
function preferredPort(home: Home): number {
  return 15_432 + (createHash('sha256').update(home.directory).digest().readUInt32BE() % 4000);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
