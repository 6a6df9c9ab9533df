import { CodeField } from '../fields.js';
import { defineAction } from '../action.js';

class RecordEntered {
  @CodeField('record_form', { vi: 'Theo mẫu', en: 'From the form', secrecy: 'history', optional: true })
  form?: string;
}

/** The record is entered in full: satisfies R-10.1b, and opens the way to number and card (R-10.2a). */
export const recordEntered = defineAction<RecordEntered>({
  type: 'record_entered',
  version: 1,
  fields: RecordEntered,
  check: () => [],
  evolve: (state, { id, range }) => ({ ...state, recordEntered: { by: id, since: range.first } }),
  caption: { vi: 'Cập nhật đầy đủ hồ sơ vào phần mềm', en: 'Record entered in full' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.1b, 10.2a',
  deadline: null,
  gate: false,
  rank: 17,
  needs: 'nothing',
});
