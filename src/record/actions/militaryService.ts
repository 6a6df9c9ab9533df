import { dayRange } from '../../dates.js';
import { begin, MILITARY } from '../absence.js';
import { CodeField, PartialDateField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import { checkPeriod } from '../period.js';
import { inService, type State } from '../state.js';

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

/**
 * Service in the army; its day is the day of enlistment (2C item 18). Of somebody in service it is time away, which
 * the law counts for a step or not by its date; it lasts to the discharge, or to the return from leave.
 */
export const militaryService = defineAction<MilitaryService>({
  type: 'military_service',
  version: 1,
  fields: MilitaryService,
  check: (fact) => checkPeriod(fact, 'discharged'),
  evolve: serve,
  caption: { vi: 'Nhập ngũ, xuất ngũ', en: 'Military service' },
  source: 'Mẫu 2C-BNV/2008 mục 18; QĐ 8060/QĐ-UBND Đ.9.1b',
  deadline: null,
  gate: false,
  rank: 9,
  needs: 'life',
});

/** What came before the hire delays nothing; nor does what lost its dates by a lawful destruction. */
function serve(state: State, fact: Fact<MilitaryService>): State {
  if (!inService(state) || isErased(fact, 'history')) return state;
  const { discharged } = fact.data;
  const until = discharged === undefined ? undefined : dayRange(discharged).last;
  return begin(state, { by: fact.id, since: fact.range.first }, MILITARY, until);
}
