import { OperatorError } from '../operatorError.js';
import { mergedInto, subtreeOn, unitByCode, type Units } from '../organisation/tree.js';
import type { Reader } from '../projecting/queries/persons.js';
import { LACKS } from '../record/completeness.js';
import { DUE_CAPTIONS, type DueKind } from '../record/dues.js';
import type { Day } from '../dates.js';
import { timeLimit, type LimitRule } from '../rules/timeLimits.js';
import { columns } from './output.js';

/** Which part of the city a list is of, and on which day. */
export interface ListQuestion {
  readonly day: Day;
  /** Units, with those below and those merged into them; null: the whole city. */
  readonly units: readonly string[] | null;
}

type List = (db: Reader, question: ListQuestion) => Promise<string>;

/** What falls due in the twelve months from a day, by kind; regular steps by their four lists. */
export const duesText: List = async (db, { day, units }) => {
  const { rows } = await db.query<{ kind: DueKind; list: string; n: string; first: Day | null }>(
    `SELECT d.kind, coalesce(s.list, d.stage, CASE WHEN d.blocked IS NOT NULL THEN 'blocked'
                                                    WHEN d.due < $1 THEN 'overdue' ELSE '' END) AS list,
            count(*) AS n, min(d.due)::text AS first
       FROM (SELECT * FROM models.deadlines_due
              WHERE effective_from <= $1 AND (effective_to IS NULL OR effective_to > $1)
                AND ($2::uuid[] IS NULL OR unit = ANY ($2::uuid[]))
                AND (due IS NULL OR due < $1::date + interval '12 months')) d
       CROSS JOIN LATERAL (
         SELECT CASE WHEN d.kind <> 'regular_step' THEN NULL
                     WHEN d.due IS NULL OR d.blocked IS NOT NULL THEN 'blocked'
                     WHEN d.due < $1 THEN 'overdue'
                     WHEN jsonb_array_length(d.reasons) > 0 THEN 'needs_decision'
                     ELSE 'automatic' END AS list) s
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [day, units],
  );
  return columns([
    ['VIỆC / WHAT', 'DANH SÁCH / LIST', 'SỐ / COUNT', 'SỚM NHẤT / FIRST'],
    ...rows.map(({ kind, list, n, first }) => [both(DUE_CAPTIONS[kind]), list, n, first ?? '']),
  ]);
};

/** The duties on records whose clock has begun by a day, by rule and by how they stand. */
export const deadlinesText: List = async (db, { day, units }) => {
  const { rows } = await db.query<{ rule: LimitRule; standing: string; n: string; late: number }>(
    `SELECT rule, standing, count(*) AS n, max(late) AS late
       FROM (SELECT rule,
                    CASE WHEN done_on <= $1 THEN CASE WHEN done_on > due THEN 'done_late' ELSE 'done' END
                         WHEN due < $1 THEN 'overdue' ELSE 'open' END AS standing,
                    GREATEST(0, CASE WHEN done_on <= $1 THEN done_on ELSE $1::date END - due) AS late
               FROM models.deadlines_duty
              WHERE trigger <= $1 AND ($2::uuid[] IS NULL OR owes = ANY ($2::uuid[]))) d
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [day, units],
  );
  return columns([
    ['THỜI HẠN / DUTY', '', 'TÌNH TRẠNG / STANDING', 'SỐ / COUNT', 'TRỄ NHẤT (NGÀY) / MOST DAYS LATE'],
    ...rows.map(({ rule, standing, n, late }) => [rule, both(timeLimit(rule)), standing, n, String(late)]),
  ]);
};

/** How many records of those in service are complete on a day, and what the others lack. */
export const completenessText: List = async (db, { day, units }) => {
  const inForce = `effective_from <= $1 AND (effective_to IS NULL OR effective_to > $1)
                   AND ($2::uuid[] IS NULL OR unit = ANY ($2::uuid[]))`;
  const { rows: all } = await db.query<{ n: string; complete: string }>(
    `SELECT count(*) AS n, count(*) FILTER (WHERE lacks = 0) AS complete
       FROM models.completeness_standing WHERE ${inForce}`,
    [day, units],
  );
  const { rows } = await db.query<{ code: string; n: string }>(
    `SELECT code, count(DISTINCT person) AS n FROM models.completeness_lack WHERE ${inForce}
      GROUP BY code ORDER BY 2 DESC, 1`,
    [day, units],
  );
  return [
    columns([
      ['đang công tác / in service', all[0]?.n ?? '0'],
      ['hồ sơ đầy đủ / complete', all[0]?.complete ?? '0'],
    ]),
    '',
    columns([
      ['MỤC / ITEM', 'CÒN THIẾU / LACK', 'SỐ NGƯỜI / PERSONS'],
      ...rows.map(({ code, n }) => {
        const said = LACKS.get(code);
        return [said?.number ?? '', said === undefined ? code : both(said), n];
      }),
    ]),
  ].join('\n');
};

/** A unit by code or id, those below it on a day, and all that were merged into them. Throws OperatorError. */
export function unitsOf(units: Units, unit: string, day: Day): string[] {
  const id = unitByCode(units, unit, day)?.id ?? units.history(unit)?.id;
  if (id === undefined)
    throw new OperatorError(`There is no unit ${unit}.`, 'Name a unit by its code or its id.');
  const asked = [id, ...subtreeOn(units, id, day).map((u) => u.id)];
  return [...new Set(asked.flatMap((one) => mergedInto(units, one, day)))];
}

function both({ vi, en }: { readonly vi: string; readonly en: string }): string {
  return `${vi} / ${en}`;
}
