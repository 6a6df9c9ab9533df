import { CodeField, IntegerField } from '../fields.js';
import { achieve } from '../achievement.js';
import { defineAction } from '../action.js';

class HonoraryTitleAwarded {
  @CodeField('honorary_title', { vi: 'Danh hiệu phong tặng', en: 'Honorary title', secrecy: 'history' })
  title!: string;

  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'history', min: 1945, max: 2199, optional: true })
  year?: number;
}

/** An honorary title of the State; some are given after death. */
export const honoraryTitleAwarded = defineAction<HonoraryTitleAwarded>({
  type: 'honorary_title_awarded',
  version: 1,
  fields: HonoraryTitleAwarded,
  check: () => [],
  evolve: achieve,
  caption: { vi: 'Phong tặng danh hiệu vinh dự Nhà nước', en: 'Honorary title awarded' },
  source: 'Luật Thi đua, khen thưởng 2003, 2022; QĐ 8060/QĐ-UBND Đ.9.1h, 10.2b',
  deadline: 'R-10.2b',
  gate: true,
  rank: 79,
  needs: 'nothing',
});
