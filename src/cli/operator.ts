import { randomUUID } from 'node:crypto';
import type { Access } from '../access/access.js';
import { assignmentsOn } from '../access/account.js';
import { isBelow, reachOf, type Caller } from '../access/caller.js';
import { FIRST_ADMINISTRATOR, found } from '../access/founding.js';
import { callerOf } from '../access/login/logins.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import type { Day } from '../dates.js';
import { NotForOperator } from './notForOperator.js';

/** Words by which a command says who uses it, and what for. */
export interface OperatorOptions {
  /** Name of the account; else HOSO_ACCOUNT. */
  readonly account?: string;
  /** Why persons are read; else HOSO_PURPOSE. */
  readonly purpose?: string;
}

/** How a command takes those words. */
export const ACCOUNT = [
  '--account <name>',
  'tài khoản thực hiện / account that does this (HOSO_ACCOUNT)',
] as const;
export const PURPOSE = [
  '--purpose <text>',
  'để làm gì, ghi vào nhật ký xem / what for, kept in the audit of reads (HOSO_PURPOSE)',
] as const;

/** Whoever stands at the machine, by the account that they name: its rights of today hold here as over HTTP. */
export interface Operator {
  readonly caller: Caller;
  readonly name: string;
}

/**
 * The account that a command names. Nothing proves here who stands behind it: whoever operates the machine could read
 * its keys; the audit says that it was direct access. Rejects with NotForOperator.
 */
export async function operatorOf(access: Access, { account }: OperatorOptions): Promise<Operator> {
  const name = account ?? process.env['HOSO_ACCOUNT'] ?? '';
  if (name === '')
    throw new NotForOperator(
      'This command is audited: it names the account that uses it.',
      'Give --account <name>, or set HOSO_ACCOUNT. On a new deployment it is admin.',
    );
  const { accounts, logins } = access;
  const id = accounts.idOf(name);
  if (name === FIRST_ADMINISTRATOR.name && (await accounts.find(id)) === null) {
    const code = await found(access, FIRST_ADMINISTRATOR, logins.today);
    if (code !== null) console.error(`${code.name}: mã dùng một lần / one-time code ${code.code}`);
  }
  const known = await accounts.find(id);
  if (known === null || known.disabled || known.kind !== 'person')
    throw new NotForOperator(
      'There is no such account of a person in use.',
      'Name an account that is not disabled.',
    );
  const held = assignmentsOn(known, logins.today);
  const chief = held.find((a) => a.reach === 'city') ?? held.find((a) => a.right === 'administer') ?? held[0];
  return { caller: callerOf(known, chief?.unit ?? null, logins.today), name };
}

/** Rejects unless the operator's account administers the whole city, or at least acts for it. */
export function requireCity({ caller }: Operator, { gate }: Access, right: 'any' | 'administer'): void {
  const acts = caller.right !== null && (right === 'any' || caller.right === 'administer');
  if (acts && reachOf(caller, gate.units, gate.today) === 'city') return;
  throw new NotForOperator(
    'The account does not act for the whole city.',
    right === 'administer'
      ? 'Name an administrator of Sở Nội vụ.'
      : 'Name a unit, or an account of Sở Nội vụ.',
  );
}

/** Rejects unless the unit stands at or below the one that the operator's account acts for; null: the whole city. */
export function requireReach(operator: Operator, access: Access, unit: string | null): void {
  const { gate } = access;
  const { caller } = operator;
  const inside = unit !== null && caller.right !== null && isBelow(unit, caller.unit, gate.units, gate.today);
  if (!inside) requireCity(operator, access, 'any');
}

/** Rejects unless the operator's account may read the whole history of a record, every field group of it. */
export async function requireHistory(operator: Operator, access: Access, person: string): Promise<void> {
  const { gate } = access;
  const standing = await gate.standing(person, false);
  const verdict = standing === null ? null : gate.decide(operator.caller, 'history', standing.standing);
  // The text masks nothing: a consent for some groups is not enough for it.
  const isWhole = verdict?.allowed === true && FIELD_GROUPS.every((g) => verdict.groups.includes(g));
  if (!isWhole) requireCity(operator, access, 'any');
}

/** What was read on the command line. */
export interface DirectRead {
  /** The command, for the audit. */
  readonly command: string;
  /** Null: a list. */
  readonly person: string | null;
  readonly asOf: Day | null;
  readonly knownAt?: number | null;
  /** What a list was of. */
  readonly filter?: string;
}

/** Leaves a line in the audit of reads, with the purpose, before anything is shown. Rejects when it cannot. */
export async function auditDirect(
  { caller }: Operator,
  { reads }: Access,
  { purpose }: OperatorOptions,
  read: DirectRead,
): Promise<void> {
  const told = purpose ?? process.env['HOSO_PURPOSE'] ?? '';
  if (told.trim() === '' || told.length > 200)
    throw new NotForOperator(
      'Reading persons on the command line names its purpose.',
      'Give --purpose <text> of at most 200 characters, without names, or set HOSO_PURPOSE.',
    );
  const { command, person, asOf, knownAt = null, filter = null } = read;
  await reads.write({
    at: new Date().toISOString(),
    request: randomUUID(),
    account: caller.account,
    unit: caller.unit,
    client: 'hoso',
    route: command,
    person,
    ground: 'operator',
    consents: [],
    groups: FIELD_GROUPS,
    asOf,
    knownAt,
    filter: filter === null ? told : `${told}; ${filter}`,
    count: null,
    status: 200,
  });
}
