import { CodeField, DayField, IntegerField, PartialDateField, TextField } from './fields.js';

/** The items of form 2C that the person declares and no agency decides (domain-rules §3.1), each by itself optional. */
export class PersonalFields {
  @TextField({
    vi: 'Họ và tên đệm',
    en: 'Family and middle names',
    secrecy: 'identity',
    optional: true,
    max: 100,
  })
  familyName?: string;

  @TextField({ vi: 'Tên', en: 'Given name', secrecy: 'identity', optional: true, max: 100 })
  givenName?: string;

  @TextField({ vi: 'Tên gọi khác', en: 'Other name', secrecy: 'identity', optional: true, max: 100 })
  otherName?: string;

  @PartialDateField({ vi: 'Ngày sinh', en: 'Date of birth', secrecy: 'identity', optional: true })
  dateOfBirth?: string;

  @CodeField('sex', { vi: 'Giới tính', en: 'Sex', secrecy: 'identity', optional: true })
  sex?: string;

  @TextField({ vi: 'Nơi sinh', en: 'Place of birth', secrecy: 'identity', optional: true })
  placeOfBirth?: string;

  @CodeField('administrative_unit', {
    vi: 'Mã đơn vị hành chính nơi sinh',
    en: 'Administrative unit of the place of birth',
    secrecy: 'identity',
    optional: true,
  })
  placeOfBirthCode?: string;

  @TextField({ vi: 'Quê quán', en: 'Hometown', secrecy: 'identity', optional: true })
  hometown?: string;

  @CodeField('administrative_unit', {
    vi: 'Mã đơn vị hành chính quê quán',
    en: 'Administrative unit of the hometown',
    secrecy: 'identity',
    optional: true,
  })
  hometownCode?: string;

  @CodeField('ethnicity', { vi: 'Dân tộc', en: 'Ethnicity', secrecy: 'political', optional: true })
  ethnicity?: string;

  @CodeField('religion', { vi: 'Tôn giáo', en: 'Religion', secrecy: 'political', optional: true })
  religion?: string;

  @TextField({
    vi: 'Nơi đăng ký hộ khẩu thường trú',
    en: 'Permanent address',
    secrecy: 'identity',
    optional: true,
  })
  permanentAddress?: string;

  @CodeField('administrative_unit', {
    vi: 'Mã đơn vị hành chính nơi thường trú',
    en: 'Administrative unit of the permanent address',
    secrecy: 'identity',
    optional: true,
  })
  permanentAddressCode?: string;

  @TextField({ vi: 'Nơi ở hiện nay', en: 'Current address', secrecy: 'identity', optional: true })
  currentAddress?: string;

  @CodeField('administrative_unit', {
    vi: 'Mã đơn vị hành chính nơi ở hiện nay',
    en: 'Administrative unit of the current address',
    secrecy: 'identity',
    optional: true,
  })
  currentAddressCode?: string;

  @CodeField('marital_status', {
    vi: 'Tình trạng hôn nhân',
    en: 'Marital status',
    secrecy: 'family',
    optional: true,
  })
  maritalStatus?: string;

  @TextField({
    vi: 'Nghề nghiệp khi được tuyển dụng',
    en: 'Occupation at recruitment',
    secrecy: 'history',
    optional: true,
  })
  occupationAtRecruitment?: string;

  @TextField({ vi: 'Công việc chính được giao', en: 'Main duty', secrecy: 'history', optional: true })
  mainDuty?: string;

  @CodeField('professional_work', {
    vi: 'Công việc chuyên môn',
    en: 'Professional work',
    secrecy: 'history',
    optional: true,
  })
  professionalWork?: string;

  @CodeField('strength', { vi: 'Sở trường công tác', en: 'Strength', secrecy: 'history', optional: true })
  strength?: string;

  @TextField({
    vi: 'Sở trường (khi không có trong danh mục)',
    en: 'Strength, where the list lacks it',
    secrecy: 'history',
    optional: true,
  })
  strengthText?: string;

  @CodeField('family_class_origin', {
    vi: 'Thành phần gia đình xuất thân',
    en: 'Family class origin',
    secrecy: 'political',
    optional: true,
  })
  familyClassOrigin?: string;

