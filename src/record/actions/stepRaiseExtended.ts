import { ChoiceField, FactField, IntegerField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import { standingDisciplines, type Extension, type State } from '../state.js';

const CAUSES = ['discipline', 'evaluation', 'other'] as const;

class StepRaiseExtended {
  @IntegerField({ vi: 'Số tháng kéo dài', en: 'Months', secrecy: 'pay_tax', min: 1, max: 60 })
  months!: number;

  @ChoiceField(CAUSES, {
    vi: 'Nguyên nhân (kỷ luật; không hoàn thành nhiệm vụ; khác)',
    en: 'Cause (discipline; tasks not completed; other)',
    secrecy: 'discipline',
  })
  cause!: Extension['cause'];

  @FactField({
    vi: 'Quyết định kỷ luật hoặc kết quả đánh giá là nguyên nhân',
    en: 'The discipline or evaluation that is the cause',
    secrecy: 'open',
    optional: true,
  })
  causedBy?: string;
}

/** A decision that lengthens the wait for the next step. What its cause lengthens by law is not counted again. */
export const stepRaiseExtended = defineAction<StepRaiseExtended>({
  type: 'step_raise_extended',
  version: 1,
  fields: StepRaiseExtended,
  check: (fact, before) => checkCause(fact, before),
  evolve: (state, { id, range, data }) => ({
    ...state,
    extensions: [
      ...state.extensions,
      { by: id, since: range.first, cause: data.cause, causedBy: data.causedBy ?? null, months: data.months },
    ],
  }),
  caption: { vi: 'Kéo dài thời gian nâng bậc lương', en: 'Wait for the next step lengthened' },
  source: 'TT 08/2013/TT-BNV Đ.2.3; TT 03/2021/TT-BNV',
  deadline: 'R-10.2b',
  gate: false,
  rank: 57,
  needs: 'service',
});

/** A discipline or evaluation named as the cause must stand in the record. */
function checkCause(fact: Fact<StepRaiseExtended>, before: State): Trouble[] {
  const { cause, causedBy } = fact.data;
  if (isErased(fact, 'discipline') || cause === 'other') return [];
  const known = cause === 'discipline' ? standingDisciplines(before) : before.evaluations;
  if (known.some((k) => k.by === causedBy)) return [];
  return [
    {
      rule: 'extension_without_cause',
      field: 'causedBy',
      ...(causedBy === undefined ? {} : { others: [causedBy] }),
    },
  ];
}
