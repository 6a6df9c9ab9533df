import { plusDays, type Day } from '../dates.js';
import type { FactContent } from '../record/action.js';
import { decided, declared, Life, type Ids, type Step } from './life.js';

/** Where these lives are lived, by the codes of the units. */
export interface Stages {
  /** A department (sở), two of its sections, and another agency. */
  readonly department: string;
  readonly sections: readonly [string, string];
  readonly other: string;
  /** A public service unit. */
  readonly school: string;
}

/**
 * Three long careers, told by hand, in which every personnel action occurs at least once: an official, a public
 * employee, and a worker who came and went.
 */
export function everyAction(first: number, ids: Ids, stages: Stages): Step[][] {
  return [official(first, ids, stages), teacher(first + 1, ids, stages), worker(first + 2, ids, stages)].map(
    (life) => life.steps(),
  );
}

/** Records facts one by one, each some days after it took effect. */
class Notebook {
  private number = 100;

  constructor(
    readonly life: Life,
    private readonly delay: number,
  ) {}

  /** A fact that a decision decides. */
  decide(action: string, effective: Day, data: object): string {
    return this.enter(decided(this.number++, action, effective, data), effective);
  }

  /** A fact that no decision decides. */
  declare(action: string, effective: Day, data: object): string {
    return this.enter(declared(action, effective, data), effective);
  }

  private enter(fact: FactContent, effective: Day): string {
    const on = effective < '2012-10-15' ? '2012-10-15' : plusDays(effective, this.delay);
    return this.life.record(on, fact)[0] ?? '';
  }
}

