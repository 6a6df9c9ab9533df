import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../operatorError.js';
import { accounts, barredDirectory, type Account } from './account.js';
import { findBinaries, PROGRAM_ENVIRONMENT, type Binaries } from './binaries.js';
import { checkFormat, DataDirectoryRefused, prepareDataDirectory, refused } from './dataDirectory.js';
import { randomPassword, type Passwords } from './roles.js';

/** Everything the embedded cluster has on disk, below `<data directory>/postgresql`. */
export interface Home {
  readonly directory: string;
  /** PostgreSQL's own data directory. */
  readonly data: string;
  /** The unix socket's directory; undefined where its path would be too long for a socket, or on Windows. */
  readonly socketDirectory: string | undefined;
  readonly logDirectory: string;
  readonly passwords: Passwords & { readonly superuser: string };
  readonly binaries: Binaries;
  /** As whom the server runs; undefined: as ourselves. */
  readonly account: Account | undefined;
}

/** The initdb superuser of the embedded cluster. */
export const SUPERUSER = 'postgres';

/** Longest path of a unix socket on Linux and macOS, less the `/.s.PGSQL.12345` that PostgreSQL appends. */
const LONGEST_SOCKET_DIRECTORY = (process.platform === 'darwin' ? 103 : 107) - '/.s.PGSQL.65535'.length;

/**
 * Opens the cluster's place in the data directory, and makes the cluster where there is none yet. Several processes may
 * do so at once: each makes one beside, and the first to rename it into place wins.
 */
export async function openHome(dataDirectory: string): Promise<Home> {
  const directory = join(dataDirectory, 'postgresql');
  try {
    prepareDataDirectory(dataDirectory);
    const data = join(directory, 'data');
    const { server, initdb } = accounts(existsSync(data) ? statSync(data) : undefined);
    const barred = barredDirectory(dataDirectory, server);
    if (barred !== undefined)
      throw new DataDirectoryRefused(
        `PostgreSQL does not run as root, and the account it runs under (uid ${server?.uid ?? '?'}) cannot enter ${barred} on the way to ${dataDirectory}.`,
        'Leave HOSO_DATA_DIR unset (/var/lib/hoso), or set it to a directory that every user can reach.',
      );
    const binaries = findBinaries(server, dataDirectory);
    checkFormat(dataDirectory, data, binaries.major);
    if (!existsSync(directory)) await makeCluster(directory, binaries, server, initdb);
    const run = join(directory, 'run');
    return {
      directory,
      data,
      socketDirectory:
        process.platform !== 'win32' && Buffer.byteLength(run) <= LONGEST_SOCKET_DIRECTORY ? run : undefined,
      logDirectory: join(directory, 'log'),
      passwords: readPasswords(directory),
      binaries,
      account: server,
    };
  } catch (error) {
    throw refused(dataDirectory, error);
  }
}

/** Makes a cluster beside and renames it into place; nothing happens where another process was faster. */
export async function makeCluster(
  directory: string,
  binaries: Binaries,
  server: Account | undefined,
  initdb: Account | undefined,
): Promise<void> {
  const unfinished = `${directory}.new-${process.pid}-${Date.now()}`;
  const passwordFile = join(unfinished, 'password');
  const passwords: Home['passwords'] = {
    superuser: randomPassword(),
    owner: randomPassword(),
    log: randomPassword(),
    projector: randomPassword(),
    keys: randomPassword(),
    access: randomPassword(),
  };
  try {
    mkdirSync(unfinished);
    chmodSync(unfinished, server === undefined ? 0o700 : 0o711);
    for (const name of ['data', 'run', 'log']) {
      const path = join(unfinished, name);
      mkdirSync(path, { mode: 0o700 });
      if (server !== undefined) chownSync(path, server.uid, server.gid);
    }
    if (initdb !== undefined) chownSync(join(unfinished, 'data'), initdb.uid, initdb.gid);
    writeFileSync(passwordFile, `${passwords.superuser}\n`, { mode: 0o600 });
    if (initdb !== undefined) chownSync(passwordFile, initdb.uid, initdb.gid);
    await runInitdb(binaries.initdb, join(unfinished, 'data'), passwordFile, initdb);
    rmSync(passwordFile);
    if (server !== undefined && server.uid !== initdb?.uid) chownAll(join(unfinished, 'data'), server);
    writeFileSync(join(unfinished, 'passwords.json'), JSON.stringify(passwords), { mode: 0o600 });
    renameSync(unfinished, directory);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if ((code === 'ENOTEMPTY' || code === 'EEXIST') && existsSync(directory)) return; // another process was faster
    throw error;
  }
}

async function runInitdb(
  program: string,
  data: string,
  passwordFile: string,
  account: Account | undefined,
): Promise<void> {
  const settings = {
    max_connections: '100',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
  };
  const parameters = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
  ];
  try {
    await promisify(execFile)(program, parameters, { ...account, cwd: '/', env: PROGRAM_ENVIRONMENT });
  } catch (cause) {
    const text = (cause as { stderr?: string }).stderr ?? String(cause);
    if (text.includes('could not look up effective user ID'))
      throw new OperatorError(
        `This process runs under an id (uid ${process.getuid?.() ?? '?'}) that has no account, and PostgreSQL's initdb needs one.`,
        'Run under an account that is listed in /etc/passwd, or set DATABASE_URL.',
        { cause },
      );
    throw new OperatorError(
      `The embedded PostgreSQL could not make its data directory: ${firstComplaint(text)}`,
      'Mend what it names; HOSO_DATA_DIR must lie on a local file system with room for some 200 MB.',
      { cause },
    );
  }
}

/** The line of PostgreSQL's output that says what went wrong. */
export function firstComplaint(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /error:|FATAL|PANIC/.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
}

function chownAll(path: string, { uid, gid }: Account): void {
  lchownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) chownAll(inside, { uid, gid });
    else lchownSync(inside, uid, gid);
  }
}

function readPasswords(directory: string): Home['passwords'] {
  const file = join(directory, 'passwords.json');
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Home['passwords'];
    // Data made before accounts were: their role's password follows from one that is kept.
    const access = createHmac('sha256', kept.superuser).update('access').digest('base64url');
    return { ...kept, access: (kept as Partial<Passwords>).access ?? access };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new DataDirectoryRefused(
        `The data in ${directory} belongs to another user.`,
        'Run as that user, or set HOSO_DATA_DIR to a directory of your own.',
        { cause },
      );
    throw new DataDirectoryRefused(
      `${file} is missing or unreadable; it holds the passwords of the embedded PostgreSQL.`,
      'Restore it from the backup of the data directory.',
      { cause },
    );
  }
}
