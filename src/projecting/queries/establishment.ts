import type { Day } from '../../dates.js';
import type { Reader } from './persons.js';

/** Places filled on a day, by category of person; null: the category is not known. */
export interface FilledPlaces {
  readonly category: string | null;
  readonly count: number;
  /** Of these, how many rest on a placement or recruitment that is in dispute now. */
  readonly disputed: number;
}

/** A place filled beyond what is decided: whose, by which fact, since when. */
export interface PlaceBeyond {
  readonly person: string;
  readonly fact: string;
  readonly since: Day;
}

/** Which places: of those placed in these units on a day, as known at a sequence or now. */
export interface PlacesAsked {
  readonly units: readonly string[];
  readonly day: Day;
  readonly k?: number;
}

const MOST_BEYOND = 500;

/** Counts who is placed in the units, by category, and of how many that is in dispute. */
export async function countPlaces(db: Reader, asked: PlacesAsked): Promise<FilledPlaces[]> {
  const { where, values } = conditions(asked);
  const { rows } = await db.query<FilledPlaces>(
    // Few are in dispute: they are found once, by their index, not looked for behind each place.
    `SELECT category, count(*)::integer AS count, count(*) FILTER (WHERE s.person IN (
              SELECT d.person FROM models.profile_segment d
               WHERE d.disputed <> '{}' AND d.disputed && ARRAY['unit', 'hire']
                 AND d.effective_from <= $2 AND (d.effective_to IS NULL OR d.effective_to > $2)))::integer AS disputed
       FROM models.status_spell s WHERE ${where} GROUP BY category`,
    values,
  );
  return rows;
}

/** Who of these categories came after the first so many, in the order of the days on which they came. */
export async function placesBeyond(
  db: Reader,
  asked: PlacesAsked,
  categories: readonly string[],
  count: number,
): Promise<PlaceBeyond[]> {
  const { where, values } = conditions(asked);
  const { rows } = await db.query<PlaceBeyond>(
    `SELECT person, fact, effective_from::text AS since FROM models.status_spell s
      WHERE ${where} AND category = ANY ($${values.length + 1}::text[])
      ORDER BY effective_from, known_from, person OFFSET $${values.length + 2} LIMIT ${MOST_BEYOND}`,
    [...values, categories, count],
  );
  return rows;
}

function conditions({ units, day, k }: PlacesAsked): { readonly where: string; readonly values: unknown[] } {
  const known =
    k === undefined ? 'known_to IS NULL' : 'known_from <= $3 AND (known_to IS NULL OR known_to > $3)';
  return {
    where: `unit = ANY ($1::uuid[]) AND kind = 'seat'
        AND effective_from <= $2 AND (effective_to IS NULL OR effective_to > $2) AND ${known}`,
    values: [units, day, ...(k === undefined ? [] : [k])],
  };
}
