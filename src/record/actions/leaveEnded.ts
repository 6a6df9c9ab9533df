import { plusDays } from '../../dates.js';
import { FactField } from '../fields.js';
import { absenceMeant, checkOpen, end } from '../absence.js';
import { defineAction, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class LeaveEnded {
  @FactField({
    vi: 'Quyết định cho nghỉ (không ghi: lần nghỉ gần nhất)',
    en: 'The leave (absent: the last one)',
    secrecy: 'open',
    optional: true,
  })
  leave?: string;
}

/** Back from leave: earlier than its last day, or where none was named. The day of the fact is the first day back. */
export const leaveEnded = defineAction<LeaveEnded>({
  type: 'leave_ended',
  version: 1,
  fields: LeaveEnded,
  check: checkReturn,
  evolve: (state, { id, range, data }) =>
    end(state, absenceMeant(state, 'leave', data.leave), { by: id, since: range.first }),
  caption: { vi: 'Trở lại làm việc sau khi nghỉ', en: 'Back from leave' },
  source: 'TT 08/2013/TT-BNV Đ.2.2',
  deadline: 'R-10.2b',
  gate: false,
  rank: 29,
  needs: 'life',
});

function checkReturn({ data, range }: Fact<LeaveEnded>, before: State): Trouble[] {
  const meant = absenceMeant(before, 'leave', data.leave);
  if (meant?.until != null && range.first > plusDays(meant.until, 1))
    return [{ rule: 'returned_late', others: [meant.by] }];
  return checkOpen(meant, data.leave, 'leave');
}
