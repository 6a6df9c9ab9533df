import type { Day } from '../dates.js';
import type { Units } from '../organisation/tree.js';
import { assignmentsOn, type Account } from './account.js';
import { isBelow, reachOf, type Caller } from './caller.js';
import type { AccountFact } from './facts.js';
import type { AccountRuleCode } from './ruleBook.js';

/** Who changes an account, and what is known of the world. */
export interface AccountContext {
  readonly caller: Caller;
  readonly units: Units;
  /** Today in Vietnam, by the server's clock. */
  readonly today: Day;
}

/** What stands against a fact about an account; empty: nothing. */
export function judge(
  account: Account | null,
  fact: AccountFact,
  context: AccountContext,
): readonly AccountRuleCode[] {
  if (fact.type === 'account_created') {
    if (account !== null) return ['account_exists'];
    const isBare = fact.data.kind === 'machine' && (fact.data.scopes ?? []).length === 0;
    return isBare ? ['machine_scopes'] : [];
  }
  if (account === null) return [];
  return [...own(account, fact, context.caller), ...particular(account, fact, context)];
}

/** What only concerns the way in, everybody does for themselves; rights come from another. */
const FOR_ONESELF: ReadonlySet<AccountFact['type']> = new Set([
  'reset_requested',
  'password_set',
  'second_factor_set',
]);

function own(account: Account, { type }: AccountFact, { account: by }: Caller): AccountRuleCode[] {
  return account.id === by && !FOR_ONESELF.has(type) ? ['account_own'] : [];
}

function particular(account: Account, fact: AccountFact, context: AccountContext): AccountRuleCode[] {
  switch (fact.type) {
    case 'account_created':
      return [];
    case 'account_assigned':
      return [
        ...granting(fact.data, context),
        ...(fact.data.until !== undefined && fact.data.until < fact.data.from
          ? ['account_days' as const]
          : []),
      ];
    case 'assignment_ended':
      return account.assignments.some((a) => a.id === fact.data.assignment && !a.ended)
        ? []
        : ['assignment_unknown'];
    case 'consent_given': {
      const { person, unit, from, until } = fact.data;
      if ((person === undefined) === (unit === undefined)) return ['consent_target'];
      if (until < from) return ['account_days'];
      return unit === undefined ? [] : withinReach(unit, context);
    }
    case 'consent_withdrawn':
      return account.consents.some((c) => c.id === fact.data.consent && !c.withdrawn)
        ? []
        : ['consent_unknown'];
    case 'person_linked':
      return account.kind === 'person' ? [] : ['person_account'];
    case 'account_disabled':
      return account.disabled ? ['account_disabled'] : [];
    case 'account_enabled':
      return account.disabled ? [] : ['account_not_disabled'];
    case 'reset_requested':
    case 'code_issued':
    case 'password_set':
      if (account.kind !== 'person') return ['person_account'];
      return account.disabled ? ['account_disabled'] : [];
    case 'second_factor_required':
      return account.secondFactor.required ? ['second_factor_state'] : [];
    case 'second_factor_waived':
      return account.secondFactor.required || account.secondFactor.set ? [] : ['second_factor_state'];
    case 'second_factor_set':
      return account.kind === 'person' ? [] : ['person_account'];
    case 'secret_issued':
      if (account.kind !== 'machine') return ['machine_account'];
      return account.disabled ? ['account_disabled'] : [];
    case 'secret_retired':
      return account.secrets.includes(fact.data.secret) ? [] : ['secret_unknown'];
    default:
      return fact satisfies never;
  }
}

type Assigning = Extract<AccountFact, { type: 'account_assigned' }>['data'];

/** Điều 5.2: Home Affairs grants and delegates; 5.3: an agency only below itself, with the written agreement's number. */
function granting({ unit, reach, agreement }: Assigning, context: AccountContext): AccountRuleCode[] {
  const { caller, units, today } = context;
  if (reachOf(caller, units, today) === 'city')
    return reach === 'city' || units.history(unit) !== null ? [] : ['account_unit_unknown'];
  if (reach === 'city') return ['account_beyond_right'];
  const troubles = withinReach(unit, context);
  return troubles.length === 0 && agreement === undefined ? ['agreement_missing'] : troubles;
}

function withinReach(unit: string, { caller, units, today }: AccountContext): AccountRuleCode[] {
  if (units.history(unit) === null) return ['account_unit_unknown'];
  if (reachOf(caller, units, today) === 'city') return [];
  return isBelow(unit, caller.unit, units, today) ? [] : ['account_beyond_right'];
}

/** Whether a caller may administer an account at all: all its assignments lie within what the caller administers. */
export function mayAdminister(account: Account, { caller, units, today }: AccountContext): boolean {
  if (caller.right !== 'administer') return false;
  if (reachOf(caller, units, today) === 'city') return true;
  const held = assignmentsOn(account, today);
  return (
    held.length > 0 && held.every((a) => a.reach === 'unit' && isBelow(a.unit, caller.unit, units, today))
  );
}
