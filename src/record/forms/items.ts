import type { Caption } from '../fields.js';

/** What an item of form 2C is called: its number on the form and its captions. */
export interface ItemInfo extends Caption {
  readonly number: string;
}

/**
 * The items of Mẫu 2C-BNV/2008 (QĐ 02/2008/QĐ-BNV), in the form's order, by the identifiers of the data. Several
 * share a number where the form asks for several things under it.
 */
export const ITEMS = {
  birth_name: item('1', 'Họ và tên khai sinh', 'Name at birth'),
  other_name: item('2', 'Tên gọi khác', 'Other name'),
  date_of_birth: item('3', 'Sinh ngày', 'Date of birth'),
  sex: item('3', 'Giới tính', 'Sex'),
  place_of_birth: item('4', 'Nơi sinh', 'Place of birth'),
  hometown: item('5', 'Quê quán', 'Hometown'),
  ethnicity: item('6', 'Dân tộc', 'Ethnicity'),
  religion: item('7', 'Tôn giáo', 'Religion'),
  permanent_address: item('8', 'Nơi đăng ký hộ khẩu thường trú', 'Permanent address'),
  current_address: item('9', 'Nơi ở hiện nay', 'Current address'),
  occupation_at_recruitment: item('10', 'Nghề nghiệp khi được tuyển dụng', 'Occupation at recruitment'),
  recruitment_date: item('11', 'Ngày tuyển dụng', 'Date of recruitment'),
  recruiting_agency: item('11', 'Cơ quan tuyển dụng', 'Recruiting agency'),
  current_position: item('12', 'Chức vụ (chức danh) hiện tại', 'Current position'),
  main_duty: item('13', 'Công việc chính được giao', 'Main duty'),
  grade_name: item('14', 'Ngạch công chức (viên chức)', 'Grade'),
  grade_code: item('14', 'Mã ngạch', 'Grade code'),
  step: item('14', 'Bậc lương', 'Step'),
  coefficient: item('14', 'Hệ số', 'Coefficient'),
  salary_date: item('14', 'Ngày hưởng', 'Paid from'),
  position_allowance: item('14', 'Phụ cấp chức vụ', 'Position allowance'),
  other_allowance: item('14', 'Phụ cấp khác', 'Other allowances'),
  general_education: item('15.1', 'Trình độ giáo dục phổ thông', 'General education'),
  highest_qualification: item('15.2', 'Trình độ chuyên môn cao nhất', 'Highest professional qualification'),
  political_theory: item('15.3', 'Lý luận chính trị', 'Political theory'),
  state_management: item('15.4', 'Quản lý nhà nước', 'State management'),
  foreign_language: item('15.5', 'Ngoại ngữ', 'Foreign languages'),
  informatics: item('15.6', 'Tin học', 'Informatics'),
  party_join_date: item('16', 'Ngày vào Đảng Cộng sản Việt Nam', 'Date of admission to the Party'),
  party_official_date: item('16', 'Ngày chính thức', 'Date of official membership'),
  mass_organisation_history: item(
    '17',
    'Ngày tham gia tổ chức chính trị - xã hội',
    'Mass organisations joined',
  ),
  enlist_date: item('18', 'Ngày nhập ngũ', 'Enlisted on'),
  discharge_date: item('18', 'Ngày xuất ngũ', 'Discharged on'),
  highest_military_rank: item('18', 'Quân hàm cao nhất', 'Highest military rank'),
  highest_honorary_title: item('19', 'Danh hiệu được phong tặng cao nhất', 'Highest honorary title'),
  strength: item('20', 'Sở trường công tác', 'Strength'),
  highest_reward: item('21', 'Khen thưởng (hình thức cao nhất, năm nào)', 'Highest reward'),
  highest_discipline: item(
    '22',
    'Kỷ luật (về đảng, chính quyền, đoàn thể; hình thức cao nhất, năm nào)',
    'Highest discipline, by Party, state and mass organisation',
  ),
  health_status: item('23', 'Tình trạng sức khỏe', 'State of health'),
  height_cm: item('23', 'Chiều cao (cm)', 'Height (cm)'),
  weight_kg: item('23', 'Cân nặng (kg)', 'Weight (kg)'),
  blood_type: item('23', 'Nhóm máu', 'Blood type'),
  war_invalid_class: item('24', 'Là thương binh hạng', 'Class of war invalid'),
  policy_family: item('24', 'Là con gia đình chính sách', 'Child of a policy family'),
  id_card_number: item('25', 'Số chứng minh nhân dân', 'Identity card number'),
  id_card_date: item('25', 'Ngày cấp', 'Issued on'),
  social_insurance_number: item('26', 'Số sổ BHXH', 'Social insurance number'),
  training_history: item(
    '27',
    'Đào tạo, bồi dưỡng về chuyên môn, nghiệp vụ, lý luận chính trị, ngoại ngữ, tin học',
    'Training',
  ),
  work_history: item('28', 'Tóm tắt quá trình công tác', 'Work history'),
  personal_history: item('29', 'Đặc điểm lịch sử bản thân', 'Personal history'),
  family: item('30', 'Quan hệ gia đình', 'Family'),
  salary_history: item('31', 'Diễn biến quá trình lương', 'Salary history'),
  agency_remark: item(
    '32',
    'Nhận xét, đánh giá của cơ quan, đơn vị quản lý và sử dụng',
    'Remark of the agency that manages and uses the person',
  ),
} as const satisfies Readonly<Record<string, ItemInfo>>;

/** Identifier of an item of form 2C. */
export type ItemId = keyof typeof ITEMS;

/** Items that have rows. */
export const TABLE_IDS = [
  'current_position',
  'position_allowance',
  'other_allowance',
  'foreign_language',
  'mass_organisation_history',
  'highest_discipline',
  'training_history',
  'work_history',
  'family',
  'salary_history',
] as const satisfies readonly ItemId[];
export type TableId = (typeof TABLE_IDS)[number];

export const ITEM_IDS = Object.keys(ITEMS) as readonly ItemId[];

function item(number: string, vi: string, en: string): ItemInfo {
  return { number, vi, en };
}
