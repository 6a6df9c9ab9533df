import type { Access } from './access.js';
import type { Account } from './account.js';
import { NO_UNIT } from './caller.js';
import type { AccountFact } from './facts.js';
import type { Reach, Right } from './rights.js';

/** An account made by the service itself, before there is anybody who could. */
export interface Founding {
  readonly name: string;
  readonly fullName: string;
  readonly assignment?: { readonly unit: string; readonly right: Right; readonly reach: Reach };
  /** Own record. */
  readonly person?: string;
  /** Further facts, a consent for instance. */
  readonly facts?: readonly AccountFact[];
}

/** A one-time code to set the first password with. */
export interface FirstCode {
  readonly name: string;
  readonly code: string;
  readonly until: string;
}

/** The administration account of Sở Nội vụ (Điều 5.2): it reaches the city, before any unit is recorded. */
export const FIRST_ADMINISTRATOR: Founding = {
  name: 'admin',
  fullName: 'Quản trị / administrator',
  assignment: { unit: NO_UNIT, right: 'administer', reach: 'city' },
};

/**
 * Makes an account unless it is there, and gives it a one-time code as long as it has no password; null: it has one, and
 * nothing was done. Every start prints such a code anew, so that a lost first print locks nobody out.
 */
export async function found(access: Access, founding: Founding, day: string): Promise<FirstCode | null> {
  const { accounts, logins } = access;
  const id = accounts.idOf(founding.name);
  const there = await accounts.find(id);
  if (there?.hasPassword === true || there?.disabled === true) return null;
  const account = there ?? (await accounts.record(id, factsOf(founding, day), 'founded', metaOf(id)));
  return firstCode(account, logins, founding.name);
}

async function firstCode(account: Account, logins: Access['logins'], name: string): Promise<FirstCode> {
  return { name, ...(await logins.issueCode(account.id)) };
}

function factsOf({ name, fullName, assignment, person, facts = [] }: Founding, from: string): AccountFact[] {
  return [
    { type: 'account_created', data: { kind: 'person', name, fullName } },
    ...(assignment === undefined
      ? []
      : [{ type: 'account_assigned' as const, data: { ...assignment, decision: 'first start', from } }]),
    ...(person === undefined ? [] : [{ type: 'person_linked' as const, data: { person } }]),
    ...facts,
  ];
}

function metaOf(account: string) {
  return { actor: { account, unit: NO_UNIT, client: 'first start' } };
}
