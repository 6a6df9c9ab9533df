import { CodeField, IntegerField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkBarred } from '../discipline.js';

class PlannedForPost {
  @CodeField('standard_position', {
    vi: 'Chức danh quy hoạch',
    en: 'Position planned for',
    secrecy: 'history',
  })
  position!: string;

  @UnitField({ vi: 'Tại đơn vị', en: 'In unit', secrecy: 'open', optional: true })
  unit?: string;

  @IntegerField({
    vi: 'Giai đoạn từ năm',
    en: 'Period from year',
    secrecy: 'history',
    optional: true,
    min: 1975,
    max: 2100,
  })
  fromYear?: number;

  @IntegerField({
    vi: 'Giai đoạn đến năm',
    en: 'Period to year',
    secrecy: 'history',
    optional: true,
    min: 1975,
    max: 2100,
  })
  toYear?: number;
}

/** Quy hoạch. A plan is no post. For what it is made stays confidential. */
export const plannedForPost = defineAction<PlannedForPost>({
  type: 'planned_for_post',
  version: 1,
  fields: PlannedForPost,
  check: ({ data: { fromYear, toYear }, range }, before, reference) => [
    ...(fromYear !== undefined && toYear !== undefined && toYear < fromYear
      ? [{ rule: 'ends_before_start' as const, field: 'toYear' }]
      : []),
    ...checkBarred('planning', range, before, reference),
  ],
  evolve: (state) => state,
  caption: { vi: 'Quy hoạch chức danh', en: 'Planned for a position' },
  source: 'TT 06/2023/TT-BNV mục 24',
  deadline: 'R-10.2b',
  gate: false,
  rank: 54,
  needs: 'service',
});
