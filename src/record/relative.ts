import { PartialDateField, TextField } from './fields.js';

/** What may change in a relative's life (the last column of 2C item 30). */
export class RelativeFields {
  @TextField({ vi: 'Quê quán', en: 'Hometown', secrecy: 'family', optional: true })
  hometown?: string;

  @TextField({
    vi: 'Nghề nghiệp, chức danh, chức vụ, đơn vị công tác, học tập',
    en: 'Occupation, post, place of work or study',
    secrecy: 'family',
    optional: true,
    max: 1000,
  })
  occupation?: string;

  @TextField({
    vi: 'Nơi ở (trong, ngoài nước)',
    en: 'Residence (in the country or abroad)',
    secrecy: 'family',
    optional: true,
  })
  residence?: string;

  @TextField({
    vi: 'Thành viên các tổ chức chính trị - xã hội',
    en: 'Member of political and social organisations',
    secrecy: 'family',
    optional: true,
  })
  organisations?: string;

  @PartialDateField({ vi: 'Đã mất ngày', en: 'Died on', secrecy: 'family', optional: true })
  died?: string;
}
