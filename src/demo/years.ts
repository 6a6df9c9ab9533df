import { plusDays, plusMonths, type Day } from '../dates.js';
import type { Worker } from './worker.js';
import { LAST } from './life.js';

/** From this year on the offices enter the yearly evaluations. */
const FIRST_YEAR = 2022;
const LAST_YEAR = 2025;
const NEW_LEVELS: Day = '2020-07-01';
const PREFIX = {
  can_bo: 'cb',
  cong_chuc: 'cc',
  vien_chuc: 'vc',
  contract_nd68: null,
  contract_labour_code: null,
} as const;

/** What the years bring beside pay and place: evaluation, awards, courses, leave, discipline, declarations. */
export function workingYears(worker: Worker, isComplete: boolean): void {
  const { hired, end } = worker;
  for (let year = 2013; year <= LAST_YEAR; year++) {
    const [first, last] = [`${String(year)}-01-15`, `${String(year)}-12-20`];
    if (first < plusMonths(hired, 12) || last >= end) continue;
    if (year >= FIRST_YEAR) evaluate(worker, year, last);
    awards(worker, year, last);
    occasions(worker, year);
  }
  once(worker);
  reconcile(worker, isComplete);
}

function evaluate({ diary, random, trade, delay }: Worker, year: number, day: Day): void {
  const prefix = PREFIX[trade.category];
  if (prefix === null) return;
  const wasDisciplined = delay?.on.startsWith(String(year)) === true;
  const roll = wasDisciplined ? 95 : random.below(90);
  const third = prefix === 'vc' || day >= NEW_LEVELS ? 'hoan_thanh' : 'han_che';
  const level = roll < 15 ? 'xuat_sac' : roll < 84 ? 'tot' : third;
  diary.decide('evaluated', day, { year, level: `${prefix}_${level}` });
}

function awards({ diary, random, end }: Worker, year: number, day: Day): void {
  const awarded = plusDays(day, 26);
  if (awarded >= end) return;
  if (random.percent(7))
    diary.decide('emulation_title_awarded', awarded, {
      title: random.percent(75) ? 'lao_dong_tien_tien' : 'cstd_co_so',
      year,
    });
  if (random.percent(4))
    diary.decide('rewarded', awarded, {
      form: random.percent(80) ? 'giay_khen' : 'bk_cap_bo_tinh',
      level: random.of(['unit', 'department_or_district', 'ministry_or_city']),
      year,
      reason: 'Hoàn thành xuất sắc nhiệm vụ',
    });
}

const COURSES = [
  {
    type: 'quan_ly_nha_nuoc',
    institution: 'hv_hcqg',
    field: 'state_management_level',
    level: 'cv',
    degree: 'cc_quan_ly_nha_nuoc',
  },
  {
    type: 'ly_luan_chinh_tri',
    institution: 'truong_chinh_tri_tp',
    field: 'political_theory_level',
    level: 'trung_cap',
    degree: 'bang_llct',
  },
  { type: 'chuyen_mon', institution: 'dhdn_kt', field: null, level: null, degree: null },
  { type: 'ky_nang', institution: 'other_domestic', field: null, level: null, degree: null },
] as const;

function occasions(worker: Worker, year: number): void {
  const { diary, random, trade, end } = worker;
  const spring = `${String(year)}-04-06`;
  if (random.percent(5)) course(worker, spring);
  if (random.percent(3))
    diary.declare('supplement_declared', plusDays(spring, 20), {
      year: year - 1,
      family: 'Không thay đổi',
      health: 'Bình thường',
    });
  if (random.percent(3))
    diary.declare('foreign_travel', plusDays(spring, 60), {
      country: random.of(['Lào', 'Thái Lan', 'Nhật Bản', 'Singapore']),
      purpose: 'Việc riêng',
      until: plusDays(spring, 66),
    });
  if (random.percent(1) && trade.job !== null)
    diary.declare('income_declared', plusDays(spring, -10), {
      year: year - 1,
      taxableIncome: String(random.between(60, 200) * 1_000_000),
      tax: String(random.between(0, 40) * 100_000),
      kind: 'tien_luong_tien_cong',
      bracket: random.of(['bac_1', 'bac_2']),
    });
  if (random.percent(2))
    diary.declare('asset_declared', `${String(year)}-12-10`, {
      year,
      kind: random.of(['yearly', 'supplement']),
    });
  if (random.percent(2))
    diary.declare('personal_info_changed', plusDays(spring, 33), {
      currentAddress: `${String(random.between(1, 300))} đường Mẫu Mới, Đà Nẵng`,
    });
  if (random.percent(1) && plusMonths(spring, 12) < end)
    diary.decide('position_rotated', spring, {
      toWork: random.of(['tham_muu_tong_hop', 'to_chuc_can_bo', 'van_thu']),
      fromWork: 'hanh_chinh_quan_tri',
    });
}

