import type { Day } from '../../dates.js';
import type { Due, DueKind, RetirementStage, StepList } from '../../record/dues.js';
import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';

/** Which dues; what is left out does not restrict. Answered for today and any day ahead. */
export interface DueFilter {
  /** Units in which the persons are on the day asked for. */
  readonly units?: readonly string[];
  readonly scope?: RowScope;
  readonly kinds?: readonly DueKind[];
  /** Of regular steps only. */
  readonly lists?: readonly StepList[];
  /** Due from this day on, and up to the end of that one; what has no day, being blocked, is told whatever the period. */
  readonly from?: Day;
  readonly to?: Day;
}

/** The last row of a page; the next page comes after it. Holds a day of birth or pay: encrypt it. */
export interface DueCursor {
  /** `infinity`: none. */
  readonly due: string;
  readonly person: string;
  readonly n: number;
}

export interface DueItem extends Omit<Due, 'by'> {
  readonly person: string;
  readonly unit: string | null;
  readonly fact: string;
}

export interface DueCount {
  readonly kind: DueKind;
  /** Of regular steps; null of everything else. */
  readonly list: StepList | null;
  /** Of retirements; null of everything else. */
  readonly stage: RetirementStage | null;
  /** Whether it cannot come, or rests on a disputed fact. */
  readonly blocked: boolean;
  readonly count: number;
  /** Of these, how many days are past. */
  readonly overdue: number;
  /** The earliest; null: none has a day. */
  readonly first: Day | null;
}

/** How many retire from a unit in a month, by how far it has come. */
export interface RetirementCount {
  /** Null: put back without a last day. */
  readonly month: string | null;
  readonly unit: string | null;
  readonly eligible: number;
  readonly notified: number;
  readonly postponed: number;
  /** Of these, how many rest on a disputed fact. */
  readonly disputed: number;
}

export interface RetirementCursor {
  readonly month: string;
  readonly unit: string;
}

/** In which of the four lists a regular step stands (`stepListOf`); null of everything else. */
const LIST = `CASE WHEN d.kind <> 'regular_step' THEN NULL
                   WHEN d.due IS NULL OR d.blocked IS NOT NULL THEN 'blocked'
                   WHEN d.due < $1 THEN 'overdue'
                   WHEN jsonb_array_length(d.reasons) > 0 THEN 'needs_decision'
                   ELSE 'automatic' END`;
const IN_FORCE = 'd.effective_from <= $1 AND (d.effective_to IS NULL OR d.effective_to > $1)';
/** A postponement without a last day; after every month. */
const UNDATED = 'undated';
const NO_UNIT = '00000000-0000-0000-0000-000000000000';

/** What falls due, by day, a page at a time; what has no day comes last. */
export async function findDues(
  db: Reader,
  filter: DueFilter,
  { day, after, limit }: Asking<DueCursor>,
): Promise<Page<DueItem, DueCursor>> {
  const most = pageSize(limit);
  const values: unknown[] = [day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = conditions(filter, value);
  if (after !== undefined)
    where.push(
      `(coalesce(d.due, 'infinity'), d.person, d.n) > (${value(after.due)}::date, ${value(after.person)}::uuid, ${value(after.n)}::integer)`,
    );
  const { rows } = await db.query<DueItem & { readonly n: number }>(
    `SELECT d.person, d.n, d.unit, d.kind, d.fact, d.due::text AS due, d.earliest::text AS earliest, d.blocked,
            d.reasons, d.subject, d.stage
       FROM models.deadlines_due d
      WHERE ${where.join(' AND ')}
      ORDER BY coalesce(d.due, 'infinity'), d.person, d.n LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map(({ n: _n, ...item }) => item),
    next: last === undefined ? null : { due: last.due ?? 'infinity', person: last.person, n: last.n },
  };
}

/** How many fall due, by kind, list and stage. */
export async function countDues(db: Reader, filter: DueFilter, day: Day): Promise<DueCount[]> {
  const values: unknown[] = [day];
  const where = conditions(filter, (v) => `$${values.push(v)}`);
  const { rows } = await db.query<Omit<DueCount, 'count'> & { readonly n: string }>(
    `SELECT d.kind, ${LIST} AS list, d.stage, (d.due IS NULL OR d.blocked IS NOT NULL) AS blocked, count(*) AS n,
            count(*) FILTER (WHERE d.due < $1)::integer AS overdue, min(d.due)::text AS first
       FROM models.deadlines_due d
      WHERE ${where.join(' AND ')}
      GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    values,
  );
  return rows.map(({ n, ...row }) => ({ ...row, count: Number(n) }));
}

/** Retirements by month and unit, a page at a time. */
export async function forecastRetirements(
  db: Reader,
  filter: Pick<DueFilter, 'units' | 'scope' | 'from' | 'to'>,
  { day, after, limit }: Asking<RetirementCursor>,
): Promise<Page<RetirementCount, RetirementCursor>> {
  const most = pageSize(limit);
  const values: unknown[] = [day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = conditions({ ...filter, kinds: ['retirement'] }, value);
  const page =
    after === undefined
      ? ''
      : `WHERE (month, coalesce(unit, '${NO_UNIT}')) > (${value(after.month)}, ${value(after.unit)}::uuid)`;
  const { rows } = await db.query<RetirementCount>(
    `SELECT * FROM (
       SELECT coalesce(d.subject, to_char(d.due, 'YYYY-MM'), '${UNDATED}') COLLATE "C" AS month, d.unit,
              count(*) FILTER (WHERE d.stage = 'eligible')::integer AS eligible,
              count(*) FILTER (WHERE d.stage = 'notified')::integer AS notified,
              count(*) FILTER (WHERE d.stage = 'postponed')::integer AS postponed,
              count(*) FILTER (WHERE d.blocked IS NOT NULL)::integer AS disputed
         FROM models.deadlines_due d
        WHERE ${where.join(' AND ')}
        GROUP BY 1, 2) r
      ${page}
      ORDER BY month, coalesce(unit, '${NO_UNIT}') LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map((r) => (r.month === UNDATED ? { ...r, month: null } : r)),
    next: last === undefined ? null : { month: last.month ?? UNDATED, unit: last.unit ?? NO_UNIT },
  };
}

function conditions(filter: DueFilter, value: (v: unknown) => string): string[] {
  const { units, scope, kinds, lists, from, to } = filter;
  return [
    IN_FORCE,
    ...(units === undefined ? [] : [`d.unit = ANY (${value(units)}::uuid[])`]),
    ...(scope === undefined ? [] : [withinScope(scope, 'd.person', value)]),
    ...(kinds === undefined ? [] : [`d.kind = ANY (${value(kinds)}::text[])`]),
    ...(lists === undefined ? [] : [`${LIST} = ANY (${value(lists)}::text[])`]),
    ...(from === undefined ? [] : [`(d.due IS NULL OR d.due >= ${value(from)}::date)`]),
    ...(to === undefined ? [] : [`(d.due IS NULL OR d.due <= ${value(to)}::date)`]),
  ];
}
