import { defineAction, type Fact } from '../action.js';
import { changePersonal } from '../personal.js';
import { PersonalFields } from '../personalFields.js';
import type { Trouble } from '../ruleBook.js';

class PersonalInfoChanged extends PersonalFields {}

/** What the person declares of himself or herself, first or anew; only the items given change. */
export const personalInfoChanged = defineAction<PersonalInfoChanged>({
  type: 'personal_info_changed',
  version: 1,
  fields: PersonalInfoChanged,
  check: checkAnything,
  evolve: (state, { id, range, data }) => changePersonal(state, { by: id, since: range.first }, data),
  caption: { vi: 'Kê khai, thay đổi thông tin cá nhân', en: 'Personal information declared or changed' },
  source: 'QĐ 8060/QĐ-UBND Đ.9.1h, 10.2a; Mẫu 2C-BNV/2008',
  deadline: null,
  gate: false,
  rank: 2,
  needs: 'life',
});

function checkAnything({ data, erased }: Fact<PersonalInfoChanged>): Trouble[] {
  return Object.keys(data).length === 0 && erased === undefined ? [{ rule: 'personal_info_empty' }] : [];
}
