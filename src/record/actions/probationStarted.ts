import { CodeField, DayField, TextField } from '../fields.js';
import { defineAction, isErased } from '../action.js';
import { checkLastDay } from '../term.js';

class ProbationStarted {
  @DayField({ vi: 'Tập sự đến hết ngày', en: 'Last day', secrecy: 'history', optional: true })
  until?: string;

  @TextField({ vi: 'Người hướng dẫn tập sự', en: 'Mentor', secrecy: 'history', optional: true, max: 200 })
  mentor?: string;

  @CodeField('salary_entitlement', {
    vi: 'Mức hưởng lương',
    en: 'Part of the salary paid',
    secrecy: 'pay_tax',
    optional: true,
  })
  pay?: string;
}

export const probationStarted = defineAction<ProbationStarted>({
  type: 'probation_started',
  version: 1,
  fields: ProbationStarted,
  check: ({ data, range }) => checkLastDay(range, 'until', data.until),
  evolve: (state, fact) => {
    const since = fact.range.first;
    // How long it was, once erased, is gone: then it delays nothing.
    const until = isErased(fact, 'history') ? since : (fact.data.until ?? null);
    return { ...state, probations: [...state.probations, { by: fact.id, since, until, endedBy: null }] };
  },
  caption: { vi: 'Tập sự', en: 'Probation started' },
  source: 'NĐ 24/2010/NĐ-CP; NĐ 29/2012/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  rank: 13,
  needs: 'service',
});
