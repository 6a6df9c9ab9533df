import type pg from 'pg';
import type { Day } from '../../dates.js';
import type { ServiceStatus } from '../../record/state.js';
import { searchWords } from './words.js';

/** Anything that runs a statement: a pool or a client, as the projector role. */
export type Reader = Pick<pg.Pool, 'query'>;

/** Most rows of one page of any list. */
export const MOST_ROWS = 200;

/** Which persons; what is left out does not restrict. Withdrawn records are never listed. */
export interface PersonFilter {
  /** Units that keep the record: where the person is, or was last. */
  readonly units?: readonly string[];
  /** Only those who were never placed in any unit up to the day. */
  readonly unplaced?: boolean;
  readonly statuses?: readonly ServiceStatus[];
  /** Codes of grades held. */
  readonly grades?: readonly string[];
  /** Beginnings of words of any name, with or without accents, in any order. Text without a word finds nobody. */
  readonly name?: string;
  readonly scope?: RowScope;
}

/** Which records a reader may see: by what holds today, whatever day is asked for. */
export interface RowScope {
  readonly today: Day;
  /** Units that keep the record today, or that use the person. */
  readonly units: readonly string[];
  /** Units that keep the record today: by consent. */
  readonly kept?: readonly string[];
  /** Persons beside them. */
  readonly persons: readonly string[];
}

/** The condition that a person's row lies in a scope; `value` takes a parameter and gives its place. */
export function withinScope(
  { today, units, kept = [], persons }: RowScope,
  person: string,
  value: (v: unknown) => string,
): string {
  const day = value(today);
  const own = value(units);
  return `(${person} = ANY (${value(persons)}::uuid[]) OR EXISTS (
            SELECT FROM models.profile_segment t
             WHERE t.person = ${person}
               AND (t.keeper = ANY (${own}::uuid[]) OR t.unit = ANY (${own}::uuid[]) OR t.keeper = ANY (${value(kept)}::uuid[]))
               AND t.effective_from <= ${day}::date AND (t.effective_to IS NULL OR t.effective_to > ${day}::date)))`;
}

/** The last row of a page; the next page comes after it. Holds a name: encrypt it before it leaves the service. */
export interface PersonCursor {
  readonly givenKey: string;
  readonly familyKey: string;
  readonly person: string;
}

/** A person in a list: the least that tells who it is. */
export interface PersonItem {
  readonly person: string;
  readonly familyName: string | null;
  readonly givenName: string | null;
  readonly status: ServiceStatus;
  readonly unit: string | null;
  readonly recordUnit: string | null;
  readonly grade: string | null;
  readonly positions: readonly string[];
  /** What of it is in dispute: identity, status, unit, grade, posts; or what is not listed, hire and pay. */
  readonly disputed: readonly string[];
}

export interface Page<Item, Cursor> {
  readonly items: readonly Item[];
  /** Null: there are no more. */
  readonly next: Cursor | null;
}

export interface Asking<Cursor> {
  readonly day: Day;
  readonly after?: Cursor;
  /** 1 to MOST_ROWS; more is cut to that. */
  readonly limit?: number;
}

/** Persons as they are on a day, by given name, family name and id, a page at a time. */
export async function findPersons(
  db: Reader,
  filter: PersonFilter,
  asking: Asking<PersonCursor>,
): Promise<Page<PersonItem, PersonCursor>> {
  const limit = pageSize(asking.limit);
  const values: unknown[] = [asking.day];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = [
    'NOT p.withdrawn',
    's.effective_from <= $1 AND (s.effective_to IS NULL OR s.effective_to > $1)',
  ];
  const oneOf = (column: string, list: readonly string[] | undefined, type: string) => {
    if (list !== undefined) where.push(`s.${column} = ANY (${value(list)}::${type}[])`);
  };
  if (filter.scope !== undefined) where.push(withinScope(filter.scope, 's.person', value));
  oneOf('record_unit', filter.units, 'uuid');
  if (filter.unplaced === true) where.push('s.record_unit IS NULL');
  oneOf('status', filter.statuses, 'text');
  oneOf('grade', filter.grades, 'text');
  if (filter.name !== undefined) {
    const words = searchWords([filter.name]);
    if (words.length === 0) return { items: [], next: null };
    for (const { word, accented } of words) {
      const exact = accented === word ? '' : ` AND w.accented ^@ ${value(accented)}`;
      where.push(
        `EXISTS (SELECT FROM models.profile_name_word w WHERE w.person = s.person AND w.word ^@ ${value(word)}${exact})`,
      );
    }
  }
  if (asking.after !== undefined) {
    const { givenKey, familyKey, person } = asking.after;
    where.push(
      `(s.given_key, s.family_key, s.person) > (${value(givenKey)}, ${value(familyKey)}, ${value(person)}::uuid)`,
    );
  }
  const { rows } = await db.query<PersonItem & PersonCursor>(
    `SELECT s.person, s.family_name AS "familyName", s.given_name AS "givenName", s.status, s.unit,
            s.record_unit AS "recordUnit", s.grade, s.positions, s.disputed,
            s.given_key AS "givenKey", s.family_key AS "familyKey"
       FROM models.profile_segment s
       JOIN models.profile_person p ON p.person = s.person
      WHERE ${where.join('\n        AND ')}
      ORDER BY s.given_key, s.family_key, s.person
      LIMIT ${limit + 1}`,
    values,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(({ givenKey: _given, familyKey: _family, ...item }) => item),
    next:
      last === undefined ? null : { givenKey: last.givenKey, familyKey: last.familyKey, person: last.person },
  };
}

