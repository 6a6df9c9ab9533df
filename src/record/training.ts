import { CodeField, TextField } from './fields.js';

/** What is told of a course of study or training, whether begun, ended or shown by its certificate (2C item 27). */
export class CourseFields {
  @CodeField('training_type', {
    vi: 'Loại đào tạo',
    en: 'Kind of training',
    secrecy: 'history',
    optional: true,
  })
  type?: string;

  @CodeField('training_institution', {
    vi: 'Trường đào tạo',
    en: 'Institution',
    secrecy: 'history',
    optional: true,
  })
  institution?: string;

  @TextField({
    vi: 'Tên trường (khi không có trong danh mục)',
    en: 'Institution, where the list lacks it',
    secrecy: 'history',
    optional: true,
  })
  institutionName?: string;

  @CodeField('training_major', { vi: 'Chuyên ngành', en: 'Major', secrecy: 'history', optional: true })
  major?: string;

  @TextField({
    vi: 'Nội dung, chuyên ngành cụ thể',
    en: 'Subject, in words',
    secrecy: 'history',
    optional: true,
  })
  subject?: string;

  @CodeField('training_form', {
    vi: 'Hình thức đào tạo',
    en: 'Form of training',
    secrecy: 'history',
    optional: true,
  })
  form?: string;

  @TextField({ vi: 'Nước đào tạo', en: 'Country', secrecy: 'history', optional: true, max: 100 })
  country?: string;
}
