import { CodeField, DayField, DecimalField, IntegerField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { inHindsight } from '../discipline.js';
import { nextRegularStep } from '../nextStep.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';
import { checkSameGrade, checkStep, raiseStep } from '../salary.js';

class StepRaisedRegular {
  @CodeField('grade_name', {
    vi: 'Mã ngạch',
    en: 'Grade code',
    secrecy: 'open',
    orList: 'professional_title',
  })
  grade!: string;

  @IntegerField({ vi: 'Bậc mới', en: 'New step', secrecy: 'open', min: 2, max: 16 })
  step!: number;

  @DecimalField({ vi: 'Hệ số lương mới', en: 'New coefficient', secrecy: 'pay_tax', optional: true })
  coefficient?: string;

  @DayField({ vi: 'Ngày hưởng', en: 'Paid from', secrecy: 'pay_tax', optional: true })
  salaryDate?: string;

  @DayField({
    vi: 'Mốc tính nâng bậc lần sau',
    en: 'Wait for the next step from',
    secrecy: 'pay_tax',
    optional: true,
  })
  nextStepFrom?: string;
}

export const stepRaisedRegular = defineAction<StepRaisedRegular>({
  type: 'step_raised_regular',
  version: 1,
  fields: StepRaisedRegular,
  check: (fact, before, reference) => [
    ...checkStep(fact.data, fact.range, reference),
    ...checkRaise(fact, before, reference),
  ],
  evolve: raiseStep('regular'),
  caption: { vi: 'Nâng bậc lương thường xuyên', en: 'Step raised (regular)' },
  source: 'NĐ 204/2004/NĐ-CP Đ.7; TT 08/2013/TT-BNV Đ.2',
  deadline: 'R-10.2b',
  gate: true,
  rank: 60,
  needs: 'service',
});

function checkRaise(
  { data, range }: Fact<StepRaisedRegular>,
  before: State,
  reference: Reference,
): Trouble[] {
  const held = before.grade ?? before.lastGrade;
  const other = checkSameGrade(data, before);
  if (held === null || other.length > 0) return other;
  const others = [held.by];
  if (data.step !== held.step + 1)
    return [{ rule: 'step_not_next', field: 'step', others, params: { held: String(held.step) } }];
  const from = data.salaryDate ?? range.last;
  const { due, reasons } = nextRegularStep(inHindsight(before), from, reference);
  if (due === null || from >= due) return [];
  return [{ rule: 'step_too_early', others: [...others, ...reasons.map((r) => r.by)], params: { due } }];
}
