import { CodeField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { checkBarred } from '../discipline.js';
import { checkPlacement } from '../placement.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import { units } from '../../rules/decimal.js';
import { placeInGrade } from '../../rules/salary.js';
import { checkNewGrade, checkStep, NewGradeFields, placeOnStep } from '../salary.js';
import type { State } from '../state.js';

class GradePromoted extends NewGradeFields {
  @CodeField('grade_promotion_type', {
    vi: 'Hình thức nâng ngạch, thăng hạng',
    en: 'Kind of promotion',
    secrecy: 'history',
    optional: true,
  })
  method?: string;
}

/** A higher grade or class: nâng ngạch công chức, thăng hạng chức danh nghề nghiệp. */
export const gradePromoted = defineAction<GradePromoted>({
  type: 'grade_promoted',
  version: 1,
  fields: GradePromoted,
  check: (fact, before, reference) => [
    ...checkStep(fact.data, fact.range, reference),
    ...checkNewGrade(fact, before, reference),
    ...checkHigher(fact, before, reference),
    ...checkPlacement(fact, before, reference, placeInGrade),
    ...checkBarred('grade_promotion', fact.range, before, reference),
  ],
  evolve: placeOnStep,
  caption: { vi: 'Nâng ngạch, thăng hạng chức danh nghề nghiệp', en: 'Promoted to a higher grade or class' },
  source: 'Luật CBCC 2008 Đ.44–46; Luật Viên chức 2010 Đ.31; TT 02/2007/TT-BNV',
  deadline: 'R-10.2b',
  gate: true,
  rank: 23,
  needs: 'service',
});

/** A higher grade begins at a higher coefficient. */
function checkHigher({ data, range }: Fact<GradePromoted>, before: State, reference: Reference): Trouble[] {
  const held = before.grade;
  if (held === null || held.grade === data.grade) return [];
  const [old, now] = [held.grade, data.grade].map((grade) => reference.step(grade, 1, range));
  if (old?.standing !== 'valid' || now?.standing !== 'valid') return [];
  return units(now.coefficient) > units(old.coefficient)
    ? []
    : [{ rule: 'grade_not_higher', field: 'grade', others: [held.by], params: { held: held.grade } }];
}