function official(person: number, ids: Ids, { department, sections, other }: Stages): Life {
  const life = new Life(person, ids);
  const { decide, declare } = bound(new Notebook(life, 5));
  const [dept, office, division, elsewhere] = [department, ...sections, other].map((c) => ids.unit(c));
  declare('record_opened', '2012-10-03', {
    familyName: 'Lê Thị',
    givenName: 'Kịch Bản',
    dateOfBirth: '1970-02-11',
    sex: 'female',
    kind: 'initial_load',
  });
  decide('recruited', '1993-03-01', {
    category: 'cong_chuc',
    agency: dept,
    unit: office,
    method: 'thi_tuyen',
    source: 'sinh_vien_tot_nghiep',
    position: 'chuyen_vien',
  });
  decide('probation_started', '1993-03-01', {
    until: '1994-02-28',
    pay: 'huong_85',
    mentor: 'Người Hướng Dẫn',
  });
  decide('probation_completed', '1994-03-01', { result: 'passed' });
  decide('appointed_to_grade', '2004-10-01', { grade: '01.003', step: 4 });
  decide('step_raised_regular', '2007-10-01', { grade: '01.003', step: 5 });
  decide('step_raised_regular', '2010-10-01', { grade: '01.003', step: 6 });
  declare('party_joined', '1999-05-19', { cell: 'Chi bộ Văn phòng (hư cấu)' });
  declare('party_official', '2000-05-19', { cell: 'Chi bộ Văn phòng (hư cấu)' });
  declare('union_joined', '1994', { organisation: 'Công đoàn cơ sở', position: 'cd_doan_vien' });
  declare('military_service', '1988', { discharged: '1990', highestRank: 'trung_si', position: 'chien_si' });
  declare('record_entered', '2012-10-15', { form: '2C-BNV/2008' });
  decide('service_number_issued', '2013-01-10', { number: `HC-${String(person).padStart(6, '0')}` });
  decide('card_issued', '2013-02-01', {
    serial: `T-${String(person).padStart(6, '0')}`,
    validTo: '2023-02-01',
  });
  const father = declare('family_relation_recorded', '2012-10-15', {
    relation: 'cha',
    name: 'Lê Văn Tưởng Tượng',
    born: '1940',
  });
  declare('family_relation_changed', '2015-06-01', { relative: father, died: '2015-05-20' });
  declare('personal_info_changed', '2013-01-15', {
    maritalStatus: 'married',
    healthStatus: 'loai_2',
    ethnicity: '01',
  });
  declare('supplement_declared', '2014-01-10', { year: 2013, family: 'Không thay đổi' });
  declare('foreign_travel', '2014-04-02', { country: 'Nhật Bản', purpose: 'Học tập', until: '2014-04-12' });
  decide('appointed_to_position', '2013-04-01', {
    position: 'pho_truong_phong',
    unit: office,
    termEnds: '2018-03-31',
  });
  decide('allowance_granted', '2013-04-01', { type: 'chuc_vu', coefficient: '0.3' });
  decide('rewarded', '2012-12-20', { form: 'giay_khen', level: 'department_or_district', year: 2012 });
  decide('step_raised_early', '2013-04-15', {
    grade: '01.003',
    step: 7,
    reason: 'excellent',
    monthsEarly: 6,
  });
  decide('planned_for_post', '2014-01-02', {
    position: 'truong_phong',
    unit: office,
    fromYear: 2014,
    toYear: 2019,
  });
  decide('reassigned_internally', '2014-06-01', { toUnit: division, fromUnit: office });
  decide('dismissed_from_post', '2014-06-01', { position: 'pho_truong_phong', unit: office });
  decide('allowance_ended', '2014-06-01', { type: 'chuc_vu' });
  decide('acting_assigned', '2014-06-01', { position: 'truong_phong', unit: division, kind: 'acting' });
  decide('acting_ended', '2014-12-01', { position: 'truong_phong', unit: division });
  decide('appointed_to_position', '2014-12-01', {
    position: 'truong_phong',
    unit: division,
    termEnds: '2019-11-30',
  });
  decide('position_rotated', '2015-01-05', { toWork: 'to_chuc_can_bo', fromWork: 'hanh_chinh_quan_tri' });
  const sending = decide('sent_to_training', '2015-09-01', {
    type: 'ly_luan_chinh_tri',
    institution: 'hv_ct_kv3',
    form: 'tap_trung',
    until: '2016-06-30',
    funding: 'ns_thanh_pho',
  });
  decide('training_completed', '2016-07-01', { sending, graduation: 'kha' });
  declare('qualification_recorded', '2016-07-10', {
    field: 'political_theory_level',
    level: 'cao_cap',
    degree: 'bang_llct',
    institution: 'hv_ct_kv3',
  });
  decide('evaluated', '2016-12-20', { year: 2016, level: 'cc_tot' });
  decide('emulation_title_awarded', '2017-01-10', { title: 'cstd_co_so', year: 2016 });
  decide('rewarded', '2017-03-01', { form: 'bk_cap_bo_tinh', level: 'ministry_or_city', year: 2016 });
  decide('suspended', '2017-05-02', { kind: 'work', until: '2017-05-31', pay: 'huong_50_dinh_chi' });
  decide('suspension_ended', '2017-06-01', { outcome: 'disciplined' });
  const lowering = decide('disciplined', '2017-06-01', {
    side: 'state',
    form: 'cc_ha_bac_luong',
    body: 'Giám đốc Sở',
  });
  decide('step_lowered', '2017-06-01', { grade: '01.003', step: 6, discipline: lowering });
  const warning = decide('disciplined', '2019-02-01', {
    side: 'state',
    form: 'cc_khien_trach',
    body: 'Giám đốc Sở',
  });
  decide('step_raise_extended', '2019-02-01', { months: 6, cause: 'discipline', causedBy: warning });
  decide('discipline_revoked', '2019-08-01', { discipline: warning, reason: 'Kết luận sai' });
  declare('discipline_lapsed', '2018-06-01', { discipline: lowering });
  decide('reappointed', '2019-12-01', { position: 'truong_phong', unit: division, termEnds: '2024-11-30' });
  decide('resigned_post', '2020-03-01', { position: 'truong_phong', unit: division });
  decide('seconded', '2020-04-01', { hostUnit: elsewhere, until: '2021-03-31', task: 'Dự án số hóa hồ sơ' });
  decide('secondment_ended', '2021-04-01', {});
  decide('grade_promoted', '2021-07-01', { grade: '01.002', step: 1, method: 'thi_nang_ngach' });
  const moved = decide('transferred', '2021-09-01', { toUnit: elsewhere, fromUnit: division });
  declare('record_sent', '2021-09-06', { from: dept, to: elsewhere, transfer: moved });
  declare('record_refused', '2021-09-10', { reason: 'Thiếu bản sao quyết định' });
  declare('record_sent', '2021-09-14', { from: dept, to: elsewhere, transfer: moved });
  declare('record_accepted', '2021-09-20', { agency: elsewhere });
  declare('record_forwarded', '2021-09-22', { to: elsewhere });
  decide('elected', '2022-06-15', {
    position: 'pho_truong_phong',
    unit: elsewhere,
    term: '2022–2027',
    termEnds: '2027-06-14',
  });
  const rotation = decide('rotated', '2023-02-01', {
    toUnit: dept,
    fromUnit: elsewhere,
    until: '2026-01-31',
  });
  declare('record_sent', '2023-02-06', { from: elsewhere, to: dept, transfer: rotation });
  declare('record_accepted', '2023-02-10', { agency: dept });
  declare('record_forwarded', '2023-02-13', { to: dept });
  decide('dismissed_from_post', '2023-02-01', { position: 'pho_truong_phong', unit: elsewhere });
  decide('grade_changed', '2023-08-01', { grade: '06.030', step: 2 });
  declare('income_declared', '2024-03-20', {
    year: 2023,
    taxableIncome: '180000000',
    tax: '2400000',
    kind: 'tien_luong_tien_cong',
    bracket: 'bac_1',
  });
  declare('asset_declared', '2024-12-20', { year: 2024, kind: 'yearly' });
  const dispute = declare('disputed', '2024-09-02', {
    item: 'date_of_birth',
    requester: 'Người trong hồ sơ',
  });
  declare('dispute_resolved', '2024-09-20', {
    dispute,
    outcome: 'rejected',
    reason: 'Giấy khai sinh đúng như hồ sơ',
  });
  declare('reconciled_with_paper', '2025-02-03', { revision: 60, result: 'matches' });
  declare('remarked', '2025-02-03', { remark: 'Hoàn thành tốt nhiệm vụ được giao', unit: dept });
  decide('retirement_notified', '2025-02-10', { retirement: '2025-10' });
  decide('postponed_retirement', '2025-08-01', { until: '2026-01-31', reason: 'Yêu cầu công tác' });
  decide('retired', '2026-02-01', { type: 'lui_thoi_diem', pensionFrom: '2026-02-01' });
  return life;
}

