import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorError } from '../operatorError.js';

/** Number of the data directory's format. Another number is refused; see README on moving data. */
export const DATA_FORMAT = 1;

/** The data directory cannot be used: not writable, not enterable, of another user. */
export class DataDirectoryRefused extends OperatorError {
  override readonly name = 'DataDirectoryRefused';
}

/** The data was made by another release: another format, or another PostgreSQL major version. */
export class DataFormatRefused extends OperatorError {
  override readonly name = 'DataFormatRefused';
}

/** Makes the directory where it is missing and makes sure that we can write there. */
export function prepareDataDirectory(directory: string): void {
  const trial = join(directory, `.writable-${process.pid}`);
  try {
    mkdirSync(dirname(directory), { recursive: true });
    if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(trial, '', { mode: 0o600 });
    rmSync(trial);
    // PostgreSQL, run under another account, must be able to pass through to its own part
    if (process.getuid?.() === 0) chmodSync(directory, statSync(directory).mode | 0o011);
  } catch (error) {
    throw refused(directory, error);
  }
}

/** Turns a file system error below the data directory into what the operator can do about it. */
export function refused(directory: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new DataDirectoryRefused(
        `The data directory ${directory} is not writable for this user (uid ${process.getuid?.() ?? '?'}).`,
        'Run as the user who owns it, change its owner, or set HOSO_DATA_DIR to a directory of your own.',
        { cause: error },
      );
    case 'EROFS':
      return new DataDirectoryRefused(
        `The data directory ${directory} lies on a read-only file system.`,
        'Set HOSO_DATA_DIR to a directory on a writable one.',
        { cause: error },
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new DataDirectoryRefused(
        `The data directory ${directory} is a file, or lies below one.`,
        'Set HOSO_DATA_DIR to a directory.',
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new DataDirectoryRefused(
        `There is no space left for the data directory ${directory}.`,
        'Make room on its file system, or set HOSO_DATA_DIR to another one.',
        { cause: error },
      );
    default:
      return error as Error;
  }
}

/**
 * Reads the FORMAT file and compares: data of another format or another PostgreSQL major version is refused before
 * anything touches it. `major` is that of the binaries at hand. Writes the file for new data.
 */
export function checkFormat(directory: string, pgData: string, major: number): void {
  const file = join(directory, 'FORMAT');
  const hasData = existsSync(pgData);
  const found = readFormat(file);
  if (found === undefined) {
    if (hasData)
      throw new DataFormatRefused(
        `${directory} holds data, but its FORMAT file is missing or unreadable.`,
        `Restore the file from a backup, or set HOSO_DATA_DIR to an empty directory.`,
      );
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `hoso data format ${DATA_FORMAT}\nPostgreSQL ${major}\n`, { mode: 0o644 });
    renameSync(unfinished, file);
    return;
  }
  if (found.format > DATA_FORMAT)
    throw new DataFormatRefused(
      `${directory} has data format ${found.format}, made by a newer release; this one knows ${DATA_FORMAT}.`,
      'Start the newer release on it.',
    );
  if (found.format < DATA_FORMAT)
    throw new DataFormatRefused(
      `${directory} has data format ${found.format}; this release needs ${DATA_FORMAT}.`,
      'Start the release that made it, or set HOSO_DATA_DIR to an empty directory.',
    );
  const present = hasData ? Number(readFileSync(join(pgData, 'PG_VERSION'), 'utf8')) : found.major;
  if (present !== major)
    throw new DataFormatRefused(
      `${directory} holds data of PostgreSQL ${present}; this release brings PostgreSQL ${major}, which cannot read it.`,
      `Start the release that brought PostgreSQL ${present} and move the log with an archive, or run a PostgreSQL ${present} of your own on it and set DATABASE_URL.`,
    );
}

function readFormat(file: string): { format: number; major: number } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refused(dirname(file), error);
  }
  const [, format, major] = /^hoso data format (\d+)\nPostgreSQL (\d+)/.exec(text) ?? [];
  return format === undefined ? undefined : { format: Number(format), major: Number(major) };
}
