import type { Day } from '../../dates.js';
import type { DutyStanding } from '../../record/duties.js';
import type { LimitRule } from '../../rules/timeLimits.js';
import type { UnitLimitRule } from '../../rules/unitLimits.js';
import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';

/** Whether the day asked for is past: without looking at any row. */
export const IS_PAST = `$1::date < (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date`;

/**
 * How many duties on records these units owe that are overdue on a day, and as of which sequence they were counted.
 * What a disputed fact started does not count (Luật CNTT 67/2006/QH11 Đ.21.2d).
 */
export async function countOverdue(
  db: Reader,
  units: readonly string[],
  day: Day,
): Promise<{ readonly count: number; readonly sequence: number }> {
  const { rows } = await db.query<{ count: string; sequence: string }>(
    `SELECT (SELECT count(*) FROM models.deadlines_duty
              WHERE owes = ANY ($1::uuid[]) AND due < $2 AND done_on IS NULL AND disputed = '{}') AS count,
            (SELECT sequence FROM projecting.model
              WHERE projection = 'deadlines' AND state = 'serving') AS sequence`,
    [units, day],
  );
  return { count: Number(rows[0]?.count), sequence: Number(rows[0]?.sequence) };
}

export type DutyRule = LimitRule | UnitLimitRule;

/** Which duties whose clock has begun by the day asked for; what is left out does not restrict. */
export interface DutyFilter {
  /** Units that owe them. */
  readonly units?: readonly string[];
  readonly standings?: readonly DutyStanding[];
  readonly rules?: readonly DutyRule[];
  /** Done ones due from this day on; open and overdue ones are told whatever their day. */
  readonly doneFrom?: Day;
  /** Done ones that this account recorded; open ones of these units. */
  readonly officer?: { readonly account: string; readonly units: readonly string[] };
  /** Whose records a duty must lie on; those of the agencies themselves lie on none. */
  readonly scope?: RowScope;
}

/** The last row of a page; the next page comes after it. */
export interface DutyCursor {
  readonly due: Day;
  /** The person, or the agency whose own duty it is. */
  readonly subject: string;
  readonly n: number;
}

export interface DutyItem {
  /** The record that it lies on; null: it is the agency's own. */
  readonly person: string | null;
  readonly rule: DutyRule;
  /** The fact that started it, and its action; null of the agency's own. */
  readonly fact: string | null;
  readonly action: string | null;
  readonly trigger: Day;
  readonly due: Day;
  readonly done: { readonly by: string; readonly on: Day; readonly account: string | null } | null;
  /** The unit that owed it then. */
  readonly owes: string | null;
  /** Open disputes about the fact that started it. */
  readonly disputed: readonly string[];
}

export interface DutyCount {
  readonly owes: string | null;
  readonly rule: DutyRule;
  readonly standing: DutyStanding;
  /** Who did them, where it is asked for; null while they are open. */
  readonly account: string | null;
  readonly count: number;
  /** Most calendar days late. */
  readonly mostLate: number;
}

/** How a duty stands (`dutyOn`). */
const STANDING = `CASE WHEN d.done_on <= $1 THEN CASE WHEN d.done_on > d.due THEN 'done_late' ELSE 'done' END
                       WHEN d.due < $1 THEN 'overdue'
                       ELSE 'open' END`;

