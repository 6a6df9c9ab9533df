/** May this caller do that with this record? One pure function answers it, and can explain its answer. */
import type { Day } from '../dates.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { agencyOn, successorOn, type Units } from '../organisation/tree.js';
import { groupsOfConsents } from './account.js';
import { isBelow, reachOf, type Caller } from './caller.js';
import { SCOPE_OF, type Intent } from './rights.js';

/** Where a record stands today, as known now. */
export interface Standing {
  readonly person: string;
  /** The unit that keeps the record; before the first placement, the unit for which it was opened. */
  readonly keeper: string | null;
  /** The unit where the person is. */
  readonly place: string | null;
  /** The unit to which the record is on its way. */
  readonly receiver: string | null;
  /** Where the person has been: from, up to and without. */
  readonly spells: readonly { readonly unit: string; readonly from: Day; readonly to: Day | null }[];
}

/** On what a right can rest. */
export const GROUNDS = {
  city: { vi: 'phạm vi toàn thành phố (Đ.5.2, 6.3)', en: 'the whole city (Điều 5.2, 6.3)' },
  keeper: {
    vi: 'cơ quan đang quản lý hồ sơ, hoặc cấp trên của cơ quan đó (Đ.6, 7.1)',
    en: 'the agency that keeps the record, or one above it (Điều 6, 7.1)',
  },
  place: { vi: 'cơ quan đang sử dụng người đó (Đ.7.1)', en: 'the agency that uses the person (Điều 7.1)' },
  receiver: {
    vi: 'cơ quan tiếp nhận, từ khi hồ sơ được chuyển đi (Đ.11.2)',
    en: 'the receiving agency, from the sending on (Điều 11.2)',
  },
  self: { vi: 'hồ sơ của chính mình', en: 'one’s own record' },
  consent: { vi: 'văn bản đồng ý (Đ.7.3)', en: 'a written consent (Điều 7.3)' },
  former: {
    vi: 'cơ quan cũ, trong thời gian người đó ở cơ quan',
    en: 'a former agency, for the time the person was there',
  },
  operator: {
    vi: 'truy cập trực tiếp của người vận hành máy chủ, qua dòng lệnh',
    en: 'direct access by who operates the machine, on the command line',
  },
} as const;
export type Ground = keyof typeof GROUNDS;

/** Days, from and up to and without; null: open. */
export interface Days {
  readonly from: Day;
  readonly to: Day | null;
}

/** What a caller may see or do, and why; or why not. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly ground: Ground;
      /** Field groups shown. */
      readonly groups: readonly FieldGroup[];
      /** Only as of these days; null: any. */
      readonly days: readonly Days[] | null;
      /** Numbers of the written consents used. */
      readonly consents: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly refused: readonly { readonly ground: Ground | 'scope' | 'right'; readonly why: string }[];
    };

interface World {
  readonly units: Units;
  /** Today in Vietnam by the server's clock: no day that a question names changes a right. */
  readonly today: Day;
}

type Try =
  | {
      readonly groups?: readonly FieldGroup[];
      readonly days?: readonly Days[];
      readonly consents?: readonly string[];
    }
  | string;

/** What the caller may do with the record, by the grants and the tree in force today. */
export function decideAccess(caller: Caller, intent: Intent, standing: Standing, world: World): Verdict {
  if (caller.scopes !== null && !caller.scopes.includes(SCOPE_OF[intent]))
    return {
      allowed: false,
      refused: [{ ground: 'scope', why: `the machine lacks the scope ${SCOPE_OF[intent]}` }],
    };
  const refused: { ground: Ground; why: string }[] = [];
  for (const [ground, attempt] of attempts(caller, intent, standing, world)) {
    const found = attempt();
    if (typeof found !== 'string')
      return {
        allowed: true,
        ground,
        groups: found.groups ?? FIELD_GROUPS,
        days: found.days ?? null,
        consents: found.consents ?? [],
      };
    refused.push({ ground, why: found });
  }
  return { allowed: false, refused };
}

