import { CodeField, PartialDateField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkPeriod } from '../period.js';

class MilitaryService {
  @PartialDateField({ vi: 'Ngày xuất ngũ', en: 'Discharged on', secrecy: 'history', optional: true })
  discharged?: string;

  @CodeField('military_rank', {
    vi: 'Quân hàm cao nhất',
    en: 'Highest rank',
    secrecy: 'history',
    optional: true,
  })
  highestRank?: string;

  @CodeField('military_position', {
    vi: 'Chức vụ Quân đội',
    en: 'Position in the army',
    secrecy: 'history',
    optional: true,
  })
  position?: string;
}

/** Service in the army; its day is the day of enlistment (2C item 18). */
export const militaryService = defineAction<MilitaryService>({
  type: 'military_service',
  version: 1,
  fields: MilitaryService,
  check: (fact) => checkPeriod(fact, 'discharged'),
  evolve: (state) => state,
  caption: { vi: 'Nhập ngũ, xuất ngũ', en: 'Military service' },
  source: 'Mẫu 2C-BNV/2008 mục 18; QĐ 8060/QĐ-UBND Đ.9.1b',
  deadline: null,
  gate: false,
  rank: 9,
  needs: 'life',
});