/** Duties, by due day, a page at a time. */
export async function findDuties(
  db: Reader,
  filter: DutyFilter,
  { day, after, limit }: Asking<DutyCursor>,
): Promise<Page<DutyItem, DutyCursor>> {
  const most = pageSize(limit);
  const values: unknown[] = [day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const place =
    after === undefined
      ? null
      : `(${value(after.due)}::date, ${value(after.subject)}::uuid, ${value(after.n)}::integer)`;
  // Each part gives a page's worth at most: the whole need not be sorted.
  const parts = dutyParts(filter, value).map(({ from, where, subject, columns }) => {
    const rest = place === null ? '' : ` AND (d.due, ${subject}, d.n) > ${place}`;
    return `(SELECT ${columns} FROM ${from} d WHERE ${where}${rest} ORDER BY d.due, ${subject}, d.n LIMIT ${most + 1})`;
  });
  const { rows } = await db.query<DutyItem & { readonly subject: string; readonly n: number }>(
    `SELECT d.person, d.subject, d.n, d.rule, d.fact, d.action, d.trigger::text, d.due::text,
            CASE WHEN d.done_by IS NOT NULL
                 THEN jsonb_build_object('by', d.done_by, 'on', d.done_on, 'account', d.done_account) END AS done,
            d.owes, d.disputed
       FROM (${parts.join(' UNION ALL ')}) d
      ORDER BY d.due, d.subject, d.n LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map(({ subject: _subject, n: _n, ...item }) => item),
    next: last === undefined ? null : { due: last.due, subject: last.subject, n: last.n },
  };
}

/** How many, by unit, rule and standing; by whoever did them too where told so, which takes longer. */
export async function countDuties(
  db: Reader,
  filter: DutyFilter,
  day: Day,
  { byAccount = false }: { readonly byAccount?: boolean } = {},
): Promise<DutyCount[]> {
  const values: unknown[] = [day];
  const parts = dutyParts(filter, (v) => `$${values.push(v)}`).map(
    ({ from, where, owes }) =>
      `SELECT ${owes} AS owes, d.rule, d.due, d.done_on${byAccount ? ', d.done_account' : ''} FROM ${from} d WHERE ${where}`,
  );
  const { rows } = await db.query<DutyCount>(
    `SELECT d.owes, d.rule, ${STANDING} AS standing,
            ${byAccount ? 'CASE WHEN d.done_on <= $1 THEN d.done_account END' : 'NULL'} AS account,
            count(*)::integer AS count,
            max(GREATEST(0, CASE WHEN d.done_on <= $1 THEN d.done_on ELSE $1::date END - d.due)) AS "mostLate"
       FROM (${parts.join(' UNION ALL ')}) d
      GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    values,
  );
  return rows;
}

/** Rows of one table that a filter asks for, as `d`. */
interface DutyPart {
  readonly from: string;
  readonly where: string;
  /** The person, or the agency whose own duty it is; and the unit that owes it. */
  readonly subject: string;
  readonly owes: string;
  readonly columns: string;
}

/**
 * Duties on records and those of agencies themselves, in parts that each have their index: what is open now; what was
 * open on a past day, though it is done by now; what was done by that day. Only what is recorded can be done, so that of
 * today and later the second is not looked for.
 */
function dutyParts(filter: DutyFilter, value: (v: unknown) => string): DutyPart[] {
  const { units, standings, rules, doneFrom, officer, scope } = filter;
  const asks = (...some: readonly DutyStanding[]) =>
    standings === undefined || some.some((one) => standings.includes(one));
  const owing = units === undefined ? null : value(units);
  const [asksOpen, asksDone] = [asks('open', 'overdue'), asks('done', 'done_late')];
  const from = doneFrom === undefined || !asksDone ? null : value(doneFrom);
  const openOf = officer === undefined || !asksOpen ? null : value(officer.units);
  const doneBy = officer === undefined || !asksDone ? null : value(officer.account);
  const standing = standings === undefined ? null : value(standings);
  const rule = rules === undefined ? null : value(rules);
  const onRecords = scope === undefined ? null : withinScope(scope, 'd.person', value);
  const wanted = (owes: string) => [
    'd.trigger <= $1',
    ...(owing === null ? [] : [`${owes} = ANY (${owing}::uuid[])`]),
    ...(standing === null ? [] : [`${STANDING} = ANY (${standing}::text[])`]),
    ...(rule === null ? [] : [`d.rule = ANY (${rule}::text[])`]),
  ];
  const parts = (owes: string, isOpen: readonly string[]): string[][] => [
    ...(asksOpen
      ? isOpen.map((open) => [
          open,
          ...wanted(owes),
          ...(openOf === null ? [] : [`${owes} = ANY (${openOf}::uuid[])`]),
        ])
      : []),
    ...(asksDone
      ? [
          [
            'd.done_on <= $1',
            ...wanted(owes),
            ...(from === null ? [] : [`d.due >= ${from}::date`]),
            ...(doneBy === null ? [] : [`d.done_account = ${doneBy}::uuid`]),
          ],
        ]
      : []),
  ];
  const columns = 'd.n, d.rule, d.trigger, d.due, d.done_on, d.done_by, d.done_account';
  return [
    ...parts('d.owes', ['d.done_on IS NULL', `${IS_PAST} AND d.done_on > $1`]).map((where) => ({
      from: 'models.deadlines_duty',
      where: [...where, ...(onRecords === null ? [] : [onRecords])].join(' AND '),
      subject: 'd.person',
      owes: 'd.owes',
      columns: `d.person, d.person AS subject, d.fact, d.action, d.owes, d.disputed, ${columns}`,
    })),
    // A report may be recorded with a day that is still to come.
    ...parts('d.unit', ['(d.done_on IS NULL OR d.done_on > $1)']).map((where) => ({
      from: 'models.unit_duties_duty',
      where: where.join(' AND '),
      subject: 'd.unit',
      owes: 'd.unit',
      columns: `NULL::uuid, d.unit AS subject, NULL::uuid, NULL::text, d.unit, '{}'::uuid[], ${columns}`,
    })),
  ];
}

/** How many duties of a rule stand how. */
export type RuleCount = { readonly rule: DutyRule; readonly mostLate: number } & Readonly<
  Record<DutyStanding, number>
>;

/** Counts by rule alone. */
export function dutiesByRule(counts: readonly DutyCount[]): RuleCount[] {
  const byRule = new Map<DutyRule, RuleCount>();
  for (const { rule, standing, count, mostLate } of counts) {
    const own = byRule.get(rule) ?? { rule, open: 0, overdue: 0, done: 0, done_late: 0, mostLate: 0 };
    const late = Math.max(own.mostLate, mostLate);
    byRule.set(rule, { ...own, [standing]: own[standing] + count, mostLate: late });
  }
  return [...byRule.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
}
