/** Form 2C of the person in person.ts on 2013-06-30, written by hand: what each item says, and the facts it is from. */
import { UNIT } from '../../support/record.js';

const homeAffairs = { unit: UNIT.homeAffairs, vi: 'homeAffairs', en: null };
const section = { unit: UNIT.officialsSection, vi: 'officialsSection', en: null };
const finance = { unit: UNIT.finance, vi: 'finance', en: null };
const specialist = { code: '01.003', vi: 'Chuyên viên', en: 'Specialist' };
const deputy = { code: 'pho_giam_doc_so', vi: 'Phó Giám đốc sở', en: 'Deputy director of department' };
const business = { code: '34', vi: 'Kinh doanh và quản lý', en: 'Business and management' };
const law = { code: '38', vi: 'Pháp luật', en: 'Law' };
const economics = {
  code: 'dhdn_kt',
  vi: 'Trường Đại học Kinh tế, Đại học Đà Nẵng',
  en: 'University of Economics, The University of Danang',
};
const executive = {
  code: 'cd_uv_bch',
  vi: 'Ủy viên Ban Chấp hành Công đoàn',
  en: 'Executive member, trade union',
};
const noCourse = { institution: null, major: null, subject: null, from: null, form: null, degree: null };
const noWork = { unit: null, unitNow: null, secondedTo: null, positions: null };
const noAmount = { beyondFrame: null, amount: null };
const noChange = { hometown: null, organisations: null, died: null, ended: null };

