import type { Day } from '../../dates.js';
import type { DutyStanding } from '../../record/duties.js';
import type { LimitRule } from '../../rules/timeLimits.js';
import type { UnitLimitRule } from '../../rules/unitLimits.js';
import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';

/** How many duties on records these units owe that are overdue on a day, and as of which sequence they were counted. */
export async function countOverdue(
  db: Reader,
  units: readonly string[],
  day: Day,
): Promise<{ readonly count: number; readonly sequence: number }> {
  const { rows } = await db.query<{ count: string; sequence: string }>(
    `SELECT (SELECT count(*) FROM models.deadlines_duty
              WHERE owes = ANY ($1::uuid[]) AND due < $2 AND done_on IS NULL) AS count,
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
}

export interface DutyCount {
  readonly owes: string | null;
  readonly rule: DutyRule;
  readonly standing: DutyStanding;
  /** Who did them; null while they are open. */
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
  const duties = dutiesSql(filter, value);
  const page =
    after === undefined
      ? ''
      : `WHERE (d.due, d.subject, d.n) > (${value(after.due)}::date, ${value(after.subject)}::uuid, ${value(after.n)}::integer)`;
  const { rows } = await db.query<DutyItem & { readonly subject: string; readonly n: number }>(
    `SELECT d.person, d.subject, d.n, d.rule, d.fact, d.action, d.trigger::text, d.due::text,
            CASE WHEN d.done_by IS NOT NULL
                 THEN jsonb_build_object('by', d.done_by, 'on', d.done_on, 'account', d.done_account) END AS done,
            d.owes
       FROM (${duties}) d
       ${page}
      ORDER BY d.due, d.subject, d.n LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map(({ subject: _subject, n: _n, ...item }) => item),
    next: last === undefined ? null : { due: last.due, subject: last.subject, n: last.n },
  };
}

/** How many, by unit, rule, standing and whoever did them. */
export async function countDuties(db: Reader, filter: DutyFilter, day: Day): Promise<DutyCount[]> {
  const values: unknown[] = [day];
  const duties = dutiesSql(filter, (v) => `$${values.push(v)}`);
  const { rows } = await db.query<DutyCount>(
    `SELECT d.owes, d.rule, ${STANDING} AS standing, CASE WHEN d.done_on <= $1 THEN d.done_account END AS account,
            count(*)::integer AS count,
            max(GREATEST(0, CASE WHEN d.done_on <= $1 THEN d.done_on ELSE $1::date END - d.due)) AS "mostLate"
       FROM (${duties}) d
      GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    values,
  );
  return rows;
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

/** Duties on records and those of agencies themselves, in one form. */
function dutiesSql(filter: DutyFilter, value: (v: unknown) => string): string {
  const { units, standings, rules, doneFrom, officer, scope } = filter;
  const open = '(d.done_on IS NULL OR d.done_on > $1)';
  const owing = units === undefined ? null : value(units);
  const from = doneFrom === undefined ? null : value(doneFrom);
  const who = officer === undefined ? null : { account: value(officer.account), units: value(officer.units) };
  const standing = standings === undefined ? null : value(standings);
  const rule = rules === undefined ? null : value(rules);
  const wanted = (owes: string) => [
    'd.trigger <= $1',
    ...(owing === null ? [] : [`${owes} = ANY (${owing}::uuid[])`]),
    ...(from === null ? [] : [`(${open} OR d.due >= ${from}::date)`]),
    ...(who === null
      ? []
      : [
          `CASE WHEN ${open} THEN ${owes} = ANY (${who.units}::uuid[]) ELSE d.done_account = ${who.account}::uuid END`,
        ]),
    ...(standing === null ? [] : [`${STANDING} = ANY (${standing}::text[])`]),
    ...(rule === null ? [] : [`d.rule = ANY (${rule}::text[])`]),
  ];
  const onRecords = [
    ...wanted('d.owes'),
    ...(scope === undefined ? [] : [withinScope(scope, 'd.person', value)]),
  ];
  const columns = 'd.n, d.rule, d.trigger, d.due, d.done_on, d.done_by, d.done_account';
  return `SELECT d.person, d.person AS subject, d.fact, d.action, d.owes, ${columns}
            FROM models.deadlines_duty d WHERE ${onRecords.join(' AND ')}
          UNION ALL
          SELECT NULL, d.unit, NULL, NULL, d.unit, ${columns}
            FROM models.unit_duties_duty d WHERE ${wanted('d.unit').join(' AND ')}`;
}
