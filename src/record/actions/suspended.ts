import { ChoiceField, CodeField, DayField, TextField } from '../fields.js';
import { begin, checkNoneRuns, SUSPENSION } from '../absence.js';
import { defineAction } from '../action.js';
import { checkLastDay } from '../term.js';

class Suspended {
  @ChoiceField(['work', 'detention'], {
    vi: 'Tạm đình chỉ công tác, hay tạm giữ, tạm giam',
    en: 'Suspended from work, or detained',
    secrecy: 'discipline',
  })
  kind!: 'work' | 'detention';

  @DayField({ vi: 'Đến hết ngày', en: 'Last day', secrecy: 'discipline', optional: true })
  until?: string;

  @CodeField('salary_entitlement', {
    vi: 'Mức hưởng lương',
    en: 'Part of the salary paid',
    secrecy: 'pay_tax',
    optional: true,
  })
  pay?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'discipline', optional: true })
  reason?: string;
}

export const suspended = defineAction<Suspended>({
  type: 'suspended',
  version: 1,
  fields: Suspended,
  check: ({ data, range }, before) => [
    ...checkNoneRuns('suspension', range, before),
    ...checkLastDay(range, 'until', data.until),
  ],
  evolve: (state, { id, range, data }) =>
    begin(state, { by: id, since: range.first }, SUSPENSION, data.until),
  caption: { vi: 'Tạm đình chỉ công tác, tạm giữ, tạm giam', en: 'Suspended' },
  source: 'Luật CBCC 2008 Đ.81; Luật Viên chức 2010 Đ.54; TT 08/2013/TT-BNV Đ.2.2',
  deadline: 'R-10.2b',
  gate: false,
  rank: 67,
  needs: 'service',
});