/** Every ground, in the order in which they are tried: the one that shows most first. */
function attempts(
  caller: Caller,
  intent: Intent,
  standing: Standing,
  world: World,
): readonly (readonly [Ground, () => Try])[] {
  const { units, today } = world;
  const { keeper, place, receiver, person } = standing;
  const commands = intent === 'command' || intent === 'withdraw' || intent === 'receive';
  const covers = (unit: string | null) =>
    unit !== null && caller.right !== null && isBelow(unit, caller.unit, units, today);
  return [
    [
      'city',
      () => {
        if (reachOf(caller, units, today) !== 'city') return 'the account does not reach the whole city';
        return acting(caller, intent) ?? {};
      },
    ],
    [
      'keeper',
      () => {
        if (keeper === null || !covers(keeper)) return 'the record is kept outside the unit acted for';
        return acting(caller, intent) ?? delegated(caller, intent, keeper, world) ?? {};
      },
    ],
    [
      'place',
      () => {
        if (!covers(place)) return 'the person is placed outside the unit acted for';
        return commands ? 'the record is still kept by another agency' : {};
      },
    ],
    [
      'receiver',
      () => {
        if (!covers(receiver)) return 'the record is not on its way to the unit acted for';
        if (commands && intent !== 'receive') return 'the receiving agency only accepts or refuses';
        return acting(caller, intent) ?? {};
      },
    ],
    [
      'self',
      () => {
        if (caller.person !== person) return 'it is not the record of the account’s own person';
        return commands || intent === 'whole' ? 'one’s own record is for reading' : {};
      },
    ],
    ['consent', () => (commands ? 'a consent is for reading' : consented(caller, intent, standing, world))],
    [
      'former',
      () => {
        const own = standing.spells.filter((s) => covers(s.unit));
        if (own.length === 0) return 'the person never was in the unit acted for';
        if (intent !== 'read') return 'a former agency reads the record as of its own time only';
        return { days: own.map(({ from, to }) => ({ from, to })) };
      },
    ],
  ];
}

/** What a right (Điều 13.2) does not cover; null: nothing. */
function acting({ right }: Caller, intent: Intent): string | null {
  return intent === 'withdraw' && right !== 'administer' ? 'withdrawing needs the right to administer' : null;
}

/** The right to update reaches the own agency only; what stands below is administered (Điều 6, 13.2). */
function delegated(
  { right, unit }: Caller,
  intent: Intent,
  keeper: string,
  { units, today }: World,
): string | null {
  const commands = intent === 'command' || intent === 'withdraw' || intent === 'receive';
  if (!commands || right === 'administer') return null;
  const agencyOf = (id: string) => agencyOn(units, successorOn(units, id, today) ?? id, today);
  return agencyOf(keeper) === agencyOf(unit) ? null : 'the right to update reaches the own agency only';
}

function consented(
  { consents }: Caller,
  intent: Intent,
  { person, keeper }: Standing,
  { units, today }: World,
): Try {
  const fitting = consents.filter(
    (c) =>
      c.person === person ||
      (c.unit !== undefined && keeper !== null && isBelow(keeper, c.unit, units, today)),
  );
  if (fitting.length === 0) return 'no written consent for this record is in force today';
  const shown = groupsOfConsents(fitting);
  const groups = FIELD_GROUPS.filter((g) => shown.has(g));
  if (intent === 'whole' && groups.length < FIELD_GROUPS.length)
    return 'raw events need a consent for every field group';
  return { groups, consents: fitting.map((c) => c.document) };
}

/** Whether a day lies in what a verdict allows. */
export function isDayAllowed(verdict: Verdict, day: Day): boolean {
  if (!verdict.allowed) return false;
  return (
    verdict.days === null || verdict.days.some(({ from, to }) => from <= day && (to === null || day < to))
  );
}
