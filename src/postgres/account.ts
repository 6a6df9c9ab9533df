import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError } from '../operatorError.js';

/** A user and group id. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** As whom PostgreSQL's programs run; undefined: as ourselves. */
export interface Accounts {
  readonly server: Account | undefined;
  /** initdb insists on an account with a name; its files are handed to the server's account afterwards. */
  readonly initdb: Account | undefined;
}

/**
 * An id of nobody's: below 60 000, so that it exists in the id map of a rootless container and lies outside the ranges
 * that systemd and distributions hand out by themselves.
 */
const UNUSED_ID = 58_432;

/**
 * PostgreSQL refuses to run as root. As root it runs as the owner of the data that is there; for new data as `postgres`
 * where the system has that account, else under an id that nobody uses, without making an account.
 */
export function accounts(dataOwner: Account | undefined, uid = process.getuid?.()): Accounts {
  if (uid !== 0) return { server: undefined, initdb: undefined };
  const known = knownAccounts();
  const postgres = known.find(({ name }) => name === 'postgres');
  const server = (dataOwner?.uid === 0 ? undefined : dataOwner) ?? postgres ?? unusedAccount(known);
  const named =
    known.find((account) => account.uid === server.uid) ??
    known.find(({ name }) => name === 'nobody') ??
    known.find((account) => account.uid !== 0);
  if (named === undefined)
    throw new OperatorError(
      'PostgreSQL does not run as root, and this system has no other account.',
      'Make one (useradd --system postgres), run the service as an ordinary user, or set DATABASE_URL.',
    );
  return { server, initdb: named };
}

interface NamedAccount extends Account {
  readonly name: string;
}

function knownAccounts(): NamedAccount[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[2] ?? '') && /^\d+$/.test(fields[3] ?? ''))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function unusedAccount(known: readonly Account[]): Account {
  let id = UNUSED_ID;
  while (known.some(({ uid, gid }) => uid === id || gid === id)) id -= 1;
  return { uid: id, gid: id };
}

/**
 * The first directory on the way to `path` (itself included) that this account cannot enter by its mode bits, if any.
 * Whatever else may bar the way (ACLs, security modules) shows when PostgreSQL starts.
 */
export function barredDirectory(path: string, account: Account | undefined): string | undefined {
  if (account === undefined) return undefined;
  const parent = dirname(path);
  const above = parent === path ? undefined : barredDirectory(parent, account);
  if (above !== undefined) return above;
  const { mode, uid, gid } = statSync(path);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : undefined;
}
