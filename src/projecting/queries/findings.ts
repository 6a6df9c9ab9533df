import { pageSize, withinScope, type Asking, type Page, type Reader, type RowScope } from './persons.js';
import type { RuleCode, RuleKind } from '../../record/ruleBook.js';

/** No record has so many findings of its own. */
const AFTER_OWN = 1_000_000;

/** Which findings; what is left out does not restrict. */
export interface FindingFilter {
  readonly person?: string;
  /** Units that keep the record on the day asked for. */
  readonly units?: readonly string[];
  /** Only of persons who are placed in no unit on that day, and never were. */
  readonly unplaced?: boolean;
  readonly scope?: RowScope;
  readonly settled?: boolean;
  readonly rules?: readonly RuleCode[];
  readonly kinds?: readonly RuleKind[];
}

/** The last row of a page; the next page comes after it. */
export interface FindingCursor {
  readonly person: string;
  readonly n: number;
}

export interface FindingItem {
  readonly person: string;
  /** `quota_exhausted`: an early raise that was recorded over its agency's limit of the year. */
  readonly rule: RuleCode | 'quota_exhausted';
  readonly kind: RuleKind;
  readonly fact: string;
  readonly others: readonly string[];
  readonly field: string | null;
  readonly params: Readonly<Record<string, string>>;
  /** First day of the fact. */
  readonly effective: string;
  /** Unit of the person at the fact. */
  readonly unit: string | null;
  /** Unit that keeps the record on the day asked for. */
  readonly recordUnit: string | null;
  readonly settled: boolean;
  readonly settledBy: string | null;
}

/** Findings of persons' own records, and early raises over the limit, which depends on other persons. */
const ALL = `
  SELECT person, n, rule, kind, fact, others, field, params, effective_first, unit, settled, settled_by
    FROM models.history_finding
  UNION ALL
  SELECT e.person, ${AFTER_OWN} + row_number() OVER (PARTITION BY e.person ORDER BY e.places, e.n)::integer,
         'quota_exhausted', 'irregular', e.fact, '{}'::uuid[], NULL,
         jsonb_build_object('agency', e.agency, 'year', e.year::text, 'quota', e.quota::text, 'place', (e.n + 1)::text),
         h.effective_first, e.agency, false, NULL
    FROM models.early_raises_place e
    JOIN models.history_fact h ON h.fact = e.fact AND h.person = e.person
   WHERE e.over AND e.holder = 'fact'`;

/** Findings of the records that stand, by person, a page at a time. */
export async function findFindings(
  db: Reader,
  filter: FindingFilter,
  { day, after, limit }: Asking<FindingCursor>,
): Promise<Page<FindingItem, FindingCursor>> {
  const most = pageSize(limit);
  const values: unknown[] = [day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = ['true'];
  if (filter.person !== undefined) where.push(`f.person = ${value(filter.person)}::uuid`);
  if (filter.units !== undefined) where.push(`s.record_unit = ANY (${value(filter.units)}::uuid[])`);
  if (filter.unplaced === true) where.push('s.person IS NOT NULL AND s.record_unit IS NULL');
  if (filter.scope !== undefined) where.push(withinScope(filter.scope, 'f.person', value));
  if (filter.settled !== undefined) where.push(`f.settled = ${value(filter.settled)}`);
  if (filter.rules !== undefined) where.push(`f.rule = ANY (${value(filter.rules)}::text[])`);
  if (filter.kinds !== undefined) where.push(`f.kind = ANY (${value(filter.kinds)}::text[])`);
  if (after !== undefined)
    where.push(`(f.person, f.n) > (${value(after.person)}::uuid, ${value(after.n)}::integer)`);
  const { rows } = await db.query<FindingItem & { readonly n: number }>(
    `SELECT f.person, f.n, f.rule, f.kind, f.fact, f.others, f.field, f.params, f.effective_first::text AS effective,
            f.unit, s.record_unit AS "recordUnit", f.settled, f.settled_by AS "settledBy"
       FROM (${ALL}) f
       ${filter.units === undefined ? 'LEFT JOIN' : 'JOIN'} models.profile_segment s
         ON s.person = f.person AND s.effective_from <= $1 AND (s.effective_to IS NULL OR s.effective_to > $1)
      WHERE ${where.join(' AND ')}
      ORDER BY f.person, f.n LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map(({ n: _n, ...item }) => item),
    next: last === undefined ? null : { person: last.person, n: last.n },
  };
}
