import type { RuleText } from '../reference/statements.js';

/** Every rule of the unit tree, by its stable code. People and units left in a closed unit are findings elsewhere. */
export const UNIT_RULES = {
  unit_opened_twice: {
    vi: 'Đơn vị đã được thành lập',
    en: 'The unit is already opened',
    source: 'design',
  },
  unit_unknown: {
    vi: 'Không có đơn vị này',
    en: 'There is no such unit',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1e',
  },
  unit_fact_undated: {
    vi: 'Chỉ việc thành lập mới có thể không ghi ngày hiệu lực',
    en: 'Only an opening may lack its effective date',
    source: 'design',
  },
  before_unit_opened: {
    vi: 'Việc có hiệu lực trước ngày thành lập đơn vị',
    en: 'The fact takes effect before the unit is opened',
    source: 'design',
  },
  after_unit_closed: {
    vi: 'Việc có hiệu lực từ ngày đơn vị chấm dứt hoạt động trở đi',
    en: 'The fact takes effect on or after the day on which the unit is closed',
    source: 'design',
  },
  closed_before_opened: {
    vi: 'Ngày chấm dứt hoạt động không sau ngày thành lập',
    en: 'The closing is not after the opening',
    source: 'design',
  },
  unit_closed_twice: {
    vi: 'Đơn vị đã chấm dứt hoạt động; hãy đính chính hoặc hủy việc đã ghi',
    en: 'The unit is already closed; correct or rescind that closing instead',
    source: 'design',
  },
  parent_not_there: {
    vi: 'Đơn vị cấp trên không tồn tại vào ngày hiệu lực',
    en: 'The parent unit does not exist on the effective day',
    source: 'QĐ 8060/QĐ-UBND Đ.6, 9.1e',
  },
  parent_cycle: {
    vi: 'Đơn vị không thể trực thuộc chính nó hoặc đơn vị cấp dưới của nó',
    en: 'A unit cannot stand under itself or under a unit below it',
    source: 'design',
  },
  successor_not_there: {
    vi: 'Đơn vị tiếp nhận không tồn tại vào ngày hiệu lực',
    en: 'The unit that takes over does not exist on the effective day',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1e',
  },
  merged_into_itself: {
    vi: 'Đơn vị không thể nhập vào chính nó, kể cả qua đơn vị khác',
    en: 'A unit cannot be merged into itself, nor over other units',
    source: 'design',
  },
  unit_code_taken: {
    vi: 'Mã này đang thuộc đơn vị khác vào những ngày đó',
    en: 'Another unit bears this code on some of those days',
    source: 'design',
  },
  unit_type_invalid: {
    vi: 'Loại đơn vị không có hiệu lực trong danh mục vào ngày hiệu lực',
    en: 'The type of unit is not valid in its list on the effective day',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1e',
  },
  not_a_report_day: {
    vi: 'Hạn báo cáo phải là 24/5 hoặc 14/12; của Sở Nội vụ cho thành phố là 31/12',
    en: 'A report is due on 24 May or 14 December; that of Home Affairs for the city on 31 December',
    source: 'QĐ 8060/QĐ-UBND Đ.14',
  },
  not_a_month: {
    vi: 'Tháng được kiểm tra phải có dạng YYYY-MM',
    en: 'The month checked must be written YYYY-MM',
    source: 'QĐ 8060/QĐ-UBND Đ.15.4',
  },
  allotted_not_below: {
    vi: 'Chỉ giao thêm chỉ tiêu nâng bậc trước thời hạn cho cơ quan trực thuộc trực tiếp vào ngày 31/12 của năm',
    en: 'Early raises are given to an agency directly below on 31 December of the year only',
    source: 'TT 08/2013/TT-BNV Đ.3.1',
  },
  allotted_over_pool: {
    vi: 'Số chỉ tiêu giao thêm vượt quá số có được từ phần dư dưới 10 người của các cơ quan trực thuộc',
    en: 'More early raises are given than the remainders below ten of the agencies below make together',
    source: 'TT 08/2013/TT-BNV Đ.3.1',
  },
  unit_target_unknown: {
    vi: 'Đơn vị không có sự kiện này',
    en: 'The unit has no such event',
    source: 'design',
  },
  unit_target_not_standing: {
    vi: 'Sự kiện này đã bị hủy bỏ',
    en: 'That event is already rescinded',
    source: 'design',
  },
  unit_target_not_a_fact: {
    vi: 'Chỉ có thể đính chính một việc, và giữ nguyên loại của việc đó',
    en: 'Only a fact can be corrected, and into a fact of the same kind',
    source: 'design',
  },
} as const satisfies Record<string, RuleText>;

export type UnitRule = keyof typeof UNIT_RULES;
