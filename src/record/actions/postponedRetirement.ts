import { DayField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkPostponement } from '../retirement.js';
import { checkLastDay } from '../term.js';

class PostponedRetirement {
  @DayField({ vi: 'Lùi đến ngày', en: 'Put back to', secrecy: 'history' })
  until!: string;

  // Illness and accidents are among the reasons.
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'health', optional: true })
  reason?: string;
}

export const postponedRetirement = defineAction<PostponedRetirement>({
  type: 'postponed_retirement',
  version: 1,
  fields: PostponedRetirement,
  check: ({ data, range }, before) => [
    ...checkLastDay(range, 'until', data.until),
    ...checkPostponement(range, data.until, before),
  ],
  evolve: (state, { id, range, data }) => {
    const until = data.until as string | undefined;
    const to = until === undefined ? {} : { until };
    return { ...state, postponement: { by: id, since: range.first, ...to } };
  },
  caption: { vi: 'Lùi thời điểm nghỉ hưu', en: 'Retirement postponed' },
  source: 'NĐ 46/2010/NĐ-CP; NĐ 170/2025/NĐ-CP Đ.61–63',
  deadline: 'R-10.2b',
  gate: false,
  rank: 83,
  needs: 'service',
});
