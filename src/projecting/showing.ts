/**
 * How a view of schema `reporting` follows from the whole one: rows of the records that the session's own login may see
 * today, values of the field groups that it was given, null for the others. One rule for all views, so that a new one
 * cannot forget it. Right and tree are today's by the server's clock, whatever day the session reports on.
 */
import { OperatorError } from '../operatorError.js';

/** A column of the whole view, with its comment, which begins with its field groups: `[group identity] …`. */
export interface Column {
  readonly name: string;
  readonly comment: string;
  /** Comment of the view. */
  readonly about: string;
}

/** Views of reference data, open to every reporting login. */
const OPEN = new Set(['catalogue_entries', 'catalogue_coverage', 'units', 'unit_periods']);

const TODAY = `(statement_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date`;

/** Views that tell what lies in a session's scope, on the tables of one model each. Their columns never change. */
export const SCOPES: readonly { readonly name: string; readonly of: string; readonly sql: string }[] = [
  {
    name: 'whole.keepers',
    of: 'profile',
    sql: `
      CREATE OR REPLACE VIEW whole.keepers AS
      SELECT person, keeper FROM {profile}.segment
       WHERE effective_from <= ${TODAY} AND (effective_to IS NULL OR effective_to > ${TODAY});
      COMMENT ON VIEW whole.keepers IS 'Which unit keeps each record today.'`,
  },
  {
    name: 'whole.session_units',
    of: 'organisation',
    sql: `
      CREATE OR REPLACE VIEW whole.session_units AS
      WITH RECURSIVE heir(unit, stands, steps) AS (
        SELECT unit, unit, 0 FROM {organisation}.unit
        UNION ALL
        SELECT h.unit, u.successor, h.steps + 1
          FROM heir h JOIN {organisation}.unit u ON u.unit = h.stands
         WHERE u.successor IS NOT NULL AND u.effective_to <= ${TODAY} AND h.steps < 50
      ), stands AS (
        SELECT DISTINCT ON (unit) unit, stands FROM heir ORDER BY unit, steps DESC
      ), place AS (
        SELECT DISTINCT ON (p.unit) p.unit, s.stands AS parent
          FROM {organisation}.period p LEFT JOIN stands s ON s.unit = p.parent
         WHERE p.effective_from <= ${TODAY} ORDER BY p.unit, p.effective_from DESC
      ), below(unit) AS (
        SELECT s.stands FROM stands s WHERE s.unit = ANY ((SELECT g.units FROM sql_logins.session g)::uuid[])
        UNION
        SELECT p.unit FROM place p JOIN below b ON p.parent = b.unit
      )
      SELECT s.unit FROM stands s JOIN below b ON b.unit = s.stands;
      COMMENT ON VIEW whole.session_units IS
        'Units of the session’s scope today with all below them: closed and merged ones count where they stood.'`,
  },
];

/** Stand for those views until their model serves for the first time: nobody sees anything. */
export const NO_SCOPES = `
  DO $$ BEGIN
    IF to_regclass('whole.keepers') IS NULL THEN
      CREATE VIEW whole.keepers AS SELECT NULL::uuid AS person, NULL::uuid AS keeper WHERE false;
    END IF;
    IF to_regclass('whole.session_units') IS NULL THEN
      CREATE VIEW whole.session_units AS SELECT NULL::uuid AS unit WHERE false;
    END IF;
  END $$`;

/** Which column says whom a row is about; null: nobody. Throws when a view of persons says it of none. */
export function ownerOf(view: string, columns: readonly Column[]): 'person' | 'unit' | null {
  if (OPEN.has(view)) return null;
  const owner = (['person', 'unit'] as const).find((name) => columns.some((c) => c.name === name));
  if (owner !== undefined) return owner;
  throw new OperatorError(
    `View ${view} says of no row whom it is about, so nobody could be kept from reading it.`,
    'Give it a column person or unit.',
  );
}

/** The session's part of a whole view. */
export function showing(
  whole: string,
  columns: readonly Pick<Column, 'name' | 'comment'>[],
  owner: 'person' | 'unit' | null,
): string {
  const list = columns.map(({ name, comment }) => {
    const shown = maskOf(comment);
    return shown === null ? `w."${name}"` : `CASE WHEN ${shown} THEN w."${name}" END AS "${name}"`;
  });
  return `SELECT ${list.join(', ')} FROM ${whole} w${owner === null ? '' : ` WHERE ${withinScope(owner)}`}`;
}

function withinScope(owner: 'person' | 'unit'): string {
  const units = 'ARRAY(SELECT u.unit FROM whole.session_units u)';
  const inside =
    owner === 'unit'
      ? `w.unit = ANY (${units})`
      : `EXISTS (SELECT FROM whole.keepers k WHERE k.person = w.person AND k.keeper = ANY (${units}))`;
  return `(SELECT g.units IS NULL FROM sql_logins.session g) OR ${inside}`;
}

/** When a value is shown; null: always. */
function maskOf(comment: string): string | null {
  const given = '(SELECT g.groups FROM sql_logins.session g)';
  if (comment.startsWith('[all groups of the action]')) return `w.groups <@ ${given}`;
  const groups = [...(/^(\[group [a-z_]+\] ?)+/.exec(comment)?.[0] ?? '').matchAll(/\[group ([a-z_]+)\]/g)];
  return groups.length === 0 ? null : `ARRAY[${groups.map((m) => `'${m[1] ?? ''}'`).join(', ')}] <@ ${given}`;
}
