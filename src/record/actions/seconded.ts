import { plusMonths, type Day } from '../../dates.js';
import { DayField, TextField, UnitField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { monthLimit } from '../limits.js';
import { isInUnit } from '../movement.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';
import { checkLastDay, untilOf } from '../term.js';

class Seconded {
  @UnitField({ vi: 'Đơn vị nhận biệt phái', en: 'Host unit', secrecy: 'open' })
  hostUnit!: string;

  @DayField({ vi: 'Đến ngày', en: 'To', secrecy: 'history', optional: true })
  until?: string;

  @TextField({ vi: 'Nhiệm vụ', en: 'Task', secrecy: 'history', optional: true })
  task?: string;
}

/** Biệt phái: works for another unit for a while; managed, paid and evaluated by the own one. */
export const seconded = defineAction<Seconded>({
  type: 'seconded',
  version: 1,
  fields: Seconded,
  check: (fact, before, reference) => [
    ...checkHost(fact, before, reference),
    ...checkLastDay(fact.range, 'until', fact.data.until),
    ...checkLimit(fact),
  ],
  evolve: (state, { id, range, data }) => ({
    ...state,
    secondment: { by: id, since: range.first, hostUnit: data.hostUnit, ...untilOf(data.until) },
  }),
  caption: { vi: 'Biệt phái', en: 'Seconded' },
  source: 'Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36',
  deadline: 'R-10.2b',
  gate: false,
  rank: 33,
  needs: 'service',
});

function checkHost({ data, range }: Fact<Seconded>, before: State, reference: Reference): Trouble[] {
  const troubles: Trouble[] = [];
  if (before.secondment !== null && runsTo(before.secondment.until, range.last))
    troubles.push({ rule: 'secondment_running', others: [before.secondment.by] });
  if (before.unit !== null && isInUnit(before, data.hostUnit, range.first, reference))
    troubles.push({ rule: 'already_in_unit', field: 'hostUnit', others: [before.unit.by] });
  return troubles;
}

function runsTo(until: Day | undefined, day: Day): boolean {
  return until === undefined || until >= day;
}

/** At most three years; the last day is included. */
function checkLimit({ data: { until }, range }: Fact<Seconded>): Trouble[] {
  const months = monthLimit('secondment', range.first);
  if (until === undefined || months === null || until < plusMonths(range.last, months)) return [];
  return [{ rule: 'secondment_too_long', field: 'until', params: { months: String(months) } }];
}
