import { defineAction } from '../action.js';
import { checkPlacement } from '../placement.js';
import { placeInEqualGrade } from '../../rules/salary.js';
import { checkNewGrade, NewGradeFields, placeOnStep, checkStep } from '../salary.js';

class GradeChanged extends NewGradeFields {}

/** Another grade of the same rank, or a new scale of the same grade: chuyển ngạch, chuyển xếp lương. */
export const gradeChanged = defineAction<GradeChanged>({
  type: 'grade_changed',
  version: 1,
  fields: GradeChanged,
  check: (fact, before, reference) => [
    ...checkStep(fact.data, fact.range, reference),
    ...checkNewGrade(fact, before, reference),
    ...checkPlacement(fact, before, reference, placeInEqualGrade),
  ],
  evolve: placeOnStep,
  caption: { vi: 'Chuyển ngạch, chuyển xếp lương', en: 'Changed to another grade of the same rank' },
  source: 'TT 02/2007/TT-BNV; QĐ 8060/QĐ-UBND Đ.15.5a',
  deadline: 'R-10.2b',
  gate: true,
  rank: 22,
  needs: 'service',
});
