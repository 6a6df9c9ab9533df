import { CodeField, DayField, DecimalField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkBarred } from '../discipline.js';
import { CourseFields } from '../training.js';

class SentToTraining extends CourseFields {
  @CodeField('qualification_level', {
    vi: 'Trình độ đào tạo',
    en: 'Level aimed at',
    secrecy: 'history',
    optional: true,
  })
  level?: string;

  @DayField({ vi: 'Đến ngày', en: 'To', secrecy: 'history', optional: true })
  until?: string;

  @CodeField('training_funding_source', {
    vi: 'Nguồn kinh phí',
    en: 'Funding source',
    secrecy: 'history',
    optional: true,
  })
  funding?: string;

  @DecimalField({
    vi: 'Trợ cấp đi học (đồng)',
    en: 'Study allowance (VND)',
    secrecy: 'pay_tax',
    optional: true,
  })
  allowance?: string;
}

export const sentToTraining = defineAction<SentToTraining>({
  type: 'sent_to_training',
  version: 1,
  fields: SentToTraining,
  check: ({ range }, before, reference) => checkBarred('training', range, before, reference),
  evolve: (state, { id, range, data }) => ({
    ...state,
    trainings: [
      ...state.trainings,
      { by: id, since: range.first, ...(data.until === undefined ? {} : { until: data.until }) },
    ],
  }),
  caption: { vi: 'Cử đi đào tạo, bồi dưỡng', en: 'Sent to training' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b, 15.5b, 18.3c',
  deadline: 'R-10.2b',
  gate: true,
  rank: 73,
  needs: 'service',
});
