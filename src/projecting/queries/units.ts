import type { Day } from '../../dates.js';
import type { Reader } from './persons.js';

/** A unit as it is on a day. */
export interface UnitItem {
  readonly unit: string;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly type: string;
  readonly level: number | null;
  readonly parent: string | null;
  /** Steps below the unit asked for, or below a root. */
  readonly depth: number;
}

/**
 * The tree of units on a day, each after its parent, siblings by code: the whole, or a unit with all below it. Empty
 * when that unit does not exist then. A unit whose parent does not exist that day counts as a root.
 */
export async function unitTree(db: Reader, day: Day, under?: string): Promise<UnitItem[]> {
  const { rows } = await db.query<UnitItem>(
    `WITH RECURSIVE today AS (
       SELECT unit, code, name, name_en, type, level, parent
         FROM models.organisation_period
        WHERE effective_from <= $1 AND (effective_to IS NULL OR effective_to > $1)
     ), tree AS (
       SELECT t.*, 0 AS depth, ARRAY[t.code, t.unit::text] AS path, ARRAY[t.unit] AS above
         FROM today t
        WHERE CASE WHEN $2::uuid IS NULL THEN NOT EXISTS (SELECT FROM today p WHERE p.unit = t.parent)
                   ELSE t.unit = $2 END
       UNION ALL
       SELECT t.*, tree.depth + 1, tree.path || t.code || t.unit::text, tree.above || t.unit
         FROM today t JOIN tree ON t.parent = tree.unit
        WHERE t.unit <> ALL (tree.above)
     )
     SELECT unit, code, name, name_en AS "nameEn", type, level, parent, depth FROM tree ORDER BY path`,
    [day, under ?? null],
  );
  return rows;
}
