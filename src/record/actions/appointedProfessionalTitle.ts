import { ChoiceField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkStep, placeOnStep, StepFields } from '../salary.js';

class AppointedProfessionalTitle extends StepFields {
  @ChoiceField(['I', 'II', 'III', 'IV', 'V'], {
    vi: 'Hạng chức danh nghề nghiệp',
    en: 'Class of the professional title',
    secrecy: 'history',
    optional: true,
  })
  class?: 'I' | 'II' | 'III' | 'IV' | 'V';
}

/** A public employee (viên chức) is given a professional title, which pays like a grade. */
export const appointedProfessionalTitle = defineAction<AppointedProfessionalTitle>({
  type: 'appointed_professional_title',
  version: 1,
  fields: AppointedProfessionalTitle,
  check: ({ data, range }, _before, reference) => checkStep(data, range, reference),
  evolve: placeOnStep,
  caption: { vi: 'Bổ nhiệm chức danh nghề nghiệp', en: 'Appointed to a professional title' },
  source: 'Luật Viên chức 2010 Đ.31; QĐ 8060/QĐ-UBND Đ.10.2b',
  deadline: 'R-10.2b',
  gate: false,
  rank: 21,
  needs: 'service',
});
