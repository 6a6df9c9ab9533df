import type { Day } from '../../dates.js';
import { UnitField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { keep, outOfOrder, pendingOf } from '../custody.js';
import { isInUnit } from '../movement.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class RecordForwarded {
  @UnitField({ vi: 'Đơn vị trực tiếp sử dụng', en: 'Unit that directly uses the person', secrecy: 'open' })
  to!: string;
}

/** Last step: on to the unit that directly uses the person (R-11.2b); within an agency the only one. */
export const recordForwarded = defineAction<RecordForwarded>({
  type: 'record_forwarded',
  version: 1,
  fields: RecordForwarded,
  check: (fact, before, reference) => [
    ...checkOrder(fact, before, reference),
    ...checkUser(fact, before, reference),
  ],
  evolve: (state, fact) => keep(state, fact, { keeper: fact.data.to, pending: null }),
  caption: { vi: 'Chuyển tiếp hồ sơ đến đơn vị sử dụng', en: 'Record forwarded' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.1, 11.2b',
  deadline: null,
  gate: false,
  rank: 38,
  needs: 'nothing',
});

function checkOrder({ data, range }: Fact<RecordForwarded>, before: State, reference: Reference): Trouble[] {
  const pending = pendingOf(before);
  if (pending !== null) return pending.step === 'accepted' ? [] : outOfOrder(pending);
  const keeper = before.custody?.keeper ?? before.moves.at(-1)?.from ?? null;
  if (keeper === null || agency(keeper, range.first) === agency(data.to, range.first)) return [];
  return outOfOrder(null);

  function agency(unit: string, day: Day): string | null {
    return reference.agencyOf(reference.currentUnit(unit, day), day);
  }
}

function checkUser({ data, range }: Fact<RecordForwarded>, before: State, reference: Reference): Trouble[] {
  if (before.unit === null || isInUnit(before, data.to, range.first, reference)) return [];
  return [{ rule: 'record_not_to_user', field: 'to', others: [before.unit.by] }];
}
