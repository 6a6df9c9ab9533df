import type { Day } from '../../dates.js';
import type { Reader } from './persons.js';

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