  @CodeField('party_position', {
    vi: 'Chức vụ Đảng',
    en: 'Position in the Party',
    secrecy: 'political',
    optional: true,
  })
  partyPosition?: string;

  @CodeField('health_status', {
    vi: 'Tình trạng sức khỏe',
    en: 'State of health',
    secrecy: 'health',
    optional: true,
  })
  healthStatus?: string;

  @IntegerField({
    vi: 'Chiều cao (cm)',
    en: 'Height (cm)',
    secrecy: 'health',
    min: 30,
    max: 272,
    optional: true,
  })
  heightCm?: number;

  @IntegerField({
    vi: 'Cân nặng (kg)',
    en: 'Weight (kg)',
    secrecy: 'health',
    min: 2,
    max: 635,
    optional: true,
  })
  weightKg?: number;

  @CodeField('blood_type', { vi: 'Nhóm máu', en: 'Blood type', secrecy: 'health', optional: true })
  bloodType?: string;

  @CodeField('war_invalid_class', {
    vi: 'Thương binh hạng',
    en: 'Class of war invalid',
    secrecy: 'health',
    optional: true,
  })
  warInvalidClass?: string;

  @CodeField('disability', { vi: 'Dạng khuyết tật', en: 'Disability', secrecy: 'health', optional: true })
  disability?: string;

  @CodeField('disability_level', {
    vi: 'Mức độ khuyết tật',
    en: 'Degree of disability',
    secrecy: 'health',
    optional: true,
  })
  disabilityLevel?: string;

  @CodeField('policy_beneficiary', {
    vi: 'Đối tượng hưởng chính sách (con gia đình chính sách)',
    en: 'Beneficiary of a policy (child of such a family)',
    secrecy: 'family',
    optional: true,
  })
  policyBeneficiary?: string;

  @TextField({
    vi: 'Số chứng minh nhân dân, căn cước',
    en: 'Number of the identity card',
    secrecy: 'identity',
    max: 20,
    optional: true,
  })
  idCardNumber?: string;

  @DayField({
    vi: 'Ngày cấp chứng minh nhân dân, căn cước',
    en: 'Identity card issued on',
    secrecy: 'identity',
    optional: true,
  })
  idCardDate?: string;

  @TextField({
    vi: 'Nơi cấp chứng minh nhân dân, căn cước',
    en: 'Identity card issued by',
    secrecy: 'identity',
    max: 200,
    optional: true,
  })
  idCardPlace?: string;

  @TextField({
    vi: 'Số sổ bảo hiểm xã hội',
    en: 'Social insurance number',
    secrecy: 'identity',
    max: 20,
    optional: true,
  })
  socialInsuranceNumber?: string;

  @DayField({
    vi: 'Ngày cấp sổ bảo hiểm xã hội',
    en: 'Social insurance book issued on',
    secrecy: 'identity',
    optional: true,
  })
  socialInsuranceDate?: string;

  @TextField({ vi: 'Số điện thoại', en: 'Telephone', secrecy: 'identity', max: 30, optional: true })
  phone?: string;

  @TextField({ vi: 'Thư điện tử', en: 'E-mail', secrecy: 'identity', max: 254, optional: true })
  email?: string;

  @TextField({
    vi: 'Lịch sử bản thân a) bị bắt, bị tù; làm việc trong chế độ cũ',
    en: 'Personal history a) arrest, prison; work under the old regime',
    secrecy: 'political',
    optional: true,
    max: 4000,
  })
  personalHistoryA?: string;

  @TextField({
    vi: 'Lịch sử bản thân b) tham gia hoặc có quan hệ với các tổ chức ở nước ngoài',
    en: 'Personal history b) organisations abroad joined or dealt with',
    secrecy: 'political',
    optional: true,
    max: 4000,
  })
  personalHistoryB?: string;

  @TextField({
    vi: 'Lịch sử bản thân c) thân nhân ở nước ngoài',
    en: 'Personal history c) relatives abroad',
    secrecy: 'political',
    optional: true,
    max: 4000,
  })
  personalHistoryC?: string;
}

/** Names, birth and sex: who the person is, kept in `State.identity`. */
export const IDENTITY_FIELDS = ['familyName', 'givenName', 'otherName', 'dateOfBirth', 'sex'] as const;
type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** An item that is no part of the identity. */
export type PersonalField = Exclude<keyof PersonalFields, IdentityField>;
