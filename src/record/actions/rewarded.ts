import { ChoiceField, CodeField, IntegerField, TextField } from '../fields.js';
import { achieve } from '../achievement.js';
import { defineAction } from '../action.js';

const LEVELS = ['state', 'government', 'ministry_or_city', 'department_or_district', 'unit'] as const;

class Rewarded {
  @CodeField('reward_form', { vi: 'Hình thức khen thưởng', en: 'Form of the reward', secrecy: 'history' })
  form!: string;

  @ChoiceField(LEVELS, {
    vi: 'Cấp khen thưởng (Nhà nước; Chính phủ; bộ, tỉnh, thành phố; sở, quận, huyện; cơ sở)',
    en: 'Level (State; Government; ministry or city; department or district; unit)',
    secrecy: 'history',
    optional: true,
  })
  level?: (typeof LEVELS)[number];

  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'history', min: 1945, max: 2199, optional: true })
  year?: number;

  @TextField({ vi: 'Thành tích', en: 'For what', secrecy: 'history', optional: true, max: 1000 })
  reason?: string;
}

export const rewarded = defineAction<Rewarded>({
  type: 'rewarded',
  version: 1,
  fields: Rewarded,
  check: () => [],
  evolve: achieve,
  caption: { vi: 'Khen thưởng', en: 'Rewarded' },
  source: 'Luật Thi đua, khen thưởng 2003, 2022; QĐ 8060/QĐ-UBND Đ.10.2b, 15.5c',
  deadline: 'R-10.2b',
  gate: true,
  rank: 78,
  needs: 'life',
});
