import type { Day, DayRange } from '../dates.js';
import { barsOn, effectFrom, lapseDay, type Barred, type StandingDiscipline } from '../rules/discipline.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import { standingDisciplines, type Discipline, type State } from './state.js';

/** A discipline can lapse once, if it was not revoked. */
export function checkRunning(discipline: string, before: State): Trouble[] {
  const found = before.disciplines.find((d) => d.by === discipline);
  return found?.lapsedBy === null && found.revokedBy === null ? [] : notRunning(discipline, found);
}

/** A discipline can be revoked once, also when it has lapsed. */
export function checkRevocable(discipline: string, before: State): Trouble[] {
  const found = before.disciplines.find((d) => d.by === discipline);
  return found?.revokedBy === null ? [] : notRunning(discipline, found);
}

/** The state with this discipline ended in this way. */
export function endDiscipline(
  state: State,
  discipline: string,
  end: Partial<Pick<Discipline, 'lapsedBy' | 'revokedBy'>>,
): State {
  return {
    ...state,
    disciplines: state.disciplines.map((d) => (d.by === discipline ? { ...d, ...end } : d)),
  };
}

/** The state as it is judged in hindsight: a discipline found wrong on whatever day never counted. */
export function inHindsight(state: State): State {
  if (state.foundWrong.length === 0) return state;
  const wrong = new Map(state.foundWrong.map((w) => [w.discipline, w.by]));
  return {
    ...state,
    disciplines: state.disciplines.map((d) => ({ ...d, revokedBy: d.revokedBy ?? wrong.get(d.by) ?? null })),
  };
}

/** A discipline with the day from which it has its effect, which may be that of the Party's decision on the same act. */
export function effectOf(
  { by, form, since, partyDiscipline }: Discipline,
  { disciplines }: State,
  reference: Reference,
): StandingDiscipline & { readonly from: Day } {
  const party = disciplines.find(
    (d) => d.by === partyDiscipline && d.side === 'party' && d.revokedBy === null,
  );
  return { by, form, since, from: effectFrom(reference, { form, since }, party?.since ?? null) };
}

/**
 * Whether a discipline has no effect any more on a day: a fact says so, its months are over by law, or a later one
 * has taken its place (NĐ 34/2011 Đ.20.3; NĐ 234/2026 Đ.2.9).
 */
export function isLapsed(discipline: Discipline, state: State, day: Day, reference: Reference): boolean {
  const byLaw = lapseDay(reference, effectOf(discipline, state, reference));
  const isOver = byLaw !== null && byLaw <= day;
  return discipline.lapsedBy !== null || isReplaced(discipline, standingDisciplines(state)) || isOver;
}

/** Whether a later discipline of the same side has taken its place (NĐ 234/2026/NĐ-CP Đ.2.9). */
export function isReplaced({ side, since }: Discipline, standing: readonly Discipline[]): boolean {
  return standing.some((d) => d.side === side && d.since > since);
}

/** What a discipline of the state bars on a day: an irregularity that names it. */
export function checkBarred(what: Barred, range: DayRange, before: State, reference: Reference): Trouble[] {
  const state = inHindsight(before);
  const standing = standingDisciplines(state)
    // What carries the discipline out on its own day, as a lower post after a demotion, is not barred by it.
    .filter((d) => d.side === 'state' && d.since < range.last)
    .map((d) => effectOf(d, state, reference));
  return barsOn(reference, standing, what, range.last)
    .slice(0, 1)
    .map(({ by }) => ({ rule: 'barred_by_discipline', others: [by] }));
}

function notRunning(discipline: string, found: Discipline | undefined): Trouble[] {
  const ended = [found?.lapsedBy, found?.revokedBy].filter((by) => typeof by === 'string');
  return [{ rule: 'discipline_not_running', field: 'discipline', others: [discipline, ...ended] }];
}
