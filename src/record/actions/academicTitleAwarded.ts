import { CodeField, TextField } from '../fields.js';
import { defineAction } from '../action.js';

class AcademicTitleAwarded {
  @CodeField('academic_title', { vi: 'Học hàm', en: 'Academic title', secrecy: 'history' })
  title!: string;

  @TextField({ vi: 'Ngành, chuyên ngành', en: 'Field of science', secrecy: 'history', optional: true })
  subject?: string;
}

export const academicTitleAwarded = defineAction<AcademicTitleAwarded>({
  type: 'academic_title_awarded',
  version: 1,
  fields: AcademicTitleAwarded,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Phong học hàm', en: 'Academic title awarded' },
  source: 'Luật Giáo dục 2005; QĐ 8060/QĐ-UBND Đ.10.2b',
  deadline: 'R-10.2b',
  gate: false,
  rank: 76,
  needs: 'life',
});
