import { plusDays } from '../../dates.js';
import { ChoiceField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Probation, State } from '../state.js';

const RESULTS = ['passed', 'failed'] as const;

class ProbationCompleted {
  @ChoiceField(RESULTS, { vi: 'Kết quả (đạt, không đạt)', en: 'Result', secrecy: 'history' })
  result!: (typeof RESULTS)[number];
}

export const probationCompleted = defineAction<ProbationCompleted>({
  type: 'probation_completed',
  version: 1,
  fields: ProbationCompleted,
  check: (_fact, before) => (open(before) === undefined ? [{ rule: 'probation_not_open' }] : []),
  evolve: complete,
  caption: { vi: 'Hết tập sự', en: 'Probation completed' },
  source: 'NĐ 24/2010/NĐ-CP; NĐ 29/2012/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  // Before the appointment to the grade that follows from it.
  rank: 16,
  needs: 'service',
});

function open(state: State): Probation | undefined {
  return state.probations.findLast((p) => p.endedBy === null);
}

/** It lasted to the day before, or to its own last day where the decision came later. */
function complete(state: State, { id, range }: Fact<ProbationCompleted>): State {
  const ended = open(state);
  const before = plusDays(range.first, -1);
  const until = ended?.until != null && ended.until < before ? ended.until : before;
  return {
    ...state,
    probations: state.probations.map((p) => (p === ended ? { ...p, until, endedBy: id } : p)),
  };
}
