import { plusDays, plusMonths, type Day } from '../dates.js';
import type { Diary } from './diary.js';
import type { Random } from './random.js';

/** Who is invented. */
export interface Person {
  readonly familyName: string;
  readonly givenName: string;
  readonly sex: 'male' | 'female';
  readonly born: Day;
  readonly ethnicity: string;
  readonly religion: string;
}

const FAMILY = [
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Huỳnh',
  'Phan',
  'Võ',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Hồ',
  'Ngô',
  'Dương',
  'Lý',
];
const MIDDLE = {
  male: ['Văn', 'Minh', 'Quang', 'Đình', 'Hữu', 'Công'],
  female: ['Thị', 'Ngọc', 'Hồng', 'Thanh', 'Kim', 'Bích'],
};
/** Words for what is made up: nobody is called so. */
const GIVEN = [
  'Mẫu',
  'Ví',
  'Dụ',
  'Thử',
  'Tưởng',
  'Tượng',
  'Giả',
  'Định',
  'Họa',
  'Kiểu',
  'Phỏng',
  'Nháp',
  'Diễn',
  'Kịch',
  'Bịa',
  'Vờ',
];
const COMMUNES = ['20194', '20203', '20227', '20242', '20263', '20285', '20305', '20314', '20320', '20326'];
const PROVINCES = ['Quảng Nam', 'Quảng Ngãi', 'Thừa Thiên Huế', 'Bình Định', 'Đà Nẵng'];
const ORIGINS = ['nong_dan', 'cong_nhan', 'cong_chuc_vien_chuc', 'tieu_thuong', 'tri_thuc', 'quan_nhan'];
const HEALTH = ['loai_1', 'loai_2', 'loai_2', 'loai_3', 'tot', 'binh_thuong'];
const BLOOD = ['O_pos', 'A_pos', 'B_pos', 'AB_pos', 'O', 'A', 'B', 'unknown'];
const DUTIES = {
  official: [
    'tham_muu_tong_hop',
    'to_chuc_can_bo',
    'hanh_chinh_quan_tri',
    'ke_hoach_dau_tu',
    'cai_cach_hanh_chinh',
    'thi_dua_khen_thuong',
    'phap_che',
    'thanh_tra',
  ],
  commune: ['tu_phap_ho_tich', 'van_hoa_xa_hoi', 'dia_chinh_xay_dung', 'ke_toan_tai_chinh', 'van_thu'],
  teacher: ['giang_day'],
  health: ['kham_chua_benh'],
  technical: ['ky_thuat', 'cong_nghe_thong_tin', 'nghien_cuu'],
  service: ['phuc_vu', 'luu_tru'],
} as const;
export type Duty = keyof typeof DUTIES;

export function invent(random: Random, born: Day): Person {
  const sex = random.percent(48) ? 'male' : 'female';
  return {
    familyName: `${random.of(FAMILY)} ${random.of(MIDDLE[sex])}`,
    givenName: random.of(GIVEN),
    sex,
    born,
    ethnicity: random.percent(96) ? '01' : random.of(['02', '03', '05', '06', '07', '11']),
    religion: random.percent(85) ? 'none' : random.of(['01', '02', '05', '08']),
  };
}

/** The opening of the record. */
export function open(diary: Diary, person: Person, isLoad: boolean): void {
  const { familyName, givenName, sex, born } = person;
  diary.declare('record_opened', diary.opened, {
    familyName,
    givenName,
    otherName: 'Nhân vật hư cấu',
    dateOfBirth: born,
    sex,
    kind: isLoad ? 'initial_load' : 'new',
  });
}

