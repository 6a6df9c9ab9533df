import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';

/** Only a Party member becomes an official one, or leaves. */
export function checkMember({ party }: State): Trouble[] {
  if (party === null) return [{ rule: 'party_not_member' }];
  return party.leftBy === null ? [] : [{ rule: 'party_not_member', others: [party.leftBy] }];
}
