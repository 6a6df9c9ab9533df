import type { Day } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { AccountAssigned, AccountEvent, ConsentGiven } from './facts.js';
import type { Scope } from './rights.js';

/** An assignment to an agency; `id` is that of its event. */
export interface Assignment extends Readonly<AccountAssigned> {
  readonly id: string;
  /** Taken back before its last day. */
  readonly ended: boolean;
}

/** A written consent; `id` is that of its event. */
export interface Consent extends Readonly<ConsentGiven> {
  readonly id: string;
  readonly withdrawn: boolean;
}

/** An account as its events tell it. */
export interface Account {
  readonly id: string;
  readonly kind: 'person' | 'machine';
  readonly name: string;
  readonly fullName: string | null;
  readonly scopes: readonly Scope[];
  readonly assignments: readonly Assignment[];
  readonly consents: readonly Consent[];
  /** The record of the account's own person. */
  readonly person: string | null;
  readonly disabled: boolean;
  /** Whether a password was ever set. */
  readonly hasPassword: boolean;
  readonly resetRequested: boolean;
  readonly secondFactor: { readonly required: boolean; readonly set: boolean };
  /** Ids of the secrets that are in use. */
  readonly secrets: readonly string[];
  /** Revision of the account's stream. */
  readonly revision: number;
  /** Sessions and tokens begun before this revision are over: a password was set, or the account disabled. */
  readonly sessionsFrom: number;
}

/** The account after its events; null: there is none. */
export function accountOf(
  id: string,
  events: readonly AccountEvent[],
  before: Account | null = null,
): Account | null {
  let account = before;
  for (const event of events) account = evolve(id, account, event);
  return account;
}

function evolve(id: string, before: Account | null, { id: by, revision, fact }: AccountEvent): Account {
  const account = { ...(before ?? nobody(id)), revision };
  switch (fact.type) {
    case 'account_created': {
      const { kind, name, fullName = null, scopes = [] } = fact.data;
      return { ...account, kind, name, fullName, scopes };
    }
    case 'account_assigned':
      return { ...account, assignments: [...account.assignments, { ...fact.data, id: by, ended: false }] };
    case 'assignment_ended':
      return {
        ...account,
        assignments: account.assignments.map((a) =>
          a.id === fact.data.assignment ? { ...a, ended: true } : a,
        ),
      };
    case 'consent_given':
      return { ...account, consents: [...account.consents, { ...fact.data, id: by, withdrawn: false }] };
    case 'consent_withdrawn':
      return {
        ...account,
        consents: account.consents.map((c) => (c.id === fact.data.consent ? { ...c, withdrawn: true } : c)),
      };
    case 'person_linked':
      return { ...account, person: fact.data.person };
    case 'account_disabled':
      return { ...account, disabled: true, sessionsFrom: revision };
    case 'account_enabled':
      return { ...account, disabled: false };
    case 'reset_requested':
      return { ...account, resetRequested: true };
    case 'code_issued':
      return { ...account, resetRequested: false };
    case 'password_set':
      return { ...account, hasPassword: true, sessionsFrom: revision };
    case 'second_factor_required':
      // Sessions begun with the password alone are over.
      return {
        ...account,
        secondFactor: { ...account.secondFactor, required: true },
        sessionsFrom: revision,
      };
    case 'second_factor_waived':
      return { ...account, secondFactor: { required: false, set: false } };
    case 'second_factor_set':
      return { ...account, secondFactor: { ...account.secondFactor, set: true } };
    case 'secret_issued':
      return { ...account, secrets: [...account.secrets, fact.data.secret] };
    case 'secret_retired':
      // Tokens of a retired secret must not live on; those of another one are asked for again.
      return {
        ...account,
        secrets: account.secrets.filter((s) => s !== fact.data.secret),
        sessionsFrom: revision,
      };
    default:
      return fact satisfies never;
  }
}

function nobody(id: string): Account {
  return {
    id,
    kind: 'person',
    name: '',
    fullName: null,
    scopes: [],
    assignments: [],
    consents: [],
    person: null,
    disabled: false,
    hasPassword: false,
    resetRequested: false,
    secondFactor: { required: false, set: false },
    secrets: [],
    revision: -1,
    sessionsFrom: 0,
  };
}

/** The assignments in force on a day. */
export function assignmentsOn({ assignments }: Account, day: Day): Assignment[] {
  return assignments.filter((a) => !a.ended && isWithin(a, day));
}

/** The consents in force on a day. */
export function consentsOn({ consents }: Account, day: Day): Consent[] {
  return consents.filter((c) => !c.withdrawn && isWithin(c, day));
}

function isWithin({ from, until }: { readonly from: Day; readonly until?: Day }, day: Day): boolean {
  return from <= day && (until === undefined || day <= until);
}

/** The groups that several consents show together. */
export function groupsOfConsents(consents: readonly Consent[]): Set<FieldGroup> {
  return new Set(consents.flatMap((c) => c.groups));
}