/** What stands of a person on a day, by the names of the columns of reporting.profile. */
export type ProfileRow = Readonly<Record<string, unknown>> & {
  readonly person: string;
  readonly withdrawn: boolean;
  readonly merged_into: string | null;
  readonly revision: number;
};

/** A person's profile on a day, withdrawn or not; null: there is no such record. Dates and sums are text. */
export async function profileOf(db: Reader, person: string, day: Day): Promise<ProfileRow | null> {
  const { rows } = await db.query<{ row: ProfileRow }>(
    `SELECT to_jsonb(r) - 'n' - 'given_key' - 'family_key' AS row
       FROM (SELECT s.*, s.coefficient::text AS coefficient, s.amount::text AS amount,
                    p.external_source, p.external_id, p.opened_on, p.withdrawn, p.merged_into, p.revision, p.sequence
               FROM models.profile_segment s JOIN models.profile_person p ON p.person = s.person
              WHERE s.person = $1 AND s.effective_from <= $2
                AND (s.effective_to IS NULL OR s.effective_to > $2)) r`,
    [person, day],
  );
  return rows[0]?.row ?? null;
}

/** One who was in a unit on (E, K). */
export interface Member {
  readonly person: string;
  /** The fact that placed the person there. */
  readonly fact: string;
  readonly from: Day;
  /** First day no longer; null: open. */
  readonly to: Day | null;
  /** The paper has a partial date: on this day the person may not have come yet. */
  readonly uncertain: boolean;
  /** Open disputes about that fact, as known now. */
  readonly disputed: readonly string[];
}

/**
 * Who was placed in one of these units on day E, as known at sequence K (none: now); a page at a time, by person. From an
 * index alone: with OR, PostgreSQL would look each row up in the table, where they lie far apart.
 */
export async function membersOf(
  db: Reader,
  units: readonly string[],
  { day, k, after, limit, scope }: Asking<string> & { readonly k?: number; readonly scope?: RowScope },
): Promise<Page<Member, string>> {
  const most = pageSize(limit);
  const values: unknown[] = [units, day, after ?? '00000000-0000-0000-0000-000000000000'];
  const value = (v: unknown) => `$${values.push(v)}`;
  const known =
    k === undefined
      ? 'known_to IS NULL'
      : `known_from <= ${value(k)} AND (known_to IS NULL OR known_to > ${value(k)})`;
  const { rows } = await db.query<Member>(
    `SELECT person, fact, effective_from::text AS from, effective_to::text AS to, from_last > $2 AS uncertain,
            coalesce((SELECT h.disputed FROM models.history_fact h
                       WHERE h.fact = sp.fact AND h.person = sp.person AND h.disputed <> '{}'), '{}') AS disputed
       FROM models.status_spell sp
      WHERE unit = ANY ($1::uuid[]) AND kind = 'unit'
        AND effective_from <= $2 AND coalesce(effective_to, 'infinity') > $2
        AND ${known}
        AND person > $3${scope === undefined ? '' : ` AND ${withinScope(scope, 'sp.person', value)}`}
      ORDER BY person LIMIT ${most + 1}`,
    values,
  );
  return { items: rows.slice(0, most), next: rows.length > most ? (rows[most - 1]?.person ?? null) : null };
}

export function pageSize(limit = 50): number {
  return Math.max(1, Math.min(MOST_ROWS, Math.trunc(limit)));
}

/** Who somebody is, as far as a paper tells it. */
export interface Identity {
  readonly familyName: string;
  readonly givenName: string;
  readonly dateOfBirth: string;
}

/** The records, but for withdrawn ones, of persons who on some day bore this name, with this date of birth. */
export async function namesakes(db: Reader, who: Identity): Promise<string[]> {
  const { rows } = await db.query<{ person: string }>(
    `SELECT DISTINCT s.person
       FROM models.profile_segment s
       JOIN models.profile_person p ON p.person = s.person
      WHERE NOT p.withdrawn AND s.date_of_birth = $3
        AND lower(s.family_name) = lower($1) AND lower(s.given_name) = lower($2)
      ORDER BY s.person`,
    [who.familyName, who.givenName, who.dateOfBirth],
  );
  return rows.map(({ person }) => person);
}
