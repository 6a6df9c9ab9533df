import type { Day } from '../dates.js';
import type { Fact } from './action.js';
import { TextField, UnitField } from './fields.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';
import { untilOf } from './term.js';

/** What tells of a movement from unit to unit; the class of such an action extends it. */
export class MoveFields {
  @UnitField({ vi: 'Đơn vị đến', en: 'To unit', secrecy: 'open' })
  toUnit!: string;

  @UnitField({ vi: 'Đơn vị đi', en: 'From unit', secrecy: 'open', optional: true })
  fromUnit?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** Whether the person is in this unit on a day. A merger of units has moved the person without a fact. */
export function isInUnit(before: State, unit: string, day: Day, reference: Reference): boolean {
  const here = before.unit?.unit;
  return here !== undefined && (unit === here || unit === reference.currentUnit(here, day));
}

/** To another unit than where the person is, and from there. */
export function checkMove({ data, range }: Fact<MoveFields>, before: State, reference: Reference): Trouble[] {
  const here = before.unit;
  const troubles: Trouble[] = [];
  if (here === null) return troubles;
  const isHere = (unit: string) => isInUnit(before, unit, range.first, reference);
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
}

/** The state in the new unit; `until` is the last day of a rotation. */
export function move(state: State, { id, range, data }: Fact<MoveFields>, until?: Day): State {
  const set = { by: id, since: range.first };
  const unit = { ...set, unit: data.toUnit, ...untilOf(until) };
  const from = data.fromUnit ?? state.unit?.unit ?? null;
  return { ...state, unit, lastUnit: unit, moves: [...state.moves, { ...set, from, to: data.toUnit }] };
}
