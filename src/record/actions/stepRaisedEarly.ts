import { ChoiceField, IntegerField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkEarlyRaise } from '../earlyRaise.js';
import { checkStep, raiseStep, StepFields } from '../salary.js';

/** Why a step may be raised early: excellent achievement, or a retirement notice (TT 08/2013/TT-BNV Đ.3). */
const REASONS = ['excellent', 'retirement_notice'] as const;

class StepRaisedEarly extends StepFields {
  @ChoiceField(REASONS, {
    vi: 'Lý do (lập thành tích xuất sắc; có thông báo nghỉ hưu)',
    en: 'Reason (excellent achievement; retirement notice)',
    secrecy: 'pay_tax',
  })
  reason!: (typeof REASONS)[number];

  @IntegerField({
    vi: 'Số tháng nâng trước thời hạn',
    en: 'Months early',
    secrecy: 'pay_tax',
    min: 1,
    max: 60,
    optional: true,
  })
  monthsEarly?: number;
}

export const stepRaisedEarly = defineAction<StepRaisedEarly>({
  type: 'step_raised_early',
  version: 1,
  fields: StepRaisedEarly,
  check: (fact, before, reference) => [
    ...checkStep(fact.data, fact.range, reference),
    ...checkEarlyRaise(fact, before, reference),
  ],
  evolve: (state, fact) => raiseStep<StepRaisedEarly>(fact.data.reason)(state, fact),
  caption: { vi: 'Nâng bậc lương trước thời hạn', en: 'Step raised early' },
  source: 'NĐ 204/2004/NĐ-CP Đ.7; NĐ 17/2013/NĐ-CP; TT 08/2013/TT-BNV Đ.3; TT 03/2021/TT-BNV',
  deadline: 'R-10.2b',
  gate: true,
  rank: 61,
  needs: 'service',
});