function course({ diary, random, end }: Worker, day: Day): void {
  const { type, institution, field, level, degree } = random.of(COURSES);
  const until = plusMonths(day, random.of([1, 3, 6]));
  const sending = diary.decide('sent_to_training', day, {
    type,
    institution,
    form: random.of(['boi_duong', 'tap_trung', 'vua_lam_vua_hoc']),
    until,
    funding: random.of(['ns_thanh_pho', 'co_quan', 'de_an_thanh_pho']),
  });
  // Of the last courses one in twenty has no end on paper yet.
  if (until >= end || (until > '2025-06-30' && random.percent(5))) return;
  diary.decide('training_completed', plusDays(until, 1), {
    sending,
    graduation: random.of(['kha', 'gioi', 'dat']),
  });
  if (field !== null)
    diary.declare('qualification_recorded', plusDays(until, 10), { field, level, degree, institution });
}

/** What comes once in a life, if at all. */
function once(worker: Worker): void {
  const { diary, random, trade, person, hired, end, delay } = worker;
  if (delay !== undefined) discipline(worker, delay.on);
  const from = hired > '2013-01-01' ? plusMonths(hired, 15) : '2013-03-01';
  const day = plusDays(from, random.below(3000));
  if (plusMonths(day, 12) < end && day < '2025-01-01') {
    if (person.sex === 'female' && hired > '2000-01-01' && random.percent(25)) {
      diary.decide('leave_taken', day, { kind: 'maternity', until: plusDays(plusMonths(day, 6), -1) });
      diary.decide('leave_ended', plusMonths(day, 6), {});
    } else if (random.percent(3)) {
      diary.decide('leave_taken', day, { kind: 'sick', until: plusDays(day, 59) });
    }
    if (random.percent(6))
      diary.decide('planned_for_post', day, { position: 'truong_phong', fromYear: 2020, toYear: 2025 });
    if (trade.duty === 'health' || trade.duty === 'teacher')
      diary.decide('allowance_granted', day, {
        type: 'uu_dai_nghe',
        percent: random.of(['30', '35', '50']),
        calculation: 'pt_luong_pccv_tnvk',
      });
    else if (trade.category === 'cong_chuc' && random.percent(60))
      diary.decide('allowance_granted', day, {
        type: 'cong_vu',
        percent: '25',
        calculation: 'pt_luong_pccv_tnvk',
      });
  }
  if (
    random.percent(1) &&
    hired < '2000-01-01' &&
    end > '2021-01-01' &&
    (trade.duty === 'teacher' || trade.duty === 'health')
  )
    diary.decide('honorary_title_awarded', '2020-11-20', {
      title: trade.duty === 'teacher' ? 'nha_giao_uu_tu' : 'thay_thuoc_uu_tu',
      year: 2020,
    });
}

const WARNING = {
  can_bo: 'cb_khien_trach',
  cong_chuc: 'cc_khien_trach',
  vien_chuc: 'vc_canh_cao',
  contract_nd68: 'ld_khien_trach',
  contract_labour_code: 'ld_khien_trach',
} as const;

function discipline({ diary, random, trade, end }: Worker, day: Day): void {
  const decision = diary.decide('disciplined', day, {
    side: 'state',
    form: WARNING[trade.category],
    body: 'Thủ trưởng đơn vị',
    violation: 'Vi phạm quy trình (hư cấu)',
  });
  const lapsed = plusMonths(day, 12);
  if (random.percent(20) && plusMonths(day, 5) < end)
    diary.decide('discipline_revoked', plusMonths(day, 5), { discipline: decision, reason: 'Kết luận lại' });
  else if (lapsed < end && (lapsed < '2025-07-01' || random.percent(70)))
    diary.declare('discipline_lapsed', lapsed, { discipline: decision });
}

/** Compared with the paper file in the last year of the script, for most. */
function reconcile({ diary, random, end, postings }: Worker, isComplete: boolean): void {
  if (end <= LAST) return;
  const day = plusDays('2025-08-15', random.below(280));
  if (isComplete && random.percent(94))
    diary.declare('reconciled_with_paper', day, {
      revision: diary.life.size - 1,
      result: random.percent(96) ? 'matches' : 'differs',
    });
  if (random.percent(35))
    diary.declare('remarked', day, {
      remark: 'Hoàn thành tốt nhiệm vụ được giao',
      unit: postings.unitId(day),
    });
}
