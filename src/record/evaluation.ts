import type { Day } from '../dates.js';
import type { Fact } from './action.js';
import { entryOf } from './category.js';
import { inHindsight } from './discipline.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import { standingDisciplines, type Discipline, type State } from './state.js';

const RULE = 'evaluation_despite_discipline';

/**
 * Whoever was disciplined by the state in the year, reprimand or more, for a breach of duties or of the standards of
 * conduct is of the lowest level (NĐ 335/2025/NĐ-CP, civil servants from 2026-01-01): the list of levels says by date
 * which of them such a discipline leaves open.
 */
export function checkDisciplines(
  { data: { year, level }, range }: Fact<{ readonly year: number; readonly level: string }>,
  before: State,
  reference: Reference,
): Trouble[] {
  const violations = closedFor(level, range.first, reference);
  const found = standingDisciplines(inHindsight(before)).filter(
    (d) => d.side === 'state' && yearOf(d.since) === year && violations.includes(d.concerns),
  );
  return found.length === 0 ? [] : [{ rule: RULE, field: 'level', others: found.map(({ by }) => by) }];
}

/** The same, of a discipline that comes after the evaluation of its year. */
export function checkEvaluations(
  { id, data: { side, concerns }, range }: Fact<Pick<Discipline, 'side' | 'concerns'>>,
  before: State,
  reference: Reference,
): Trouble[] {
  const isWrong = before.foundWrong.some((w) => w.discipline === id);
  if (side !== 'state' || concerns === undefined || isWrong) return [];
  const found = before.evaluations.filter(
    (e) => e.year === yearOf(range.first) && closedFor(e.level, e.since, reference).includes(concerns),
  );
  return found.length === 0 ? [] : [{ rule: RULE, field: 'concerns', others: found.map(({ by }) => by) }];
}

/** The violations for which a discipline of the year leaves this level to nobody. */
function closedFor(level: string, day: Day, reference: Reference): readonly (string | undefined)[] {
  const attributes = entryOf({ list: 'evaluation_level', code: level, day }, reference);
  return attributes?.['not_with_discipline_for']?.split(';') ?? [];
}

function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}
