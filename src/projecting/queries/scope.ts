import type { CandidateQuestion } from '../../access/scopeChanges.js';
import type { Reader } from './persons.js';

/**
 * Persons who may have come into a scope or left it between two days: kept, placed or expected in a unit that came or
 * went; or in any unit of the scope, with a change of place in these days. As known now; by id.
 */
export async function findTurned(
  db: Reader,
  { units, turned, from, to }: CandidateQuestion,
): Promise<string[]> {
  const during = 'effective_from <= $2 AND (effective_to IS NULL OR effective_to > $1)';
  const changes =
    '(effective_from > $1 AND effective_from <= $2 OR effective_to > $1 AND effective_to <= $2)';
  const parts = ['keeper', 'unit'].flatMap((column) => [
    `SELECT person FROM models.profile_segment WHERE ${column} = ANY ($4::uuid[]) AND ${during}`,
    `SELECT person FROM models.profile_segment WHERE ${column} = ANY ($3::uuid[]) AND ${changes}`,
  ]);
  const { rows } = await db.query<{ person: string }>(
    `SELECT person FROM (
       ${parts.join(' UNION ')}
       UNION SELECT person FROM models.movements_step WHERE to_unit = ANY ($4::uuid[]) AND ${during}
       UNION SELECT person FROM models.movements_step WHERE to_unit = ANY ($3::uuid[]) AND ${changes}
     ) p ORDER BY person`,
    [from, to, units, turned],
  );
  return rows.map((r) => r.person);
}