function teacher(person: number, ids: Ids, { school }: Stages): Life {
  const life = new Life(person, ids);
  const { decide, declare } = bound(new Notebook(life, 8));
  const unit = ids.unit(school);
  declare('record_opened', '2012-10-03', {
    familyName: 'Trần Văn',
    givenName: 'Bài Mẫu',
    dateOfBirth: '1966-08-30',
    sex: 'male',
    kind: 'initial_load',
  });
  decide('recruited', '1990-09-01', {
    category: 'vien_chuc',
    agency: unit,
    unit,
    method: 'xet_tuyen',
    position: 'giao_vien_thpt',
  });
  decide('work_contract_signed', '2012-07-01', { type: 'hdlv_khong_xac_dinh', position: 'giang_day' });
  decide('appointed_to_grade', '2004-10-01', { grade: '15.113', step: 6 });
  decide('step_raised_regular', '2007-10-01', { grade: '15.113', step: 7 });
  decide('step_raised_regular', '2010-10-01', { grade: '15.113', step: 8 });
  decide('step_raised_regular', '2013-10-01', { grade: '15.113', step: 9 });
  decide('appointed_professional_title', '2016-01-01', {
    grade: 'V.07.05.15',
    step: 9,
    class: 'III',
    nextStepFrom: '2013-10-01',
  });
  decide('beyond_frame_granted', '2016-10-01', { percent: '5' });
  decide('beyond_frame_raised', '2017-10-01', { percent: '6' });
  decide('academic_title_awarded', '2018-11-20', { title: 'pgs', subject: 'Khoa học giáo dục' });
  decide('honorary_title_awarded', '2019-11-20', { title: 'nha_giao_uu_tu', year: 2019 });
  decide('leave_taken', '2020-02-01', { kind: 'sick', until: '2020-07-31' });
  decide('leave_ended', '2020-06-01', {});
  declare('party_joined', '1992-02-03', {});
  declare('party_left', '2021-05-01', { manner: 'own_wish' });
  decide('retired_early', '2025-03-01', {
    basis: 'sap_xep_nd178',
    monthsEarly: 32,
    pensionFrom: '2025-03-01',
  });
  declare('died', '2026-05-04', { place: 'Đà Nẵng' });
  return life;
}

function worker(person: number, ids: Ids, { department, sections }: Stages): Life {
  const life = new Life(person, ids);
  const { decide, declare } = bound(new Notebook(life, 6));
  const [dept, office] = [department, sections[0]].map((c) => ids.unit(c));
  declare('record_opened', '2013-01-07', {
    familyName: 'Phạm Văn',
    givenName: 'Thử Việc',
    dateOfBirth: '1986-12-01',
    sex: 'male',
    kind: 'new',
  });
  decide('recruited', '2013-01-07', {
    category: 'contract_nd68',
    agency: dept,
    unit: office,
    method: 'hop_dong_nd68',
    position: 'lai_xe',
  });
  decide('labour_contract_signed', '2013-01-07', { type: 'hdld_nd68', job: 'Lái xe', pay: 'luong_khoan' });
  decide('paid_by_amount', '2013-01-07', { amount: '4200000', per: 'month' });
  declare('record_entered', '2013-02-20', { form: '2C-BNV/2008' });
  decide('contract_ended', '2016-03-01', { reason: 'Theo nguyện vọng' });
  decide('left_service', '2016-03-01', { reason: 'nguyen_vong' });
  decide('reinstated', '2017-02-01', { unit: office, reason: 'Ký lại hợp đồng' });
  const dismissal = decide('disciplined', '2018-10-01', { side: 'state', form: 'ld_sa_thai' });
  decide('dismissed_from_service', '2018-10-02', { discipline: dismissal });
  decide('reinstated', '2020-01-02', { unit: office });
  decide('moved_out_of_city', '2021-01-04', { destination: 'Tỉnh khác (hư cấu)' });
  decide('reinstated', '2022-01-04', { unit: office });
  decide('moved_to_party_bloc', '2023-01-03', { destination: 'Khối Đảng (hư cấu)' });
  return life;
}

function bound(diary: Notebook) {
  return {
    decide: (action: string, effective: Day, data: object) => diary.decide(action, effective, data),
    declare: (action: string, effective: Day, data: object) => diary.declare(action, effective, data),
  };
}
