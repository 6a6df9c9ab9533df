import { UnitField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { checkAfter, keep, pendingOf } from '../custody.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class RecordAccepted {
  @UnitField({ vi: 'Cơ quan tiếp nhận hồ sơ', en: 'Accepting agency', secrecy: 'open' })
  agency!: string;
}

/** Second step: the new agency accepts the record; it still has to forward it (R-11.2b). */
export const recordAccepted = defineAction<RecordAccepted>({
  type: 'record_accepted',
  version: 1,
  fields: RecordAccepted,
  check: (fact, before, reference) => [
    ...checkAfter('sent', before),
    ...checkAgency(fact, before, reference),
  ],
  evolve: (state, fact) => {
    const to = fact.data.agency;
    const { from, transfer } = pendingOf(state) ?? { from: null, transfer: null };
    return keep(state, fact, { keeper: to, pending: { step: 'accepted', from, to, transfer } });
  },
  caption: { vi: 'Tiếp nhận hồ sơ', en: 'Record accepted' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.2b',
  deadline: null,
  gate: false,
  rank: 37,
  needs: 'nothing',
});

/** The agency to which it was sent, or the one into which that was merged on the way. */
function checkAgency(
  { data: { agency }, range }: Fact<RecordAccepted>,
  before: State,
  reference: Reference,
): Trouble[] {
  const pending = pendingOf(before);
  if (pending?.step !== 'sent') return [];
  const isMeant = agency === pending.to || agency === reference.currentUnit(pending.to, range.first);
  return isMeant ? [] : [{ rule: 'record_wrong_agency', field: 'agency', others: [pending.by] }];
}
