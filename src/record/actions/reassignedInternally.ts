import { defineAction, type Fact } from '../action.js';
import { checkMove, move, MoveFields } from '../movement.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class ReassignedInternally extends MoveFields {}

/** Bố trí, phân công to another section (bộ phận) of the same agency. */
export const reassignedInternally = defineAction<ReassignedInternally>({
  type: 'reassigned_internally',
  version: 1,
  fields: ReassignedInternally,
  check: (fact, before, reference) => [
    ...checkMove(fact, before, reference),
    ...checkAgency(fact, before, reference),
  ],
  evolve: (state, fact) => move(state, fact),
  caption: { vi: 'Bố trí, phân công trong cơ quan', en: 'Reassigned within the agency' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.1',
  deadline: 'R-11',
  gate: false,
  rank: 32,
  needs: 'service',
});

function checkAgency(
  { data, range }: Fact<ReassignedInternally>,
  { unit: here }: State,
  reference: Reference,
): Trouble[] {
  if (here === null) return [];
  const [from, to] = [here.unit, data.toUnit].map((u) =>
    reference.agencyOf(reference.currentUnit(u, range.first), range.first),
  );
  // A unit that is not known then has its own finding.
  if (from === null || to === null || from === to) return [];
  return [{ rule: 'not_same_agency', field: 'toUnit', others: [here.by] }];
}
