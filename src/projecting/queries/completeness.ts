import type { Day } from '../../dates.js';
import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';

/** Which records of those in service; what is left out does not restrict. Answered for today and any day ahead. */
export interface CompletenessFilter {
  /** Units in which the persons are on the day asked for. */
  readonly units?: readonly string[];
  /** Only those who are placed in no unit. */
  readonly unplaced?: boolean;
  readonly scope?: RowScope;
  /** Those that lack this, by its code. */
  readonly lack?: string;
}

/** Something that a record lacks, or that stands against it. */
export interface LackItem {
  readonly code: string;
  readonly facts: readonly string[];
  readonly rule: string | null;
}

/** A record that is not complete. */
export interface IncompleteItem {
  readonly person: string;
  readonly unit: string | null;
  readonly lacks: readonly LackItem[];
}

/** How many are in service, how many records are complete, and how many lack what; the most frequent first. */
export interface CompletenessCounts {
  readonly inService: number;
  readonly complete: number;
  readonly lacks: readonly { readonly code: string; readonly persons: number }[];
}

/** Records that are not complete, by person, a page at a time. */
export async function findIncomplete(
  db: Reader,
  filter: CompletenessFilter,
  { day, after, limit }: Asking<string>,
): Promise<Page<IncompleteItem, string>> {
  const most = pageSize(limit);
  const values: unknown[] = [day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = [...conditions(filter, value), 's.lacks > 0'];
  if (filter.lack !== undefined) where.push(`${value(filter.lack)} = ANY (s.codes)`);
  if (after !== undefined) where.push(`s.person > ${value(after)}::uuid`);
  const { rows } = await db.query<IncompleteItem>(
    `SELECT s.person, s.unit,
            (SELECT jsonb_agg(jsonb_build_object('code', l.code, 'facts', l.facts, 'rule', l.rule) ORDER BY l.n)
               FROM models.completeness_lack l WHERE l.person = s.person AND ${inForce('l')}) AS lacks
       FROM models.completeness_standing s
      WHERE ${where.join(' AND ')}
      ORDER BY s.person LIMIT ${most + 1}`,
    values,
  );
  return { items: rows.slice(0, most), next: rows.length > most ? (rows[most - 1]?.person ?? null) : null };
}

/** Counts over the same records, whatever they lack. */
export async function countCompleteness(
  db: Reader,
  filter: Omit<CompletenessFilter, 'lack'>,
  day: Day,
): Promise<CompletenessCounts> {
  const values: unknown[] = [day];
  const where = conditions(filter, (v) => `$${values.push(v)}`).join(' AND ');
  // Many records lack the same.
  const { rows } = await db.query<{ code: string | null; n: string; complete: string }>(
    `WITH s AS MATERIALIZED (
       SELECT s.codes, count(*) AS n FROM models.completeness_standing s WHERE ${where} GROUP BY s.codes)
     SELECT NULL AS code, coalesce(sum(n), 0) AS n, coalesce(sum(n) FILTER (WHERE codes = '{}'), 0) AS complete FROM s
     UNION ALL
     (SELECT code, sum(n) AS n, 0 FROM s CROSS JOIN unnest(s.codes) code GROUP BY code ORDER BY n DESC, code)`,
    values,
  );
  const [all, ...lacks] = rows;
  return {
    inService: Number(all?.n ?? 0),
    complete: Number(all?.complete ?? 0),
    lacks: lacks.map(({ code, n }) => ({ code: String(code), persons: Number(n) })),
  };
}

function conditions(
  { units, unplaced, scope }: Pick<CompletenessFilter, 'units' | 'unplaced' | 'scope'>,
  value: (v: unknown) => string,
): string[] {
  return [
    inForce('s'),
    ...(units === undefined ? [] : [`s.unit = ANY (${value(units)}::uuid[])`]),
    ...(unplaced === true ? ['s.unit IS NULL'] : []),
    ...(scope === undefined ? [] : [withinScope(scope, 's.person', value)]),
  ];
}

/** The stretches of the day asked for, which is the first parameter. */
function inForce(alias: string): string {
  return `${alias}.effective_from <= $1 AND (${alias}.effective_to IS NULL OR ${alias}.effective_to > $1)`;
}
