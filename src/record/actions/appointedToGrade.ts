import { CodeField, DayField, DecimalField, IntegerField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkStep, placeOnStep } from '../salary.js';

class AppointedToGrade {
  @CodeField('grade_name', { vi: 'Mã ngạch', en: 'Grade code', secrecy: 'open' })
  grade!: string;

  @IntegerField({ vi: 'Bậc', en: 'Step', secrecy: 'open', min: 1, max: 16 })
  step!: number;

  @DecimalField({ vi: 'Hệ số lương', en: 'Coefficient', secrecy: 'pay_tax', optional: true })
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

export const appointedToGrade = defineAction<AppointedToGrade>({
  type: 'appointed_to_grade',
  version: 1,
  fields: AppointedToGrade,
  check: ({ data, range }, _before, reference) => checkStep(data, range, reference),
  evolve: placeOnStep,
  caption: { vi: 'Bổ nhiệm vào ngạch', en: 'Appointed to a grade' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b; Luật CBCC 2008 Đ.42',
  deadline: 'R-10.2b',
  gate: false,
  rank: 20,
  needs: 'service',
});
