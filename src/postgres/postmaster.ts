import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a running (or killed) postmaster wrote about itself into its data directory. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`, … or empty while it has only just begun. */
  readonly status: string;
}

/** Reads `postmaster.pid`; undefined when there is none, or it is being written. */
export function readPidFile(data: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/**
 * Whether the process of this id is alive and is the postmaster of this data directory. Ids are used again, also at
 * once in a container; and a dead process that nobody has reaped still answers to signals: neither counts.
 */
export function isPostmasterOf(data: string, pid: number): boolean {
  const found = commandOf(pid);
  if (found === undefined || found === 'zombie') return false;
  const [program = '', ...rest] = found;
  if (!/^postgres(\.exe)?$/.test(basename(program))) return false;
  const flag = rest.indexOf('-D');
  const directory = flag === -1 ? undefined : rest[flag + 1];
  return directory === undefined || realPathOr(directory) === realPathOr(data);
}

/** The command line of a living process, `zombie`, or undefined when there is no such process. */
function commandOf(pid: number): string[] | 'zombie' | undefined {
  if (process.platform === 'linux') {
    try {
      const state = /^\d+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
      if (state === 'Z' || state === 'X') return 'zombie';
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      return undefined;
    }
  }
  if (process.platform === 'win32') return answersSignals(pid) ? ['postgres'] : undefined;
  const { stdout } = spawnSync('ps', ['-o', 'stat=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, program] = /^(\S+)\s+(.*)$/.exec(stdout.trim()) ?? [];
  if (state === undefined || program === undefined) return undefined;
  return state.startsWith('Z') ? 'zombie' : [program];
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function realPathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Removes the lock files of a postmaster that is no more. PostgreSQL would do so itself, but refuses to start when the
 * id in them has gone to another process of the same user. Its second guard, the shared memory segment, stays.
 */
export function removeStaleLocks(data: string, socketDirectory: string | undefined): void {
  const sockets =
    socketDirectory === undefined
      ? []
      : readdirSync(socketDirectory)
          .filter((name) => /^\.s\.PGSQL\.\d+\.lock$/.test(name))
          .map((name) => join(socketDirectory, name));
  for (const file of [join(data, 'postmaster.pid'), ...sockets]) {
    const pid = pidIn(file);
    if (pid !== undefined && !isPostmasterOf(data, pid)) takeAway(file, pid);
  }
}

function pidIn(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Another process may have started a postmaster since we looked: the file is taken aside in one step, looked at again,
 * and put back if it is no longer the dead one's.
 */
function takeAway(file: string, stalePid: number): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else did it
  }
  try {
    if (pidIn(aside) !== stalePid) linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // a yet newer one stands there
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Server processes of a killed postmaster end by themselves as soon as they notice, but one that is deep in a long
 * statement may not, and keeps a new postmaster from starting. Ends those of this data directory (Linux).
 */
export function endOrphanedBackends(data: string): void {
  if (process.platform !== 'linux') return;
  const directory = realPathOr(data);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== directory) continue;
      if (!readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith('postgres:')) continue;
      process.kill(Number(name), 'SIGKILL');
    } catch {
      continue; // gone meanwhile, or not ours to look at
    }
  }
}
