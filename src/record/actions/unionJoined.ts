import { CodeField, PartialDateField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkPeriod } from '../period.js';

class UnionJoined {
  @TextField({
    vi: 'Tổ chức chính trị - xã hội (Đoàn, Hội …)',
    en: 'Political and social organisation',
    secrecy: 'political',
    max: 200,
  })
  organisation!: string;

  @CodeField('mass_organisation_position', {
    vi: 'Chức vụ đoàn thể',
    en: 'Position in it',
    secrecy: 'political',
    optional: true,
  })
  position?: string;

  @TextField({
    vi: 'Làm việc gì trong tổ chức đó',
    en: 'What was done in it',
    secrecy: 'political',
    optional: true,
  })
  duty?: string;

  @PartialDateField({ vi: 'Đến', en: 'Until', secrecy: 'political', optional: true })
  until?: string;
}

/** Member of a mass organisation, or a new position in it, from its day on (2C item 17). */
export const unionJoined = defineAction<UnionJoined>({
  type: 'union_joined',
  version: 1,
  fields: UnionJoined,
  check: (fact) => checkPeriod(fact, 'until'),
  evolve: (state) => state,
  caption: { vi: 'Tham gia tổ chức chính trị - xã hội', en: 'Joined a mass organisation' },
  source: 'Mẫu 2C-BNV/2008 mục 17; QĐ 8060/QĐ-UBND Đ.9.1b',
  deadline: null,
  gate: false,
  rank: 8,
  needs: 'life',
});
