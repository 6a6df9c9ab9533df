import { plusMonths } from '../../dates.js';
import { TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { monthLimit } from '../limits.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class SecondmentEnded {
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** The day of the fact is the first day back. */
export const secondmentEnded = defineAction<SecondmentEnded>({
  type: 'secondment_ended',
  version: 1,
  fields: SecondmentEnded,
  check: checkEnd,
  evolve: (state) => ({ ...state, secondment: null }),
  caption: { vi: 'Kết thúc biệt phái', en: 'Secondment ended' },
  source: 'Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36',
  deadline: 'R-10.2b',
  gate: false,
  // Before a transfer of the same day, which may follow from it.
  rank: 28,
  needs: 'life',
});

function checkEnd({ range }: Fact<SecondmentEnded>, { secondment }: State): Trouble[] {
  if (secondment === null) return [{ rule: 'secondment_not_open' }];
  const months = monthLimit('secondment', secondment.since);
  if (months === null || range.first <= plusMonths(secondment.since, months)) return [];
  return [{ rule: 'secondment_too_long', others: [secondment.by], params: { months: String(months) } }];
}
