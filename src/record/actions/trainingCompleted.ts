import { CodeField, FactField, PartialDateField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';
import { CourseFields } from '../training.js';

class TrainingCompleted extends CourseFields {
  @FactField({ vi: 'Quyết định cử đi', en: 'The sending', secrecy: 'open', optional: true })
  sending?: string;

  @PartialDateField({
    vi: 'Từ tháng, năm (khi không nêu quyết định cử đi)',
    en: 'From, where no sending is named',
    secrecy: 'history',
    optional: true,
  })
  from?: string;

  @CodeField('graduation_type', { vi: 'Xếp loại', en: 'Result', secrecy: 'history', optional: true })
  graduation?: string;
}

/** The end of a course. Many old ones are known by their end only: then no sending is named. */
export const trainingCompleted = defineAction<TrainingCompleted>({
  type: 'training_completed',
  version: 1,
  fields: TrainingCompleted,
  check: checkSending,
  evolve: (state, { data }) => ({
    ...state,
    trainings: state.trainings.filter((t) => t.by !== data.sending),
  }),
  caption: { vi: 'Hoàn thành đào tạo, bồi dưỡng', en: 'Training completed' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b; Mẫu 2C-BNV/2008 mục 27',
  deadline: 'R-10.2b',
  gate: false,
  rank: 74,
  needs: 'life',
});

function checkSending({ data: { sending } }: Fact<TrainingCompleted>, before: State): Trouble[] {
  if (sending === undefined || before.trainings.some((t) => t.by === sending)) return [];
  return [{ rule: 'training_not_open', field: 'sending', others: [sending] }];
}
