import type { Caption } from './fields.js';

/**
 * How a broken rule is met (design.md §2).
 * - `impossible`: cannot be true; refused, naming the facts.
 * - `irregular`: against rule or order, yet on paper; recorded with a finding that stays listed until settled.
 * - `unverified`: outside the days for which a list declares itself complete; recorded with a finding.
 * - `command`: the command itself makes no sense on this record; refused.
 */
export type RuleKind = 'impossible' | 'irregular' | 'unverified' | 'command';

export interface Rule extends Caption {
  readonly kind: RuleKind;
  /** Article or other legal source; `design` where no text says it. */
  readonly source: string;
}

/** Every rule of the record, by its stable code. */
export const RULES = {
  after_death: {
    kind: 'impossible',
    vi: 'Việc có hiệu lực sau ngày từ trần',
    en: 'The fact takes effect after the death',
    source: 'design',
  },
  died_twice: {
    kind: 'impossible',
    vi: 'Hồ sơ đã có việc từ trần',
    en: 'The record already holds a death',
    source: 'design',
  },
  opened_twice: {
    kind: 'impossible',
    vi: 'Hồ sơ đã được lập',
    en: 'The record is already opened',
    source: 'QĐ 8060/QĐ-UBND Đ.10.1',
  },
  code_invalid: {
    kind: 'impossible',
    vi: 'Mã không có hiệu lực trong danh mục vào ngày của việc',
    en: 'The code is not valid in its list on the day of the fact',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1',
  },
  unit_invalid: {
    kind: 'impossible',
    vi: 'Đơn vị không tồn tại vào ngày của việc',
    en: 'The unit does not exist on the day of the fact',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1e',
  },
  step_invalid: {
    kind: 'impossible',
    vi: 'Bậc không có trong bảng lương của ngạch vào ngày của việc',
    en: 'The step does not exist in the salary table of the grade on the day of the fact',
    source: 'NĐ 204/2004/NĐ-CP',
  },
  code_unverified: {
    kind: 'unverified',
    vi: 'Mã chưa được kiểm chứng: danh mục không khẳng định đầy đủ vào ngày này',
    en: 'The code is unverified: its list does not declare itself complete on this day',
    source: 'QĐ 8060/QĐ-UBND Đ.9.1',
  },
  unit_unverified: {
    kind: 'unverified',
    vi: 'Đơn vị của cơ quan gửi hồ sơ, không có trong danh mục đơn vị ở đây',
    en: 'The unit is one of the authority that sent the dossier, and none of ours',
    source: 'QĐ 8060/QĐ-UBND Đ.11.3a',
  },
  step_unverified: {
    kind: 'unverified',
    vi: 'Bậc chưa được kiểm chứng: không có bảng lương đầy đủ cho ngày này',
    en: 'The step is unverified: no complete salary table for this day',
    source: 'NĐ 204/2004/NĐ-CP',
  },
  document_missing: {
    kind: 'irregular',
    vi: 'Việc được ghi không có số văn bản quyết định',
    en: 'The fact has no deciding document number',
    source: 'QĐ 8060/QĐ-UBND Đ.7.2, 10.2b',
  },
  before_hire: {
    kind: 'irregular',
    vi: 'Việc có hiệu lực trước ngày tuyển dụng được ghi trong hồ sơ',
    en: 'The fact takes effect before any recorded hire',
    source: 'QĐ 8060/QĐ-UBND Đ.10.1b',
  },
  after_leaving: {
    kind: 'irregular',
    vi: 'Việc có hiệu lực sau khi đã nghỉ hưu, thôi việc hoặc chuyển đi',
    en: 'The fact takes effect after retirement, leaving or moving out',
    source: 'QĐ 8060/QĐ-UBND Đ.11.3',
  },
  hired_twice: {
    kind: 'irregular',
    vi: 'Tuyển dụng khi đang công tác',
    en: 'Recruited while in service',
    source: 'Luật CBCC 2008 Đ.35–39',
  },
  hire_without_unit: {
    kind: 'irregular',
    vi: 'Tuyển dụng nhưng không ghi đơn vị sử dụng',
    en: 'Recruited without a using unit',
    source: 'QĐ 8060/QĐ-UBND Đ.7.1',
  },
  reinstated_in_service: {
    kind: 'irregular',
    vi: 'Nhận trở lại khi đang công tác',
    en: 'Reinstated while in service',
    source: 'design',
  },
  post_held: {
    kind: 'irregular',
    vi: 'Bổ nhiệm vào chức vụ đang giữ',
    en: 'Appointed to a position already held',
    source: 'Luật CBCC 2008 Đ.51',
  },
  post_not_held: {
    kind: 'irregular',
    vi: 'Miễn nhiệm, thôi giữ hoặc kéo dài chức vụ không giữ',
    en: 'A position is ended or extended that is not held',
    source: 'Luật CBCC 2008 Đ.54',
  },
  post_open_after_leaving: {
    kind: 'irregular',
    vi: 'Chức vụ chưa được miễn nhiệm khi rời khỏi công tác',
    en: 'A position was not ended before leaving service',
    source: 'design',
  },
  already_in_unit: {
    kind: 'irregular',
    vi: 'Điều động đến chính đơn vị đang công tác',
    en: 'Transferred to the unit where the person already is',
    source: 'QĐ 8060/QĐ-UBND Đ.11',
  },
  from_unit_differs: {
    kind: 'irregular',
    vi: 'Đơn vị chuyển đi không phải đơn vị đang công tác',
    en: 'The unit left is not the one where the person is',
    source: 'QĐ 8060/QĐ-UBND Đ.11',
  },
  grade_missing: {
    kind: 'irregular',
    vi: 'Nâng bậc khi chưa có ngạch trong hồ sơ',
    en: 'A step is raised but no grade is recorded before it',
    source: 'TT 08/2013/TT-BNV Đ.2',
  },
  grade_differs: {
    kind: 'irregular',
    vi: 'Ngạch của quyết định nâng bậc khác ngạch đang giữ',
    en: 'The grade of the raise is not the grade held',
    source: 'TT 08/2013/TT-BNV Đ.2',
  },
  step_not_next: {
    kind: 'irregular',
    vi: 'Bậc mới không phải bậc liền sau bậc đang giữ',
    en: 'The new step is not the one after the step held',
    source: 'TT 08/2013/TT-BNV Đ.2',
  },
  step_too_early: {
    kind: 'irregular',
    vi: 'Nâng bậc khi chưa đủ thời gian giữ bậc',
    en: 'The step is raised before the period of the grade is served',
    source: 'TT 08/2013/TT-BNV Đ.2.1',
  },
  coefficient_differs: {
    kind: 'irregular',
    vi: 'Hệ số ghi trong quyết định khác hệ số của bảng lương',
    en: 'The coefficient is not the one of the salary table',
    source: 'NĐ 204/2004/NĐ-CP',
  },
  early_over_limit: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn quá số tháng cho phép',
    en: 'The step is raised earlier than the law allows',
    source: 'NĐ 204/2004/NĐ-CP Đ.7; TT 08/2013/TT-BNV Đ.3',
  },
  early_at_last_step: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi đã ở bậc cuối của ngạch',
    en: 'The step is raised early though the last step of the grade is held',
    source: 'TT 08/2013/TT-BNV Đ.3',
  },
  early_twice: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn do thành tích hai lần liên tiếp',
    en: 'Raised early for achievement twice in a row',
    source: 'TT 08/2013/TT-BNV Đ.3.1; TT 03/2021/TT-BNV Đ.1.6',
  },
  early_without_achievement: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn do thành tích nhưng hồ sơ không có khen thưởng, danh hiệu nào trong 6 năm (bậc 36 tháng) hoặc 4 năm (bậc 24 tháng) gần nhất',
    en: 'Raised early for achievement, but no reward or title within the last 6 years (steps of 36 months) or 4 years (of 24)',
    source: 'TT 08/2013/TT-BNV Đ.3.1',
  },
  early_lacks_too_much: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn do thành tích mà đến 31/12 của năm còn thiếu quá số tháng cho phép',
    en: 'Raised early for achievement though more months lack at the end of the year than may',
    source: 'TT 08/2013/TT-BNV Đ.3.1',
  },
  early_notice_missing: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi có thông báo nghỉ hưu nhưng hồ sơ không có thông báo',
    en: 'Raised early on retirement notice, but the record has no notice',
    source: 'TT 08/2013/TT-BNV Đ.3.2',
  },
  early_notice_day: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi có thông báo nghỉ hưu không đúng thời điểm: trước 12 tháng so với thời hạn thường xuyên',
    en: 'Raised early on retirement notice from another day than the law’s: 12 months before the regular one',
    source: 'TT 08/2013/TT-BNV Đ.3.2; CV 1814/BNV-TCBC',
  },
  early_notice_of_early_leaver: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi có thông báo nghỉ hưu cho người nghỉ hưu trước tuổi theo NĐ 178/2024',
    en: 'Raised early on retirement notice though the person leaves early under Decree 178/2024',
    source: 'TT 08/2013/TT-BNV Đ.3.2; NĐ 178/2024/NĐ-CP',
  },
  early_notice_not_law: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi có thông báo nghỉ hưu vào ngày pháp luật chưa quy định',
    en: 'Raised early on retirement notice on a day when the law did not have it',
    source: 'NĐ 14/2012/NĐ-CP; TT 08/2013/TT-BNV Đ.3.2',
  },
  early_notice_lacks_too_much: {
    kind: 'irregular',
    vi: 'Nâng bậc trước thời hạn khi có thông báo nghỉ hưu mà đến ngày nghỉ còn thiếu quá số tháng cho phép',
    en: 'Raised early on retirement notice though more months lack on the day before retirement than may',
    source: 'TT 08/2013/TT-BNV Đ.3.2',
  },
  step_not_lower: {
    kind: 'irregular',
    vi: 'Bậc mới không phải bậc liền dưới bậc đang giữ',
    en: 'The new step is not the one below the step held',
    source: 'NĐ 34/2011/NĐ-CP Đ.23.1; NĐ 112/2020/NĐ-CP Đ.39.1',
  },
  step_lowering_not_law: {
    kind: 'irregular',
    vi: 'Hình thức hạ bậc lương không có trong luật vào ngày này',
    en: 'Lowering a step is no form of discipline in the law of the day',
    source: 'NĐ 112/2020/NĐ-CP Đ.7; NĐ 172/2025/NĐ-CP',
  },
  step_lowered_without_discipline: {
    kind: 'irregular',
    vi: 'Hạ bậc lương mà không có quyết định kỷ luật hạ bậc lương còn giá trị',
    en: 'A step is lowered without a standing discipline of that form',
    source: 'NĐ 34/2011/NĐ-CP Đ.23.1; NĐ 112/2020/NĐ-CP Đ.39.1',
  },
  step_lowered_beyond_frame: {
    kind: 'irregular',
    vi: 'Hạ bậc lương khi đang hưởng phụ cấp thâm niên vượt khung',
    en: 'A step is lowered while the beyond-frame allowance is paid',
    source: 'NĐ 34/2011/NĐ-CP; NĐ 112/2020/NĐ-CP',
  },
  extension_without_cause: {
    kind: 'irregular',
    vi: 'Kéo dài thời gian nâng bậc mà không có kỷ luật hoặc đánh giá tương ứng trong hồ sơ',
    en: 'The wait is lengthened but its discipline or evaluation does not stand in the record',
    source: 'TT 08/2013/TT-BNV Đ.2.3',
  },
  beyond_frame_not_last_step: {
    kind: 'irregular',
    vi: 'Hưởng phụ cấp thâm niên vượt khung khi chưa ở bậc cuối của ngạch',
    en: 'Beyond-frame seniority below the last step of the grade',
    source: 'NĐ 204/2004/NĐ-CP Đ.6',
  },
  beyond_frame_percent: {
    kind: 'irregular',
    vi: 'Tỷ lệ phụ cấp thâm niên vượt khung không đúng mức của luật',
    en: 'The beyond-frame percentage is not the one of the law',
    source: 'NĐ 204/2004/NĐ-CP Đ.6; TT 04/2005/TT-BNV',
  },
  beyond_frame_too_early: {
    kind: 'irregular',
    vi: 'Hưởng hoặc nâng phụ cấp thâm niên vượt khung khi chưa đủ thời gian',
    en: 'Beyond-frame seniority before its time is served',
    source: 'NĐ 204/2004/NĐ-CP Đ.6; TT 04/2005/TT-BNV',
  },
  beyond_frame_missing: {
    kind: 'irregular',
    vi: 'Nâng phụ cấp thâm niên vượt khung khi chưa được hưởng',
    en: 'Beyond-frame seniority is raised though none is recorded',
    source: 'NĐ 204/2004/NĐ-CP Đ.6',
  },
  grade_same: {
    kind: 'irregular',
    vi: 'Ngạch mới chính là ngạch đang giữ',
    en: 'The new grade is the grade held',
    source: 'TT 02/2007/TT-BNV',
  },
  grade_not_higher: {
    kind: 'irregular',
    vi: 'Ngạch mới không cao hơn ngạch đang giữ',
    en: 'The new grade is not higher than the grade held',
    source: 'Luật CBCC 2008 Đ.44; Luật Viên chức 2010 Đ.31',
  },
  grade_placement: {
    kind: 'irregular',
    vi: 'Bậc, hệ số chênh lệch bảo lưu hoặc mốc nâng bậc ở ngạch mới không theo cách xếp lương',
    en: 'Step, kept difference or wait in the new grade are not those of the placement by law',
    source: 'TT 02/2007/TT-BNV',
  },
  allowance_measure: {
    kind: 'irregular',
    vi: 'Phụ cấp phải ghi đúng một trong: hệ số, tỷ lệ phần trăm, mức tiền',
    en: 'An allowance has exactly one of coefficient, percentage and amount',
    source: 'NĐ 204/2004/NĐ-CP Đ.6',
  },
  allowance_not_held: {
    kind: 'irregular',
    vi: 'Chấm dứt phụ cấp không hưởng',
    en: 'An allowance is ended that is not held',
    source: 'NĐ 204/2004/NĐ-CP Đ.6',
  },
  training_not_open: {
    kind: 'irregular',
    vi: 'Quyết định cử đi đào tạo không có hoặc đã hoàn thành',
    en: 'The sending to training is not in the record, or already completed',
    source: 'QĐ 8060/QĐ-UBND Đ.10.2b',
  },
  qualification_field_missing: {
    kind: 'irregular',
    vi: 'Có trình độ nhưng không ghi thuộc mục nào của lý lịch',
    en: 'A level is given without the item of the form that it belongs to',
    source: 'Mẫu 2C-BNV/2008 mục 15',
  },
  title_not_personal: {
    kind: 'irregular',
    vi: 'Danh hiệu này không dành cho cá nhân',
    en: 'This title is not for persons',
    source: 'Luật Thi đua, khen thưởng 2003, 2022',
  },
  evaluated_twice: {
    kind: 'irregular',
    vi: 'Năm này đã được đánh giá, xếp loại',
    en: 'The year is already evaluated',
    source: 'Luật CBCC 2008 Đ.29, 57; Luật Viên chức 2010 Đ.42',
  },
  evaluation_despite_discipline: {
    kind: 'irregular',
    vi: 'Trong năm bị kỷ luật do vi phạm chức trách, nhiệm vụ hoặc suy thoái nhưng không xếp loại ở mức thấp nhất',
    en: 'Disciplined in the year for a breach of duties or of conduct, yet not of the lowest level',
    source: 'NĐ 335/2025/NĐ-CP',
  },
  evaluation_level_category: {
    kind: 'irregular',
    vi: 'Mức xếp loại không dành cho nhóm của người này',
    en: 'The level is not one for this category of person',
    source: 'Luật CBCC 2008 Đ.29, 58; Luật Viên chức 2010 Đ.42',
  },
  discipline_form_category: {
    kind: 'irregular',
    vi: 'Hình thức kỷ luật không áp dụng cho người này',
    en: 'The form of discipline is not one for this person',
    source: 'Luật CBCC 2008 Đ.78, 79; Luật Viên chức 2010 Đ.52',
  },
  discipline_form_post: {
    kind: 'irregular',
    vi: 'Hình thức kỷ luật chỉ áp dụng cho người giữ chức vụ lãnh đạo, quản lý',
    en: 'The form of discipline is for holders of a leading post only',
    source: 'Luật CBCC 2008 Đ.79; Luật Viên chức 2010 Đ.52',
  },
  party_discipline_unknown: {
    kind: 'irregular',
    vi: 'Quyết định kỷ luật Đảng nêu ra không có trong hồ sơ trước đó',
    en: 'The Party’s discipline named is not in the record before this one',
    source: 'NĐ 234/2026/NĐ-CP Đ.2.9',
  },
  dismissal_not_from_signing: {
    kind: 'irregular',
    vi: 'Kỷ luật buộc thôi việc không có hiệu lực từ ngày ký',
    en: 'A dismissal does not take effect from the day of its signing',
    source: 'NĐ 234/2026/NĐ-CP Đ.2.9',
  },
  discipline_not_running: {
    kind: 'irregular',
    vi: 'Kỷ luật này không có trong hồ sơ, đã chấm dứt hoặc đã bị hủy',
    en: 'The discipline is not in the record, or already lapsed or revoked',
    source: 'Luật CBCC 2008 Đ.82; NĐ 34/2011/NĐ-CP Đ.20.3',
  },
  barred_by_discipline: {
    kind: 'irregular',
    vi: 'Bổ nhiệm, nâng ngạch, quy hoạch hoặc cử đi đào tạo trong thời hạn không được thực hiện do bị kỷ luật',
    en: 'Appointed, promoted, planned for a post or sent to training while a discipline bars it',
    source: 'Luật CBCC 2008 Đ.82; Luật Viên chức 2010 Đ.56; Luật 52/2019/QH14',
  },
  personal_info_empty: {
    kind: 'impossible',
    vi: 'Không có thông tin cá nhân nào được kê khai',
    en: 'No item of personal information is given',
    source: 'design',
  },
  relative_side: {
    kind: 'irregular',
    vi: 'Mối quan hệ không thuộc bên (bản thân, vợ chồng) đã ghi',
    en: 'The relation is not one of the side given (own, spouse’s)',
    source: 'Mẫu 2C-BNV/2008 mục 30',
  },
  relative_unknown: {
    kind: 'irregular',
    vi: 'Người thân này chưa được kê khai trong hồ sơ',
    en: 'The relative is not declared in the record',
    source: 'Mẫu 2C-BNV/2008 mục 30',
  },
  party_joined_twice: {
    kind: 'irregular',
    vi: 'Kết nạp vào Đảng khi đang là đảng viên',
    en: 'Admitted to the Party while a member',
    source: 'Điều lệ Đảng Đ.4',
  },
  party_official_twice: {
    kind: 'irregular',
    vi: 'Đã là đảng viên chính thức',
    en: 'Already an official Party member',
    source: 'Điều lệ Đảng Đ.5',
  },
  party_not_member: {
    kind: 'irregular',
    vi: 'Không phải là đảng viên vào ngày này',
    en: 'Not a Party member on this day',
    source: 'Điều lệ Đảng Đ.4, 5, 8',
  },
  period_reversed: {
    kind: 'irregular',
    vi: 'Ngày kết thúc trước ngày bắt đầu',
    en: 'The period ends before it begins',
    source: 'design',
  },
  dispute_without_target: {
    kind: 'irregular',
    vi: 'Yêu cầu kiểm tra, đính chính không nêu việc hoặc mục nào',
    en: 'The dispute names no fact and no item',
    source: 'Luật CNTT 67/2006/QH11 Đ.21.2d',
  },
  dispute_not_open: {
    kind: 'irregular',
    vi: 'Yêu cầu này không có trong hồ sơ hoặc đã được giải quyết',
    en: 'The dispute is not in the record, or already resolved',
    source: 'Luật CNTT 67/2006/QH11 Đ.21.2d',
  },
  ends_before_start: {
    kind: 'irregular',
    vi: 'Ngày kết thúc ghi trước ngày bắt đầu',
    en: 'The last day lies before the first',
    source: 'design',
  },
  contract_not_running: {
    kind: 'irregular',
    vi: 'Chấm dứt hợp đồng không có trong hồ sơ hoặc đã hết hạn',
    en: 'A contract is ended that is not in the record, or whose term is over',
    source: 'Luật Viên chức 2010 Đ.28, 29; Bộ luật Lao động',
  },
  probation_not_open: {
    kind: 'irregular',
    vi: 'Kết thúc tập sự không có trong hồ sơ hoặc đã kết thúc',
    en: 'A probation is completed that is not in the record, or already over',
    source: 'NĐ 24/2010/NĐ-CP; NĐ 29/2012/NĐ-CP',
  },
  not_same_agency: {
    kind: 'irregular',
    vi: 'Bố trí trong cơ quan nhưng bộ phận đến thuộc cơ quan khác',
    en: 'Reassigned within the agency, yet the section belongs to another',
    source: 'QĐ 8060/QĐ-UBND Đ.11.1',
  },
  secondment_running: {
    kind: 'irregular',
    vi: 'Biệt phái khi đang biệt phái',
    en: 'Seconded while another secondment runs',
    source: 'Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36',
  },
  secondment_not_open: {
    kind: 'irregular',
    vi: 'Kết thúc biệt phái khi không biệt phái',
    en: 'A secondment is ended though none runs',
    source: 'Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36',
  },
  secondment_too_long: {
    kind: 'irregular',
    vi: 'Thời hạn biệt phái vượt quá mức luật cho phép',
    en: 'The secondment is longer than the law allows',
    source: 'Luật CBCC 2008 Đ.53; Luật Viên chức 2010 Đ.36',
  },
  transfer_unknown: {
    kind: 'irregular',
    vi: 'Quyết định điều động, luân chuyển nêu ra không có trong hồ sơ',
    en: 'The transfer named is not in the record',
    source: 'QĐ 8060/QĐ-UBND Đ.11.2',
  },
  record_step_order: {
    kind: 'irregular',
    vi: 'Bước điều chuyển hồ sơ không theo thứ tự: chuyển, tiếp nhận, chuyển tiếp',
    en: 'The record moves out of order: it is sent, accepted, forwarded',
    source: 'QĐ 8060/QĐ-UBND Đ.11.2',
  },
  record_wrong_agency: {
    kind: 'irregular',
    vi: 'Cơ quan tiếp nhận không phải cơ quan mà hồ sơ được chuyển đến',
    en: 'The agency that accepts is not the one to which the record was sent',
    source: 'QĐ 8060/QĐ-UBND Đ.11.2',
  },
  record_not_to_user: {
    kind: 'irregular',
    vi: 'Hồ sơ chuyển tiếp đến đơn vị không trực tiếp sử dụng người này',
    en: 'The record is forwarded to a unit that does not use the person',
    source: 'QĐ 8060/QĐ-UBND Đ.11.1, 11.2b',
  },
  absence_running: {
    kind: 'irregular',
    vi: 'Bắt đầu nghỉ hoặc đình chỉ khi việc cùng loại đang diễn ra',
    en: 'Leave or suspension begins while another of its kind runs',
    source: 'TT 08/2013/TT-BNV Đ.2.2',
  },
  absence_not_open: {
    kind: 'irregular',
    vi: 'Kết thúc nghỉ hoặc đình chỉ không có trong hồ sơ hoặc đã kết thúc',
    en: 'Leave or suspension is ended that is not in the record, or already ended',
    source: 'TT 08/2013/TT-BNV Đ.2.2',
  },
  returned_late: {
    kind: 'irregular',
    vi: 'Trở lại làm việc sau khi đã hết thời gian nghỉ',
    en: 'The return comes after the leave was over',
    source: 'TT 08/2013/TT-BNV Đ.2.2',
  },
  card_before_entry: {
    kind: 'irregular',
    vi: 'Cấp số hiệu hoặc thẻ khi hồ sơ chưa được cập nhật',
    en: 'Service number or card issued before the record was entered',
    source: 'QĐ 8060/QĐ-UBND Đ.10.2a',
  },
  retirement_notice_late: {
    kind: 'irregular',
    vi: 'Thông báo nghỉ hưu muộn hơn thời hạn luật định',
    en: 'The notice of retirement comes later than the law allows',
    source: 'NĐ 46/2010/NĐ-CP; NĐ 115/2020/NĐ-CP Đ.59; NĐ 170/2025/NĐ-CP Đ.61–63',
  },
  postponed_too_long: {
    kind: 'irregular',
    vi: 'Lùi thời điểm nghỉ hưu quá mức luật cho phép',
    en: 'Retirement is put back further than the law allows',
    source: 'NĐ 46/2010/NĐ-CP; NĐ 170/2025/NĐ-CP Đ.61–63',
  },
  retired_before_age: {
    kind: 'irregular',
    vi: 'Nghỉ hưu trước tháng đủ tuổi của hình thức nghỉ hưu',
    en: 'Retired before the month in which the age for this type of retirement is reached',
    source: 'BLLĐ 2019 Đ.169; NĐ 135/2020/NĐ-CP',
  },
  pension_day: {
    kind: 'irregular',
    vi: 'Lương hưu không hưởng từ ngày 01 của tháng liền kề sau khi nghỉ',
    en: 'The pension is not paid from the first of the month after',
    source: 'NĐ 135/2020/NĐ-CP Đ.3; NĐ 170/2025/NĐ-CP Đ.61–63; Luật BHXH',
  },
  retired_past_age: {
    kind: 'irregular',
    vi: 'Nghỉ hưu ở tuổi cao hơn quá số tháng luật cho phép sau tháng đủ tuổi',
    en: 'Retired at a higher age later than the law allows after the normal one',
    source: 'BLLĐ 2019 Đ.169.4; NĐ 83/2022/NĐ-CP; NĐ 50/2022/NĐ-CP',
  },
  dismissal_without_discipline: {
    kind: 'irregular',
    vi: 'Buộc thôi việc mà không có quyết định kỷ luật còn giá trị trong hồ sơ',
    en: 'Dismissed from service without a standing discipline in the record',
    source: 'Luật CBCC 2008 Đ.79; Luật Viên chức 2010 Đ.52',
  },
  before_birth: {
    kind: 'irregular',
    vi: 'Việc có hiệu lực trước ngày sinh',
    en: 'The fact takes effect before the birth',
    source: 'design',
  },
  not_opened: {
    kind: 'command',
    vi: 'Hồ sơ chưa được lập',
    en: 'The record is not opened',
    source: 'QĐ 8060/QĐ-UBND Đ.10.1',
  },
  withdrawn: {
    kind: 'command',
    vi: 'Hồ sơ đã bị loại bỏ; chỉ có thể khôi phục',
    en: 'The record is withdrawn; it can only be restored',
    source: 'QĐ 8060/QĐ-UBND Đ.13.2',
  },
  not_withdrawn: {
    kind: 'command',
    vi: 'Hồ sơ không bị loại bỏ nên không thể khôi phục',
    en: 'The record is not withdrawn, so it cannot be restored',
    source: 'QĐ 8060/QĐ-UBND Đ.13.2',
  },
  merged: {
    kind: 'command',
    vi: 'Hồ sơ đã được nhập vào hồ sơ khác',
    en: 'The record is merged into another',
    source: 'QĐ 8060/QĐ-UBND Đ.13.2',
  },
  merge_into_itself: {
    kind: 'command',
    vi: 'Không thể nhập hồ sơ vào chính nó',
    en: 'A record cannot be merged into itself',
    source: 'design',
  },
  target_unknown: {
    kind: 'command',
    vi: 'Không có sự kiện này trong hồ sơ',
    en: 'The record has no such event',
    source: 'design',
  },
  target_not_a_fact: {
    kind: 'command',
    vi: 'Chỉ có thể đính chính một việc, không phải một đính chính hay hủy bỏ',
    en: 'Only a fact can be corrected, not a correction or a rescission',
    source: 'design',
  },
  target_not_standing: {
    kind: 'command',
    vi: 'Sự kiện này đã bị hủy bỏ',
    en: 'That event is already rescinded',
    source: 'design',
  },
  opening_stays: {
    kind: 'command',
    vi: 'Việc lập hồ sơ không thể hủy bỏ; hãy loại bỏ cả hồ sơ',
    en: 'The opening of a record cannot be rescinded; withdraw the record instead',
    source: 'QĐ 8060/QĐ-UBND Đ.13.2',
  },
  finding_unknown: {
    kind: 'command',
    vi: 'Không có vấn đề này đang mở trong hồ sơ',
    en: 'The record has no such open finding',
    source: 'design',
  },
  under_hold: {
    kind: 'command',
    vi: 'Hồ sơ đang được lưu giữ theo yêu cầu pháp lý: không được hủy nội dung nào',
    en: 'The record is under a legal hold: nothing of it may be destroyed',
    source: 'Luật Lưu trữ 33/2024/QH15; design',
  },
  attachment_unfit: {
    kind: 'command',
    vi: 'Hồ sơ không có bản quét này, mã băm của nó khác, hoặc nó được tải lên cho ít nhóm dữ liệu hơn việc mà nó chứng minh',
    en: 'The record has no such scan, its hash is another, or it was uploaded for fewer groups of data than the fact fills',
    source: 'design',
  },
  second_person_needed: {
    kind: 'command',
    vi: 'Việc có hiệu lực từ trước thời hạn một người được tự sửa; hãy đề nghị thay đổi (POST /v1/proposals, change) để người thứ hai quyết định',
    en: 'The fact took effect before the days that one person may correct alone; propose the change (POST /v1/proposals, change) for a second person to decide',
    source: 'QĐ 8060/QĐ-UBND Đ.13.2',
  },
  hold_unknown: {
    kind: 'command',
    vi: 'Hồ sơ không có lệnh lưu giữ này đang còn hiệu lực',
    en: 'The record has no such legal hold in force',
    source: 'design',
  },
} as const satisfies Record<string, Rule>;

export type RuleCode = keyof typeof RULES;

/** A rule broken by a fact, as a check reports it. Params carry no personal value. */
export interface Trouble {
  readonly rule: RuleCode;
  /** Other facts concerned, by id. */
  readonly others?: readonly string[];
  /** Name of the field of the action's data, when one is at fault. */
  readonly field?: string;
  readonly params?: Readonly<Record<string, string>>;
}
