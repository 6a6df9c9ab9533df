import type { Trouble } from './ruleBook.js';
import type { Discipline, State } from './state.js';

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

function notRunning(discipline: string, found: Discipline | undefined): Trouble[] {
  const ended = [found?.lapsedBy, found?.revokedBy].filter((by) => typeof by === 'string');
  return [{ rule: 'discipline_not_running', field: 'discipline', others: [discipline, ...ended] }];
}
