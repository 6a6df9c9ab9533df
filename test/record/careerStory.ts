/** The working life of an invented man, 1998 to 2026, as his paper file tells it; each fact has a name of its own. */
import type { FactContent } from '../../src/record/action.js';
import { unitId } from '../support/city.js';
import { eventId, fact } from '../support/record.js';

const FINANCE = unitId('so_tai_chinh');
const HOME_AFFAIRS = unitId('so_noi_vu');
const DISTRICT = unitId('ubnd_quan_492');
const DISTRICT_FINANCE = unitId('bp_492_tai_chinh_ke_hoach');
/** Phường Thanh Bình, merged into phường Hải Châu on 2025-07-01. */
const WARD = unitId('ubnd_cx_20227');
const WARD_NOW = unitId('ubnd_cx_20242_202507');

const specialist = (step: number, coefficient: string, more: object = {}) => ({
  grade: '01.003',
  step,
  coefficient,
  ...more,
});
const principal = (step: number, coefficient: string, more: object = {}) => ({
  grade: '01.002',
  step,
  coefficient,
  ...more,
});
const learned = (field: string, level: string, more: object = {}) => ({ field, level, ...more });
const FROM_2010 = 2010;

/** He is judged every year from the end of his probation on: "khá" by the rules of 1998, "hoàn thành tốt" since 2010. */
const YEARS = Array.from({ length: 27 }, (_, i) => 1999 + i);
const evaluations: readonly (readonly [string, string, string, object])[] = YEARS.map((year) => [
  `evaluated-${String(year)}`,
  'evaluated',
  `${String(year)}-12-20`,
  { year, level: year < FROM_2010 ? 'cbcc_1998_kha' : 'cc_tot' },
]);

type Told = readonly [name: string, action: string, effective: string, data: object];

