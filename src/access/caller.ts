import type { Day } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import { chainOn, successorOn, unitOn, type Units } from '../organisation/tree.js';
import type { Consent } from './account.js';
import type { Reach, Right, Scope } from './rights.js';

/** Whoever asks, as their account stands at this moment. */
export interface Caller {
  readonly account: string;
  /** Unit acted for, as the assignment names it; `NO_UNIT` for who acts for none. */
  readonly unit: string;
  /** Scopes idempotency keys: the account. */
  readonly client: string;
  /** Null: no assignment, only consultation by consent, or one's own record. */
  readonly right: Right | null;
  readonly reach: Reach;
  /** What a machine may be used for; null: a person's login. */
  readonly scopes: readonly Scope[] | null;
  /** Own record. */
  readonly person: string | null;
  /** In force today. */
  readonly consents: readonly Consent[];
}

/** Stands for the unit of who acts for none: a reader by consent, or of their own record. */
export const NO_UNIT = '00000000-0000-4000-8000-000000000000';

const HOME_AFFAIRS = 3;

/**
 * How far a caller reaches today. Whoever acts for what Home Affairs is today reaches the city, also when the
 * assignment names a unit that was merged into it.
 */
export function reachOf({ reach, right, unit }: Caller, units: Units, today: Day): Reach {
  if (right === null) return 'unit';
  if (reach === 'city') return 'city';
  const now = successorOn(units, unit, today);
  const level = now === null ? null : (unitOn(units, now, today)?.level ?? null);
  return level === HOME_AFFAIRS ? 'city' : 'unit';
}

/** Whether a unit is another one or stands below it, in the tree of a day; a merged unit counts as its successor. */
export function isBelow(unit: string, above: string, units: Units, day: Day): boolean {
  const top = successorOn(units, above, day) ?? above;
  return chainOn(units, unit, day).some((u) => u.id === top);
}

/** The consents that show every one of these groups. Lists show who it is, so that by default they need the identity. */
export function consentsFor(
  { consents }: Pick<Caller, 'consents'>,
  groups: readonly FieldGroup[] = ['identity'],
): readonly Consent[] {
  return consents.filter((c) => groups.every((g) => c.groups.includes(g)));
}
