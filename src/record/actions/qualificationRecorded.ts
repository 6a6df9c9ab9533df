import { ChoiceField, CodeByField, CodeField, PartialDateField, TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import { CourseFields } from '../training.js';

/** Items 15.1 to 15.6 of form 2C-BNV/2008, each by the list of its levels. */
export const QUALIFICATION_FIELDS = [
  'general_education',
  'qualification_level',
  'political_theory_level',
  'state_management_level',
  'foreign_language_level',
  'informatics_level',
] as const;

class QualificationRecorded extends CourseFields {
  @ChoiceField(QUALIFICATION_FIELDS, {
    vi: 'Thuộc mục nào (15.1 phổ thông, 15.2 chuyên môn, 15.3 lý luận chính trị, 15.4 quản lý nhà nước, 15.5 ngoại ngữ, 15.6 tin học)',
    en: 'Which item of form 2C (15.1 general, 15.2 professional, 15.3 political theory, 15.4 state management, 15.5 foreign language, 15.6 informatics)',
    secrecy: 'history',
    optional: true,
  })
  field?: (typeof QUALIFICATION_FIELDS)[number];

  @CodeByField('field', { vi: 'Trình độ', en: 'Level', secrecy: 'history', optional: true })
  level?: string;

  @CodeField('foreign_language', { vi: 'Ngoại ngữ', en: 'Language', secrecy: 'history', optional: true })
  language?: string;

  @CodeField('degree_certificate_type', {
    vi: 'Loại văn bằng, chứng chỉ',
    en: 'Kind of degree or certificate',
    secrecy: 'history',
    optional: true,
  })
  degree?: string;

  @TextField({
    vi: 'Số hiệu văn bằng',
    en: 'Number of the degree',
    secrecy: 'history',
    optional: true,
    max: 100,
  })
  degreeNumber?: string;

  @CodeField('graduation_type', {
    vi: 'Xếp loại tốt nghiệp',
    en: 'Graduation class',
    secrecy: 'history',
    optional: true,
  })
  graduation?: string;

  @PartialDateField({ vi: 'Học từ tháng, năm', en: 'Studied from', secrecy: 'history', optional: true })
  from?: string;

  @PartialDateField({ vi: 'Học đến tháng, năm', en: 'Studied to', secrecy: 'history', optional: true })
  to?: string;
}

/** A degree or certificate as the person shows it; its day is the day of issue. */
export const qualificationRecorded = defineAction<QualificationRecorded>({
  type: 'qualification_recorded',
  version: 1,
  fields: QualificationRecorded,
  check: checkField,
  evolve: (state) => state,
  caption: { vi: 'Văn bằng, chứng chỉ', en: 'Degree or certificate' },
  source: 'QĐ 8060/QĐ-UBND Đ.9.1đ; Mẫu 2C-BNV/2008 mục 15, 27',
  deadline: null,
  gate: false,
  rank: 75,
  needs: 'life',
});

/** A level says nothing without the item that it belongs to. */
function checkField({ data }: Fact<QualificationRecorded>): Trouble[] {
  return data.level !== undefined && data.field === undefined
    ? [{ rule: 'qualification_field_missing', field: 'field' }]
    : [];
}
