import type { RuleText } from '../reference/statements.js';

/** Every rule of a catalogue list, by its stable code. */
export const CATALOGUE_RULES = {
  entry_overlaps: {
    vi: 'Mã này đã có một mục khác có hiệu lực vào những ngày đó',
    en: 'Another entry of this code is valid on some of those days',
    source: 'design',
  },
  entry_dates_reversed: {
    vi: 'Ngày hết hiệu lực trước ngày bắt đầu hiệu lực',
    en: 'The last day is before the first',
    source: 'design',
  },
  entry_end_not_within: {
    vi: 'Ngày kết thúc không nằm trong thời gian hiệu lực của mục; hãy đính chính mục',
    en: 'The end is not within the validity of the entry; correct the entry instead',
    source: 'design',
  },
  calendar_day_invalid: {
    vi: 'Mục của lịch làm việc phải có mã là ngày YYYY-MM-DD, kind là holiday, substitute, swapped_off, worked hoặc local_closure; nghỉ cục bộ thêm .phạm vi vào mã, nêu scope, và stops_clocks (true, false) khi thời hạn dừng',
    en: 'An entry of the calendar has its day YYYY-MM-DD as code and a kind: holiday, substitute, swapped_off, worked or local_closure; a local closure adds .scope to the code, names its scope, and stops_clocks (true, false) where clocks stop',
    source: 'QĐ 188/1999/QĐ-TTg; BLLĐ 2019 Đ.112',
  },
  catalogue_target_unknown: {
    vi: 'Danh mục không có sự kiện này',
    en: 'The list has no such event',
    source: 'design',
  },
  catalogue_target_not_standing: {
    vi: 'Sự kiện này đã bị hủy bỏ',
    en: 'That event is already rescinded',
    source: 'design',
  },
  catalogue_target_not_an_entry: {
    vi: 'Chỉ có thể đính chính hoặc kết thúc một mục của danh mục',
    en: 'Only an entry of the list can be corrected or ended',
    source: 'design',
  },
} as const satisfies Record<string, RuleText>;

export type CatalogueRule = keyof typeof CATALOGUE_RULES;