const TOLD: readonly Told[] = [
  [
    'opened',
    'record_opened',
    '2012-10-03',
    {
      familyName: 'Trần Văn',
      givenName: 'Thử',
      otherName: 'Ba Thử',
      dateOfBirth: '1965-01-20',
      sex: 'male',
      kind: 'initial_load',
    },
  ],
  [
    'declared',
    'personal_info_changed',
    '2012-10-05',
    {
      placeOfBirth: 'Xã Hòa Châu, Hòa Vang',
      hometown: 'Điện Bàn, Quảng Nam',
      ethnicity: '01',
      religion: 'none',
      permanentAddress: '1 Trần Phú, Hải Châu',
      currentAddress: '2 Lê Lợi, Hải Châu',
      occupationAtRecruitment: 'Bộ đội xuất ngũ',
      mainDuty: 'Quản lý ngân sách',
      professionalWork: 'ke_toan_tai_chinh',
      strengthText: 'Dự toán',
      partyPosition: 'chi_uy_vien',
      healthStatus: 'tot',
      heightCm: 168,
      weightKg: 62,
      bloodType: 'B',
      warInvalidClass: '4_4',
      policyBeneficiary: 'con_liet_si',
      idCardNumber: '200000002',
      idCardDate: '2001-04-02',
      socialInsuranceNumber: '4898000002',
      personalHistoryA: 'Không',
      personalHistoryB: 'Không',
      personalHistoryC: 'Không',
    },
  ],
  [
    'father',
    'family_relation_recorded',
    '2012-10-05',
    { relation: 'cha', name: 'Trần Văn Cha', born: '1935' },
  ],
  ['wife', 'family_relation_recorded', '2012-10-05', { relation: 'vo', name: 'Lê Thị Vợ', born: '1970' }],
  ['army', 'military_service', '1984-03-05', { discharged: '1987-03-20', highestRank: 'thuong_si' }],
  ['party', 'party_joined', '1986-12-22', {}],
  ['party-official', 'party_official', '1987-12-22', {}],
  ['school', 'qualification_recorded', '1983-06', learned('general_education', '12_12')],
  [
    'degree',
    'qualification_recorded',
    '1997-06-30',
    learned('qualification_level', 'cu_nhan', {
      institution: 'dhdn_kt',
      form: 'tai_chuc',
      degree: 'bang_cu_nhan',
      from: '1992-09',
      to: '1997-06',
    }),
  ],
  [
    'recruited',
    'recruited',
    '1998-09-01',
    { category: 'cong_chuc', agency: FINANCE, unit: FINANCE, method: 'thi_tuyen' },
  ],
  ['probation', 'probation_started', '1998-09-01', { until: '1999-08-31', pay: 'huong_85' }],
  ['probation-over', 'probation_completed', '1999-09-01', { result: 'passed' }],
  ['step-1', 'appointed_to_grade', '1999-09-01', specialist(1, '1.86')],
  ['union', 'union_joined', '1999-10-01', { organisation: 'Công đoàn', position: 'cd_doan_vien' }],
  [
    'english',
    'qualification_recorded',
    '2002-01',
    learned('foreign_language_level', 'C', { language: 'en' }),
  ],
  ['step-2', 'step_raised_regular', '2002-09-01', specialist(2, '2.10')],
  ['party-reprimand', 'disciplined', '2003-04-10', { side: 'party', form: 'dang_khien_trach' }],
  ['computing', 'qualification_recorded', '2003-05', learned('informatics_level', 'B')],
  // Decree 204/2004: the same code on another scale; the old date is kept.
  ['new-scale', 'grade_changed', '2004-10-01', specialist(2, '2.67', { nextStepFrom: '2002-09-01' })],
  ['step-3', 'step_raised_regular', '2005-09-01', specialist(3, '3.00')],
  ['deputy', 'appointed_to_position', '2006-04-01', { position: 'pho_truong_phong' }],
  ['deputy-allowance', 'allowance_granted', '2006-04-01', { type: 'chuc_vu', coefficient: '0.30' }],
  ['management', 'qualification_recorded', '2008-05', learned('state_management_level', 'cv')],
  ['step-4', 'step_raised_regular', '2008-09-01', specialist(4, '3.33')],
  ['politics', 'qualification_recorded', '2009-06', learned('political_theory_level', 'trung_cap')],
  ['emulation', 'emulation_title_awarded', '2010-11-20', { title: 'cstd_co_so', year: 2010 }],
  [
    'step-5',
    'step_raised_early',
    '2010-12-01',
    specialist(5, '3.66', { reason: 'excellent', monthsEarly: 9 }),
  ],
  [
    'abroad',
    'sent_to_training',
    '2011-09-01',
    { institutionName: 'Đại học Griffith', country: 'Úc', form: 'du_hoc', level: 'ths', until: '2013-06-30' },
  ],
  ['study-leave', 'leave_taken', '2011-09-01', { kind: 'study', until: '2013-06-30' }],
  ['civil-allowance', 'allowance_granted', '2012-05-01', { type: 'cong_vu', percent: '25' }],
  ['abroad-done', 'training_completed', '2013-07-01', { sending: 'abroad' }],
  [
    'master',
    'qualification_recorded',
    '2013-07-01',
    learned('qualification_level', 'ths', { degree: 'bang_ths', institutionName: 'Đại học Griffith' }),
  ],
  ['step-6', 'step_raised_regular', '2013-12-01', specialist(6, '3.99')],
  ['reprimand', 'disciplined', '2014-05-10', { side: 'state', form: 'cc_khien_trach' }],
  ['reprimand-revoked', 'discipline_revoked', '2015-11-02', { discipline: 'reprimand' }],
  ['artisan', 'honorary_title_awarded', '2015-11-20', { title: 'nghe_nhan_uu_tu', year: 2015 }],
  ['step-7', 'step_raised_regular', '2016-12-01', specialist(7, '4.32')],
  ['to-district', 'transferred', '2017-03-01', { fromUnit: FINANCE, toUnit: DISTRICT_FINANCE }],
  ['deputy-over', 'dismissed_from_post', '2017-03-01', { position: 'pho_truong_phong' }],
  ['head', 'appointed_to_position', '2017-03-01', { position: 'truong_phong_quan_huyen' }],
  ['head-allowance', 'allowance_granted', '2017-03-01', { type: 'chuc_vu', coefficient: '0.30' }],
  ['sent-1', 'record_sent', '2017-03-10', { from: FINANCE, to: DISTRICT, transfer: 'to-district' }],
  ['accepted-1', 'record_accepted', '2017-03-16', { agency: DISTRICT }],
  ['forwarded-1', 'record_forwarded', '2017-03-20', { to: DISTRICT_FINANCE }],
  ['management-2', 'qualification_recorded', '2018-04', learned('state_management_level', 'cvc')],
  ['seconded', 'seconded', '2018-06-01', { hostUnit: HOME_AFFAIRS, until: '2019-05-31' }],
  ['back', 'secondment_ended', '2019-06-01', {}],
  ['merit', 'rewarded', '2019-10-10', { form: 'bk_thu_tuong', level: 'government', year: 2019 }],
  ['step-8', 'step_raised_regular', '2019-12-01', specialist(8, '4.65')],
  // 4.74 is less than a step above 4.65: the old date is kept.
  [
    'promoted',
    'grade_promoted',
    '2020-06-01',
    principal(2, '4.74', { nextStepFrom: '2019-12-01', method: 'thi_nang_ngach' }),
  ],
  ['to-ward', 'transferred', '2021-07-15', { fromUnit: DISTRICT_FINANCE, toUnit: WARD }],
  ['head-over', 'dismissed_from_post', '2021-07-15', { position: 'truong_phong_quan_huyen' }],
  ['vice', 'appointed_to_position', '2021-07-15', { position: 'pho_chu_tich_ubnd_cap_xa' }],
  ['vice-allowance', 'allowance_granted', '2021-07-15', { type: 'chuc_vu', coefficient: '0.20' }],
  ['principal-3', 'step_raised_regular', '2022-12-01', principal(3, '5.08')],
  // On 2025-07-01 the ward is merged: he has a new one without a decision about him; only the post is decided.
  ['vice-over', 'dismissed_from_post', '2025-07-01', { position: 'pho_chu_tich_ubnd_cap_xa' }],
  ['head-ward', 'appointed_to_position', '2025-07-01', { position: 'truong_phong_cap_xa' }],
  ['ward-allowance', 'allowance_granted', '2026-01-01', { type: 'chuc_vu', coefficient: '0.25' }],
  ['principal-4', 'step_raised_regular', '2025-12-01', principal(4, '5.42')],
  ['notified', 'retirement_notified', '2026-01-15', { retirement: '2026-07' }],
  ['remark', 'remarked', '2026-06-30', { remark: 'Tận tụy, liêm khiết', unit: WARD_NOW }],
  ['head-ward-over', 'dismissed_from_post', '2026-08-01', { position: 'truong_phong_cap_xa' }],
  ['retired', 'retired', '2026-08-01', { type: 'dung_tuoi', pensionFrom: '2026-08-01' }],
  ...evaluations,
];

const NAMES = TOLD.map(([name]) => name);

/** The event that a fact of the story becomes. */
export function idOf(name: string): string {
  return eventId(NAMES.indexOf(name) + 1);
}

/** The name of a fact by its event. */
export function nameOf(id: string): string {
  return NAMES[Number(id.slice(-12)) - 1] ?? id;
}

const REFERENCES = ['transfer', 'discipline', 'sending'];

/** The story as facts; a fact that refers to another does so by its event. */
export const CAREER: readonly FactContent[] = TOLD.map(([, action, effective, data]) => {
  const meant = Object.entries(data).map(([field, value]) => [
    field,
    REFERENCES.includes(field) ? idOf(String(value)) : (value as unknown),
  ]);
  return fact(action, effective, Object.fromEntries(meant) as object);
});
