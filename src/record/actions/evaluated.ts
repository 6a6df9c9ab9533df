import { CodeField, FactField, IntegerField, TextField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import { appliesTo } from '../category.js';
import { checkDisciplines } from '../evaluation.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class Evaluated {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'history', min: 1945, max: 2199 })
  year!: number;

  @CodeField('evaluation_level', { vi: 'Mức xếp loại', en: 'Level', secrecy: 'history' })
  level!: string;

  @FactField({
    vi: 'Quyết định kỷ luật về chính hành vi làm cho không hoàn thành nhiệm vụ',
    en: 'The discipline for the same act that left the tasks undone',
    secrecy: 'open',
    optional: true,
  })
  sameActAs?: string;

  @TextField({ vi: 'Nhận xét, đánh giá', en: 'Remark', secrecy: 'history', optional: true, max: 2000 })
  remark?: string;
}

/** The yearly evaluation. Which levels there are depends on the person's category and on the date. */
export const evaluated = defineAction<Evaluated>({
  type: 'evaluated',
  version: 1,
  fields: Evaluated,
  check: (fact, before, reference) => [
    ...checkOnce(fact, before),
    ...checkLevel(fact, before, reference),
    ...checkDisciplines(fact, before, reference),
  ],
  evolve: (state, { id, range, data: { year, level, sameActAs = null } }) => ({
    ...state,
    evaluations: [...state.evaluations, { by: id, since: range.first, year, level, sameActAs }],
  }),
  caption: { vi: 'Đánh giá, xếp loại chất lượng hằng năm', en: 'Evaluated for a year' },
  source:
    'Luật CBCC 2008 Đ.29, 58; Luật Viên chức 2010 Đ.42; NĐ 90/2020/NĐ-CP; NĐ 335/2025/NĐ-CP; NĐ 233/2026/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  rank: 56,
  needs: 'service',
});

function checkOnce(fact: Fact<Evaluated>, before: State): Trouble[] {
  if (isErased(fact, 'history')) return [];
  const earlier = before.evaluations.filter((e) => e.year === fact.data.year).map((e) => e.by);
  return earlier.length === 0 ? [] : [{ rule: 'evaluated_twice', field: 'year', others: earlier }];
}

function checkLevel({ data, range }: Fact<Evaluated>, before: State, reference: Reference): Trouble[] {
  const level = { list: 'evaluation_level', code: data.level, day: range.first };
  return appliesTo(level, before, reference)
    ? []
    : [{ rule: 'evaluation_level_category', field: 'level', others: [before.hire?.by ?? ''] }];
}
