import { CodeField, TextField } from '../fields.js';
import { defineAction } from '../action.js';

class PositionRotated {
  @CodeField('professional_work', { vi: 'Vị trí công tác mới', en: 'New work position', secrecy: 'history' })
  toWork!: string;

  @CodeField('professional_work', {
    vi: 'Vị trí công tác cũ',
    en: 'Old work position',
    secrecy: 'history',
    optional: true,
  })
  fromWork?: string;

  @TextField({ vi: 'Công việc cụ thể', en: 'Duty, in words', secrecy: 'history', optional: true })
  duty?: string;
}

/** Periodic change of the work done, against corruption. Where the unit changes as well, that is a fact of its own. */
export const positionRotated = defineAction<PositionRotated>({
  type: 'position_rotated',
  version: 1,
  fields: PositionRotated,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Chuyển đổi vị trí công tác', en: 'Work position changed' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b; NĐ 158/2007/NĐ-CP; NĐ 59/2019/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  rank: 34,
  needs: 'service',
});
