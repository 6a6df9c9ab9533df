import { ChoiceField, CodeField, DayField, TextField } from '../fields.js';
import { begin, checkNoneRuns, DESERTION, SUSPENDED_SENTENCE, SUSPENSION } from '../absence.js';
import { defineAction, isErased } from '../action.js';
import { checkLastDay } from '../term.js';

const KINDS = ['work', 'detention', 'suspended_sentence', 'desertion'] as const;

/** By their codes in the list `step_counted_time`, which says by date whether such time counts for a step. */
const CODE_OF: Readonly<Record<(typeof KINDS)[number], string>> = {
  work: SUSPENSION,
  detention: SUSPENSION,
  suspended_sentence: SUSPENDED_SENTENCE,
  desertion: DESERTION,
};

class Suspended {
  @ChoiceField(KINDS, {
    vi: 'Tạm đình chỉ công tác; tạm giữ, tạm giam; thử thách án treo; đào ngũ',
    en: 'Suspended from work; detained; on a suspended sentence; deserted',
    secrecy: 'discipline',
  })
  kind!: (typeof KINDS)[number];

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
  evolve: (state, fact) => {
    const since = fact.range.first;
    // Of what kind and how long it was, once erased, is gone: then it delays nothing.
    const isGone = isErased(fact, 'discipline');
    const kind = isGone ? SUSPENSION : CODE_OF[fact.data.kind];
    return begin(state, { by: fact.id, since }, kind, isGone ? since : fact.data.until);
  },
  caption: { vi: 'Tạm đình chỉ công tác, tạm giữ, tạm giam, án treo', en: 'Suspended' },
  source: 'Luật CBCC 2008 Đ.81; Luật Viên chức 2010 Đ.54; TT 08/2013/TT-BNV Đ.2.2; TT 03/2021/TT-BNV Đ.1',
  deadline: 'R-10.2b',
  gate: false,
  rank: 67,
  needs: 'service',
});
