import type { Reader } from './persons.js';

/** How many of a group have a level in a year. */
export interface LevelCount {
  readonly category: string | null;
  /** Whether they hold a post on the day of the evaluation. */
  readonly leading: boolean;
  readonly level: string;
  readonly count: number;
  /** Of these, how many evaluations are in dispute now. */
  readonly disputed: number;
}

/** Evaluations of a year, of those who were in these units on the day of the paper. */
export interface EvaluationsAsked {
  readonly units: readonly string[];
  readonly year: number;
}

/** Counts the evaluations that stand, by category, post and level. */
export async function countEvaluations(db: Reader, { units, year }: EvaluationsAsked): Promise<LevelCount[]> {
  const { rows } = await db.query<LevelCount>(
    `SELECT s.category, cardinality(s.positions) > 0 AS leading, f.data->>'level' AS level, count(*)::integer AS count,
            count(*) FILTER (WHERE f.disputed <> '{}')::integer AS disputed
       FROM models.history_fact f
       JOIN models.profile_segment s ON s.person = f.person AND s.effective_from <= f.effective_last
            AND (s.effective_to IS NULL OR s.effective_to > f.effective_last)
      WHERE f.action = 'evaluated' AND f.standing AND NOT f.record_withdrawn
        AND f.effective_first BETWEEN $2::date AND $3::date
        AND f.data->>'year' = $4 AND f.data->>'level' IS NOT NULL AND s.unit = ANY ($1::uuid[])
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    // A paper on a year is of that year or of the three after it.
    [units, `${String(year)}-01-01`, `${String(year + 3)}-12-31`, String(year)],
  );
  return rows;
}
