import type { Day } from '../../dates.js';
import { IS_PAST } from './duties.js';
import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';

/**
 * The task lists of an agency for records on their way (Điều 11.2): what it has to send to the new agency; what it sent
 * and waits for; what it has to accept or send back; what it accepted and has to forward; what came back and has to be
 * sent anew.
 */
export const MOVEMENT_LISTS = ['to_send', 'sent', 'to_accept', 'to_forward', 'refused'] as const;
export type MovementList = (typeof MOVEMENT_LISTS)[number];

export interface MovementFilter {
  /** The agencies whose tasks these are. */
  readonly units: readonly string[];
  readonly lists?: readonly MovementList[];
  readonly scope?: RowScope;
}

export interface MovementItem {
  readonly person: string;
  readonly list: MovementList;
  /** The agency whose task it is; of `sent`, the one that waits. */
  readonly unit: string;
  readonly from: string | null;
  /** Null where nothing was sent yet. */
  readonly to: string | null;
  readonly transfer: string | null;
  /** The fact of the last step; of what is to be sent, the transfer. */
  readonly fact: string;
  /** Day of that fact. */
  readonly since: Day;
  /** Last day for the next step, where the transfer is named: R-11.2a to send, R-11.2b to accept and forward. */
  readonly due: Day | null;
  /** Open disputes about the step or its transfer. */
  readonly disputed: readonly string[];
}

export interface MovementCursor {
  /** `infinity`: none. */
  readonly due: string;
  readonly list: MovementList;
  readonly person: string;
  readonly fact: string;
}

/** Tasks on a day, as known now. $1: the day; $2: the agencies. */
const TASKS = `
  SELECT m.person, t.list, t.unit, m.from_unit AS "from", m.to_unit AS "to", m.transfer, m.fact,
         m.effective_from AS since,
         (SELECT min(d.due) FROM models.deadlines_duty d
           WHERE d.person = m.person AND d.fact = m.transfer
             AND d.rule = CASE m.step WHEN 'refused' THEN 'R-11.2a' ELSE 'R-11.2b' END) AS due,
         m.disputed
    FROM models.movements_step m
   CROSS JOIN LATERAL (VALUES
      (CASE m.step WHEN 'sent' THEN 'sent' WHEN 'refused' THEN 'refused' END, m.from_unit),
      (CASE m.step WHEN 'sent' THEN 'to_accept' WHEN 'accepted' THEN 'to_forward' END, m.to_unit)
   ) t (list, unit)
   WHERE (m.from_unit = ANY ($2::uuid[]) OR m.to_unit = ANY ($2::uuid[]))
     AND m.effective_from <= $1 AND (m.effective_to IS NULL OR m.effective_to > $1)
     AND t.list IS NOT NULL AND t.unit = ANY ($2::uuid[])
  UNION ALL
  SELECT d.person, 'to_send', d.owes, NULL, NULL, d.fact, d.fact, d.trigger, d.due, d.disputed
    FROM models.deadlines_duty d
   WHERE d.rule = 'R-11.2a' AND d.owes = ANY ($2::uuid[]) AND d.trigger <= $1 AND d.done_on IS NULL
  UNION ALL
  SELECT d.person, 'to_send', d.owes, NULL, NULL, d.fact, d.fact, d.trigger, d.due, d.disputed
    FROM models.deadlines_duty d
   WHERE ${IS_PAST}
     AND d.rule = 'R-11.2a' AND d.owes = ANY ($2::uuid[]) AND d.trigger <= $1 AND d.done_on > $1`;

/** Records on their way, by agency and task, the most urgent first, a page at a time. */
export async function findMovements(
  db: Reader,
  filter: MovementFilter,
  { day, after, limit }: Asking<MovementCursor>,
): Promise<Page<MovementItem, MovementCursor>> {
  const most = pageSize(limit);
  const values: unknown[] = [day, filter.units];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = conditions(filter, value);
  if (after !== undefined)
    where.push(
      `(coalesce(m.due, 'infinity'), m.list, m.person, m.fact)
         > (${value(after.due)}::date, ${value(after.list)}, ${value(after.person)}::uuid, ${value(after.fact)}::uuid)`,
    );
  const { rows } = await db.query<MovementItem>(
    `SELECT m.person, m.list, m.unit, m."from", m."to", m.transfer, m.fact, m.since::text, m.due::text, m.disputed
       FROM (${TASKS}) m
      WHERE ${where.join(' AND ')}
      ORDER BY coalesce(m.due, 'infinity'), m.list, m.person, m.fact LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most),
    next:
      last === undefined
        ? null
        : { due: last.due ?? 'infinity', list: last.list, person: last.person, fact: last.fact },
  };
}

/** How many tasks of each list, and how many of them are overdue. */
export async function countMovements(
  db: Reader,
  filter: MovementFilter,
  day: Day,
): Promise<{ readonly list: MovementList; readonly count: number; readonly overdue: number }[]> {
  const values: unknown[] = [day, filter.units];
  const where = conditions(filter, (v) => `$${values.push(v)}`);
  const { rows } = await db.query<{ list: MovementList; count: number; overdue: number }>(
    `SELECT m.list, count(*)::integer AS count, count(*) FILTER (WHERE m.due < $1)::integer AS overdue
       FROM (${TASKS}) m WHERE ${where.join(' AND ')} GROUP BY 1 ORDER BY 1`,
    values,
  );
  return rows;
}

function conditions({ lists, scope }: MovementFilter, value: (v: unknown) => string): string[] {
  return [
    'true',
    ...(lists === undefined ? [] : [`m.list = ANY (${value(lists)}::text[])`]),
    ...(scope === undefined ? [] : [withinScope(scope, 'm.person', value)]),
  ];
}