export const EXPECTED = {
  birth_name: ['NGUYỄN THỊ MẪU', [1]],
  other_name: ['Hoa', [1]],
  date_of_birth: ['1975-03-15', [1]],
  sex: [{ code: 'female', vi: 'Nữ', en: 'Female' }, [1]],
  place_of_birth: [
    { text: 'Xã Hòa Châu', code: { code: '497', vi: 'Huyện Hòa Vang', en: 'Hoa Vang District' } },
    [2],
  ],
  hometown: [{ text: 'Điện Bàn, Quảng Nam', code: null }, [2]],
  ethnicity: [{ code: '01', vi: 'Kinh', en: 'Kinh' }, [2]],
  religion: [{ code: 'none', vi: 'Không', en: 'None' }, [2]],
  permanent_address: [{ text: '1 Trần Phú, Hải Châu', code: null }, [2]],
  current_address: [{ text: '2 Lê Lợi, Hải Châu', code: null }, [2]],
  occupation_at_recruitment: ['Sinh viên', [2]],
  recruitment_date: ['2005-09-01', [3]],
  recruiting_agency: [homeAffairs, [3]],
  current_position: [
    [{ side: 'state', kind: 'appointed', position: deputy, unit: homeAffairs }, [9]],
    [
      {
        side: 'party',
        kind: null,
        position: { code: 'chi_uy_vien', vi: 'Chi ủy viên', en: 'Cell committee member' },
        unit: null,
      },
      [2],
    ],
    [{ side: 'union', kind: null, position: executive, unit: 'Công đoàn' }, [14]],
  ],
  main_duty: [
    {
      text: 'Quản lý biên chế',
      code: { code: 'to_chuc_can_bo', vi: 'Tổ chức cán bộ', en: 'Personnel' },
    },
    [2],
  ],
  grade_name: [specialist, [6]],
  grade_code: ['01.003', [6]],
  step: [3, [6]],
  coefficient: ['3.00', [6]],
  salary_date: ['2011-10-01', [6]],
  position_allowance: [
    [
      {
        type: { code: 'chuc_vu', vi: 'Phụ cấp chức vụ lãnh đạo', en: 'Leadership position' },
        coefficient: '0.70',
        percent: null,
        amount: null,
      },
      [7],
    ],
  ],
  other_allowance: [
    [
      {
        type: { code: 'cong_vu', vi: 'Phụ cấp công vụ', en: 'Civil service' },
        coefficient: null,
        percent: '25',
        amount: null,
      },
      [8],
    ],
  ],
  general_education: [{ code: '12_12', vi: '12/12', en: '12 of 12' }, [24]],
  highest_qualification: [
    {
      level: { code: 'ths', vi: 'Thạc sĩ', en: 'Master' },
      major: law,
      subject: null,
      academicTitle: null,
    },
    [28],
  ],
  political_theory: [{ code: 'trung_cap', vi: 'Trung cấp', en: 'Intermediate' }, [29]],
  state_management: [{ code: 'cv', vi: 'Chuyên viên', en: 'Specialist' }, [30]],
  foreign_language: [
    [
      {
        language: { code: 'en', vi: 'Tiếng Anh', en: 'English' },
        level: { code: 'C', vi: 'Trình độ C', en: 'Level C' },
      },
      [32],
    ],
  ],
  informatics: [{ code: 'A', vi: 'Trình độ A', en: 'Level A' }, [33]],
  party_join_date: ['2003-05-19', [11]],
  party_official_date: ['2004-05-19', [12]],
  mass_organisation_history: [
    [
      {
        from: '1990-03-26',
        until: '2005',
        organisation: 'Đoàn TNCS Hồ Chí Minh',
        position: null,
        duty: null,
      },
      [13],
    ],
    [{ from: '2010', until: null, organisation: 'Công đoàn', position: executive, duty: null }, [14]],
  ],
  enlist_date: ['1993-02', [15]],
  discharge_date: ['1995-03', [15]],
  highest_military_rank: [{ code: 'trung_si', vi: 'Trung sĩ', en: 'Sergeant' }, [15]],
  highest_honorary_title: [
    { title: { code: 'nha_giao_uu_tu', vi: 'Nhà giáo ưu tú', en: 'Meritorious Teacher' }, year: 2011 },
    [16],
  ],
  strength: [
    { text: null, code: { code: 'tham_muu', vi: 'Tham mưu, tổng hợp', en: 'Advice and synthesis' } },
    [2],
  ],
  highest_reward: [
    {
      form: {
        code: 'bk_thu_tuong',
        vi: 'Bằng khen của Thủ tướng Chính phủ',
        en: 'Certificate of Merit of the Prime Minister',
      },
      year: 2009,
    },
    [17],
  ],
  // The warning of 2009 was revoked: it never was. The reprimand lapsed: it stays written.
  highest_discipline: [
    [
      {
        side: 'state',
        form: { code: 'cc_khien_trach', vi: 'Khiển trách', en: 'Reprimand' },
        year: 2008,
        lapsed: true,
      },
      [20, 21],
    ],
  ],
  health_status: [{ code: 'tot', vi: 'Tốt', en: 'Good' }, [2]],
  height_cm: [158, [2]],
  weight_kg: [50, [2]],
  blood_type: [{ code: 'O', vi: 'Nhóm máu O', en: 'Blood type O' }, [2]],
  war_invalid_class: [{ code: '4_4', vi: 'Thương binh hạng 4/4', en: 'War invalid class 4/4' }, [2]],
  policy_family: [{ code: 'con_liet_si', vi: 'Con liệt sĩ', en: 'Child of a martyr' }, [2]],
  id_card_number: ['200000001', [2]],
  id_card_date: ['1992-06-01', [2]],
  social_insurance_number: ['4805000001', [2]],
  training_history: [
    [
      {
        ...noCourse,
        institution: economics,
        major: business,
        from: '1995-09',
        to: '1999-06',
        form: { code: 'chinh_quy', vi: 'Chính quy', en: 'Full-time regular' },
        degree: { code: 'bang_cu_nhan', vi: 'Bằng cử nhân', en: 'Bachelor’s degree' },
        level: { code: 'cu_nhan', vi: 'Cử nhân', en: 'Bachelor' },
      },
      [25],
    ],
    [
      {
        ...noCourse,
        from: '1998',
        to: '1999',
        level: { code: 'B', vi: 'Trình độ B', en: 'Level B' },
      },
      [31],
    ],
    [{ ...noCourse, to: '2001', level: { code: 'C', vi: 'Trình độ C', en: 'Level C' } }, [32]],
    [{ ...noCourse, to: '2002', level: { code: 'A', vi: 'Trình độ A', en: 'Level A' } }, [33]],
    [{ ...noCourse, to: '2007-12', level: { code: 'trung_cap', vi: 'Trung cấp', en: 'Intermediate' } }, [29]],
    [{ ...noCourse, to: '2008-12', level: { code: 'cv', vi: 'Chuyên viên', en: 'Specialist' } }, [30]],
    [
      {
        ...noCourse,
        institution: 'Đại học Griffith',
        major: law,
        from: '2010-09',
        to: '2012-06',
        form: { code: 'du_hoc', vi: 'Du học', en: 'Study abroad' },
        level: { code: 'ths', vi: 'Thạc sĩ', en: 'Master' },
      },
      [26, 27],
    ],
    [{ ...noCourse, major: law, to: '2012-06', level: { code: 'ths', vi: 'Thạc sĩ', en: 'Master' } }, [28]],
  ],
  work_history: [
    [
      {
        ...noWork,
        from: '1995-09',
        to: '1999-06',
        kind: 'training',
        training: { institution: economics, major: business },
      },
      [25],
    ],
    [
      { ...noWork, from: '1998', to: '1999', kind: 'training', training: { institution: null, major: null } },
      [31],
    ],
    [
      {
        ...noWork,
        from: '2005-09',
        to: '2010-01',
        kind: 'work',
        unit: section,
        positions: [],
        training: null,
      },
      [3],
    ],
    [
      {
        ...noWork,
        from: '2010-01',
        to: '2012-06',
        kind: 'work',
        unit: section,
        positions: [{ kind: 'appointed', position: deputy, unit: homeAffairs }],
        training: null,
      },
      [3, 9],
    ],
    [
      {
        ...noWork,
        from: '2010-09',
        to: '2012-06',
        kind: 'training',
        training: { institution: 'Đại học Griffith', major: law },
      },
      [26, 27],
    ],
    [
      {
        ...noWork,
        from: '2012-07',
        to: null,
        kind: 'work',
        unit: finance,
        positions: [{ kind: 'appointed', position: deputy, unit: homeAffairs }],
        training: null,
      },
      [10, 9],
    ],
  ],
  personal_history: [{ a: 'Không', b: null, c: 'Có chú ruột ở Pháp' }, [2]],
  family: [
    [
      {
        ...noChange,
        side: 'self',
        relation: { code: 'cha', vi: 'Cha đẻ', en: 'Father' },
        name: 'Nguyễn Văn Cha',
        born: '1948',
        occupation: 'Nông dân',
        residence: 'Đà Nẵng',
      },
      [35, 36],
    ],
    [
      {
        ...noChange,
        side: 'spouse',
        relation: { code: 'me_vo_chong', vi: 'Mẹ vợ (chồng)', en: "Spouse's mother" },
        name: 'Lê Thị Xa',
        born: '1950',
        occupation: null,
        residence: null,
      },
      [34],
    ],
  ],
  salary_history: [
    [{ month: '2006-09', grade: specialist, step: 1, coefficient: '2.34', ...noAmount }, [4]],
    [{ month: '2009-09', grade: specialist, step: 2, coefficient: '2.67', ...noAmount }, [5]],
    [{ month: '2011-10', grade: specialist, step: 3, coefficient: '3.00', ...noAmount }, [6]],
  ],
  agency_remark: [
    {
      remark: 'Vững vàng, tận tụy',
      unit: finance,
      year: 2012,
      level: { code: 'cc_tot', vi: 'Hoàn thành tốt nhiệm vụ', en: 'Good' },
    },
    [38, 37],
  ],
};
