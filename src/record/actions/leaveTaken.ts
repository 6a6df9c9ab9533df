import { ChoiceField, DayField, TextField } from '../fields.js';
import { begin, checkNoneRuns } from '../absence.js';
import { defineAction, isErased, type Fact } from '../action.js';
import { checkLastDay } from '../term.js';

/** Codes of the list `step_counted_time`: it says which of them counts for a step. */
const KINDS = [
  'unpaid',
  'sick',
  'maternity',
  'study',
  'study_beyond_term',
  'awaiting_retirement',
  'absence',
] as const;

class LeaveTaken {
  @ChoiceField(KINDS, {
    vi: 'Loại nghỉ (không lương, ốm đau, thai sản, đi học, đi học quá hạn, chờ nghỉ hưu, không làm việc khác)',
    en: 'Kind of leave (unpaid, sick, maternity, study, study beyond its term, awaiting retirement, other absence)',
    secrecy: 'health',
  })
  kind!: (typeof KINDS)[number];

  @DayField({ vi: 'Đến hết ngày', en: 'Last day', secrecy: 'history', optional: true })
  until?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'health', optional: true })
  reason?: string;
}

export const leaveTaken = defineAction<LeaveTaken>({
  type: 'leave_taken',
  version: 1,
  fields: LeaveTaken,
  check: ({ data, range }, before) => [
    ...checkNoneRuns('leave', range, before),
    ...checkLastDay(range, 'until', data.until),
  ],
  evolve: (state, fact) =>
    begin(state, { by: fact.id, since: fact.range.first }, kindOf(fact), fact.data.until),
  caption: { vi: 'Nghỉ (không lương, ốm đau, thai sản, đi học, chờ nghỉ hưu)', en: 'Leave taken' },
  source: 'TT 08/2013/TT-BNV Đ.2.2; TT 03/2021/TT-BNV Đ.1; Luật BHXH',
  deadline: 'R-10.2b',
  gate: false,
  rank: 66,
  needs: 'service',
});

/** Of what kind or how long it was is not known any more once one of the two was erased. */
function kindOf(fact: Fact<LeaveTaken>): string | null {
  return isErased(fact, 'health') || isErased(fact, 'history') ? null : fact.data.kind;
}
