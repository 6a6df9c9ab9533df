import { TextField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';
import type { Trouble } from '../ruleBook.js';

class Transferred {
  @UnitField({ vi: 'Đơn vị đến', en: 'To unit', secrecy: 'open' })
  toUnit!: string;

  @UnitField({ vi: 'Đơn vị đi', en: 'From unit', secrecy: 'open', optional: true })
  fromUnit?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** Within an agency or to another: which of the two follows from the unit tree of the day (see `transferScope`). */
export const transferred = defineAction<Transferred>({
  type: 'transferred',
  version: 1,
  fields: Transferred,
  check: ({ data, range }, before, reference) => {
    const here = before.unit;
    const troubles: Trouble[] = [];
    if (here === null) return troubles;
    // A merger of units has moved the person without a fact.
    const isHere = (unit: string) =>
      unit === here.unit || unit === reference.currentUnit(here.unit, range.first);
    if (isHere(data.toUnit) && reference.currentUnit(data.toUnit, range.first) === data.toUnit)
      troubles.push({ rule: 'already_in_unit', field: 'toUnit', others: [here.by] });
    if (data.fromUnit !== undefined && !isHere(data.fromUnit))
      troubles.push({
        rule: 'from_unit_differs',
        field: 'fromUnit',
        others: [here.by],
        params: { held: here.unit },
      });
    return troubles;
  },
  evolve: (state, { id, range, data }) => {
    const unit = { by: id, since: range.first, unit: data.toUnit };
    return { ...state, unit, lastUnit: unit };
  },
  caption: { vi: 'Điều động', en: 'Transferred' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.1, 11.2; Luật CBCC 2008 Đ.50',
  deadline: 'R-11',
  gate: true,
  rank: 30,
  needs: 'service',
});