/** What the person declares at the start: enough for a complete form, or with gaps. */
export function declareSelf(diary: Diary, person: Person, duty: Duty, isComplete: boolean): void {
  const { random, opened, life } = diary;
  const commune = random.of(COMMUNES);
  const number = String(life.person).padStart(6, '0');
  const old = opened < '2016-01-01';
  const required = {
    placeOfBirth: `Phường Mẫu, ${random.of(PROVINCES)}`,
    hometown: `Xã Mẫu, ${random.of(PROVINCES)}`,
    ethnicity: person.ethnicity,
    religion: person.religion,
    permanentAddress: `${String(random.between(1, 400))} đường Hư Cấu, Đà Nẵng`,
    currentAddress: `${String(random.between(1, 400))} đường Hư Cấu, Đà Nẵng`,
    ...(opened < '2025-01-01' ? { currentAddressCode: commune } : {}),
    occupationAtRecruitment: random.of(['Sinh viên', 'Giáo viên hợp đồng', 'Nhân viên', 'Chưa có việc làm']),
    mainDuty: random.of(['Theo phân công của đơn vị', 'Theo dõi lĩnh vực được giao']),
    professionalWork: random.of(DUTIES[duty]),
    healthStatus: random.of(HEALTH),
    idCardNumber: old ? `200${number}` : `048000${number}`,
    idCardDate: plusDays(opened, -random.between(100, 1500)),
    socialInsuranceNumber: `480${number}0`,
  };
  const further = {
    maritalStatus: random.percent(78) ? 'married' : 'single',
    familyClassOrigin: random.of(ORIGINS),
    strength: random.of([
      'tham_muu',
      'soan_thao_van_ban',
      'giang_day',
      'chuyen_mon_ky_thuat',
      'tin_hoc',
      'quan_ly',
    ]),
    heightCm: random.between(150, 178),
    weightKg: random.between(45, 80),
    bloodType: random.of(BLOOD),
    personalHistoryA: 'Không',
    personalHistoryB: 'Không',
    personalHistoryC: 'Không',
    phone: `0000${number}`,
    ...(random.percent(6) ? { policyBeneficiary: random.of(['con_thuong_binh', 'con_liet_si']) } : {}),
    ...(random.percent(2) ? { warInvalidClass: random.of(['3_4', '4_4']) } : {}),
    ...(random.percent(1) ? { disability: 'van_dong', disabilityLevel: 'nhe' } : {}),
    ...(random.percent(8) ? { partyPosition: random.of(['chi_uy_vien', 'bi_thu_chi_bo', 'dang_vien']) } : {}),
  };
  const all = { ...required, ...further };
  const kept = isComplete
    ? all
    : omit(all, random.of(['healthStatus', 'idCardNumber', 'religion', 'hometown', 'mainDuty'] as const));
  diary.declare('personal_info_changed', opened, kept);
}

const RELATIONS = [
  { relation: 'cha', age: 28 },
  { relation: 'me', age: 25 },
  { relation: 'em_ruot', age: -4 },
  { relation: 'con', age: -27 },
] as const;

/** Parents, and for many a spouse, a child, a parent in law. */
export function declareFamily(diary: Diary, { born, sex }: Person): void {
  const { random, opened } = diary;
  const year = (years: number) => String(Number(born.slice(0, 4)) - years);
  const relative = (relation: string, age: number) =>
    diary.declare('family_relation_recorded', opened, {
      relation,
      name: `${random.of(FAMILY)} ${random.of(GIVEN)}`,
      born: year(age),
      occupation: random.of(['Nông dân', 'Hưu trí', 'Giáo viên', 'Buôn bán', 'Học sinh']),
    });
  const relatives = RELATIONS.filter((r) => r.age > 0 || random.percent(15)).map((r) =>
    relative(r.relation, r.age),
  );
  if (random.percent(40)) relative(sex === 'male' ? 'vo' : 'chong', random.between(-4, 4));
  if (random.percent(6)) relative('cha_vo_chong', 29);
  if (random.percent(5))
    diary.declare('family_relation_changed', plusMonths(opened, 30), {
      relative: relatives[0] ?? '',
      died: plusMonths(opened, 30),
    });
}

/** The degree with which the person was hired, and what came with it. */
export function declareSchooling(diary: Diary, hired: Day, duty: Duty): void {
  const { random, opened } = diary;
  const ended = `${String(Number(hired.slice(0, 4)) - 1)}-07`;
  const degree =
    duty === 'health' && random.percent(45)
      ? ['bac_si', 'bang_bac_si']
      : random.of([
          ['cu_nhan', 'bang_cu_nhan'],
          ['cu_nhan', 'bang_cu_nhan'],
          ['ky_su', 'bang_ky_su'],
          ['cao_dang', 'bang_cao_dang'],
          ['ths', 'bang_ths'],
        ]);
  const [level, paper] = degree;
  diary.declare('qualification_recorded', ended, {
    field: 'qualification_level',
    level,
    degree: paper,
    institution: random.of([
      'dhdn_bk',
      'dhdn_kt',
      'dhdn_sp',
      'dh_hue',
      'dh_duy_tan',
      'hv_hcqg',
      'other_domestic',
    ]),
    ...(ended > '2009-04'
      ? {
          major:
            duty === 'teacher' ? '14' : duty === 'health' ? '72' : random.of(['34', '38', '48', '58', '85']),
        }
      : {}),
    form: random.of(['chinh_quy', 'chinh_quy', 'tai_chuc', 'vua_lam_vua_hoc']),
    graduation: random.of(['gioi', 'kha', 'kha', 'trung_binh_kha']),
    to: ended,
  });
  diary.declare('qualification_recorded', opened, { field: 'general_education', level: '12_12' });
  if (random.percent(35))
    diary.declare('qualification_recorded', opened, {
      field: 'foreign_language_level',
      level: random.of(['A', 'B', 'C']),
      language: random.of(['en', 'en', 'en', 'fr', 'ru', 'zh', 'ja']),
      degree: 'cc_ngoai_ngu',
    });
  if (random.percent(30))
    diary.declare('qualification_recorded', opened, {
      field: 'informatics_level',
      level: random.of(['A', 'B']),
      degree: 'cc_tin_hoc',
    });
}

function omit<T extends object>(all: T, name: keyof T): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([k]) => k !== name)) as Partial<T>;
}
