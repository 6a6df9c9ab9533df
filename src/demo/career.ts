import { plusDays, plusMonths, type Day } from '../dates.js';
import { Diary, fridayFrom } from './diary.js';
import { laterFate } from './fates.js';
import { LAST, Life, type Ids } from './life.js';
import { irregularity } from './irregular.js';
import { climb, type Job } from './pay.js';
import {
  declareFamily,
  declareSchooling,
  declareSelf,
  invent,
  open,
  type Duty,
  type Person,
} from './people.js';
import type { Places } from './places.js';
import { Random } from './random.js';
import { Postings } from './postings.js';
import type { Trade, Worker } from './worker.js';
import { workingYears } from './years.js';

const DEPARTMENTS = ['so', 'van_phong', 'thanh_tra', 'ban_quan_ly'];
const WARDS = ['ubnd_phuong', 'ubnd_xa'];
const CENTRES = ['trung_tam', 'vien', 'dai_ptth', 'ban_qlda'];

/** Of a hundred persons, so many of each trade. */
const TRADES: readonly (readonly [share: number, trade: Trade])[] = [
  [
    17,
    trade('cong_chuc', DEPARTMENTS, 'official', 'official', 'chuyen_vien', [
      'pho_truong_phong',
      'truong_phong',
      'pho_giam_doc_so',
    ]),
  ],
  [
    3,
    trade('cong_chuc', DEPARTMENTS, 'senior', 'official', 'chuyen_vien', [
      'truong_phong',
      'pho_giam_doc_so',
      'giam_doc_so',
    ]),
  ],
  [
    3,
    trade('cong_chuc', [...DEPARTMENTS, 'chi_cuc'], 'accountant', 'official', 'ke_toan', [
      'phu_trach_ke_toan',
      'ke_toan_truong',
    ]),
  ],
  [
    11,
    trade('cong_chuc', ['phong'], 'official', 'official', 'chuyen_vien', [
      'pho_truong_phong_quan_huyen',
      'truong_phong_quan_huyen',
    ]),
  ],
  [
    12,
    trade('cong_chuc', WARDS, 'official', 'commune', 'chuyen_vien', [
      'cx_van_phong_thong_ke',
      'cx_tu_phap_ho_tich',
    ]),
  ],
  [
    5,
    trade('can_bo', WARDS, 'official', 'commune', 'chuyen_vien', [
      'pho_chu_tich_ubnd_cap_xa',
      'chu_tich_ubnd_cap_xa',
    ]),
  ],
  [
    6,
    trade('vien_chuc', CENTRES, 'engineer', 'technical', 'ky_su', [
      'pho_giam_doc_trung_tam',
      'giam_doc_trung_tam',
    ]),
  ],
  [
    7,
    trade('vien_chuc', ['truong_thpt'], 'upperTeacher', 'teacher', 'giao_vien_thpt', [
      'to_truong',
      'pho_hieu_truong',
    ]),
  ],
  [
    8,
    trade('vien_chuc', ['truong_thcs'], 'lowerTeacher', 'teacher', 'giao_vien_thcs', [
      'to_truong',
      'pho_hieu_truong',
    ]),
  ],
  [
    8,
    trade('vien_chuc', ['truong_tieu_hoc'], 'primaryTeacher', 'teacher', 'giao_vien_tieu_hoc', [
      'to_truong',
      'hieu_truong',
    ]),
  ],
  [
    5,
    trade('vien_chuc', ['truong_mam_non'], 'preschoolTeacher', 'teacher', 'giao_vien_mam_non', [
      'to_truong',
      'hieu_truong',
    ]),
  ],
  [
    6,
    trade('vien_chuc', ['benh_vien', 'trung_tam_y_te'], 'doctor', 'health', 'bac_si', [
      'pho_truong_khoa',
      'truong_khoa',
    ]),
  ],
  [5, trade('vien_chuc', ['benh_vien', 'trung_tam_y_te'], 'nurse', 'health', 'y_si', ['dieu_duong_truong'])],
  [2, trade('contract_nd68', [...DEPARTMENTS, 'truong_thpt'], null, 'service', 'lai_xe', [])],
  [2, trade('contract_labour_code', ['benh_vien', ...CENTRES], null, 'service', 'phuc_vu', [])],
];

/** What is set of a career beforehand, where a story needs it. */
export interface Wishes {
  readonly hired?: Day;
  /** Somebody who stays, in a department, and whose record has no fate of its own. */
  readonly plain?: boolean;
  /** Nothing is entered from this day on. */
  readonly quietFrom?: Day;
}

const NEVER: Day = '9999-12-31';
/** Whoever is hired from here on, at 22 to 27, retires after the last day of the script. */
const STAYING: Day = '1998-01-01';
const DECISION: Day = '2012-10-03';
const SCALE_OF_2004: Day = '2004-10-01';

/** One invented working life, from the day of hire to the last day of the script. Answers its diary too. */
export function career(person: number, ids: Ids, places: Places, seed: number, wishes: Wishes = {}): Worker {
  const random = new Random(seed + person * 7919);
  const isPlain = wishes.plain === true;
  const chosen = isPlain ? TRADES[0]?.[1] : tradeOf(person);
  if (chosen === undefined) throw new Error('no trade is left');
  const some = wishes.hired ?? hireDay(random);
  // Somebody who stays has not reached the age by the last day.
  const hired = firstDayIn(places, chosen.types, isPlain && some < STAYING ? STAYING : some);
  const isLoad = hired < DECISION;
  const born = plusDays(hired, -random.between(22 * 365, 27 * 365));
  const opened = isLoad
    ? fridayFrom(plusDays('2012-10-12', 7 * random.below(20)))
    : fridayFrom(plusDays(hired, random.between(3, 30)));
  const life = new Life(person, ids, wishes.quietFrom);
  const diary = new Diary(life, random, opened, { late: isPlain ? 0 : random.of([0, 4, 8, 25]) });
  const invented = invent(random, born);
  const isComplete = isPlain || random.percent(82);
  open(diary, invented, isLoad);
  declareSelf(diary, invented, chosen.duty, isComplete);
  declareFamily(diary, invented);
  declareSchooling(diary, hired, chosen.duty);
  const departure = isPlain ? null : departureOf(random, invented, hired);
  const end = departure?.day ?? NEVER;
  const worker: Worker = {
    diary,
    random,
    person: invented,
    trade: chosen,
    hired,
    end,
    postings: new Postings(diary, places, chosen.types, hired),
    delay: isPlain || !random.percent(3) ? undefined : disciplineDay(hired, end, random),
  };
  hire(worker, isComplete);
  if (chosen.job === null) contracts(worker);
  else pay(worker, chosen.job);
  worker.postings.move(end, isPlain);
  if (!isPlain) worker.postings.lead(chosen.posts, chosen.category === 'can_bo', end);
  workingYears(worker, isComplete);
  if (departure !== null) leave(worker, departure);
  if (!isPlain) {
    irregularity(worker);
    laterFate(worker);
  }
  return worker;
}

function hire({ diary, random, person, trade, hired, end, postings }: Worker, isComplete: boolean): void {
  const unit = postings.unitId(hired);
  const isWorker = trade.job === null;
  diary.decide('recruited', hired, {
    category: trade.category,
    agency: postings.agencyId(hired),
    unit,
    method: isWorker
      ? 'hop_dong_lao_dong'
      : trade.category === 'can_bo'
        ? 'bau_cu'
        : random.of(['thi_tuyen', 'thi_tuyen', 'xet_tuyen', 'tiep_nhan']),
    source: random.of([
      'sinh_vien_tot_nghiep',
      'sinh_vien_tot_nghiep',
      'doanh_nghiep',
      'lao_dong_hop_dong',
      'de_an_nhan_luc',
    ]),
    position: trade.position,
  });
  if (person.sex === 'male' && random.percent(14))
    diary.declare('military_service', plusMonths(hired, -48).slice(0, 7), {
      discharged: plusMonths(hired, -25).slice(0, 7),
      highestRank: random.of(['binh_nhat', 'ha_si', 'trung_si']),
      position: random.of(['chien_si', 'tieu_doi_truong']),
    });
  if (random.percent(40))
    diary.declare('union_joined', plusMonths(hired, 1), {
      organisation: 'Công đoàn cơ sở (hư cấu)',
      position: random.of(['cd_doan_vien', 'cd_doan_vien', 'cd_uv_bch', 'cd_to_truong']),
    });
  const joined = plusMonths(hired, random.between(36, 96));
  if (random.percent(50) && plusMonths(joined, 12) < end) {
    diary.declare('party_joined', joined, { cell: 'Chi bộ Mẫu (hư cấu)' });
    diary.declare('party_official', plusMonths(joined, 12), { cell: 'Chi bộ Mẫu (hư cấu)' });
  }
  // An incomplete record is entered in full late, or, of the last two years, not yet.
  const isLate = !isComplete && random.percent(40);
  const late = plusDays(diary.opened, random.between(90, 500));
  if (!isLate || hired < '2024-07-01')
    diary.declare('record_entered', isLate && late < end ? late : diary.opened, {
      form: hired < '2019-08-01' || trade.category !== 'vien_chuc' ? '2C-BNV/2008' : 'HS02-VC/BNV',
    });
  if (isWorker || !isComplete) return;
  const number = String(diary.life.person).padStart(6, '0');
  const issued = plusDays(diary.opened, random.between(20, 200));
  diary.decide('service_number_issued', issued, { number: `DEMO-${number}` });
  if (random.percent(40)) diary.decide('card_issued', plusDays(issued, 14), { serial: `THE-${number}` });
}

/** Grade and steps, from the table of 2004 or from the end of the probation. */
function pay({ diary, random, trade, hired, end, delay }: Worker, job: Job): void {
  const isNew = hired >= SCALE_OF_2004;
  const from = isNew ? plusMonths(hired, 12) : SCALE_OF_2004;
  if (trade.category === 'vien_chuc') {
    const fixed = hired >= '2012-07-01';
    diary.decide(
      'work_contract_signed',
      fixed ? hired : '2012-07-01',
      fixed ? { type: 'hdlv_xac_dinh', until: plusDays(from, -1) } : { type: 'hdlv_khong_xac_dinh' },
    );
    if (fixed && from < end) diary.decide('work_contract_signed', from, { type: 'hdlv_khong_xac_dinh' });
  }
  if (isNew) {
    diary.decide('probation_started', hired, {
      until: plusDays(from, -1),
      pay: 'huong_85',
      mentor: 'Người Hướng Dẫn (hư cấu)',
    });
    if (from < end) diary.decide('probation_completed', from, { result: 'passed' });
  }
  if (from >= end) return;
  const served = Number(SCALE_OF_2004.slice(0, 4)) - Number(hired.slice(0, 4));
  const facts = climb({
    job,
    from,
    step: isNew ? 1 : 1 + Math.floor(served / 3),
    until: end < LAST ? end : '2026-09-01',
    withCoefficient: random.percent(40),
    ...(delay === undefined ? {} : { delay }),
    ...(random.percent(8) ? { early: '2014-01-01' } : {}),
  });
  for (const { action, effective, data } of facts) {
    // What comes into force after the last day was decided in June.
    if (action === 'step_raised_early')
      diary.decide('emulation_title_awarded', plusMonths(effective, -5), {
        title: 'cstd_co_so',
        year: Number(effective.slice(0, 4)) - 1,
      });
    if (effective <= LAST) diary.decide(action, effective, data);
    else if (random.percent(50)) decideAhead(diary, action, effective, data);
  }
}

function decideAhead(diary: Diary, action: string, effective: Day, data: object): void {
  const document = {
    type: 'quyet_dinh',
    number: `${String(diary.random.between(1, 999))}/QĐ-HC-2026`,
    signedDate: '2026-06-15',
  };
  diary.enter({ action, effective, document, data }, '2026-06-26');
}

/** Workers sign again and again, and are paid by a sum of money. */
function contracts({ diary, random, trade, hired, end }: Worker): void {
  const isNd68 = trade.category === 'contract_nd68';
  for (let from = hired, year = 0; from < end && from <= LAST; from = plusMonths(from, 24), year++) {
    diary.decide('labour_contract_signed', from, {
      type: isNd68 && from < '2023-02-22' ? 'hdld_nd68' : 'hdld_xac_dinh',
      until: plusDays(plusMonths(from, 24), -1),
      job: trade.position === 'lai_xe' ? 'Lái xe' : 'Phục vụ',
      pay: 'luong_khoan',
    });
    diary.decide('paid_by_amount', from, { amount: String(2_800_000 + year * 450_000), per: 'month' });
    const income = String(35_000_000 + year * 5_000_000 + random.below(9) * 100_000);
    if (plusMonths(from, 15) < end)
      diary.declare('income_declared', plusMonths(from, 15), {
        year: Number(from.slice(0, 4)),
        taxableIncome: income,
        tax: '0',
        kind: 'tien_luong_tien_cong',
      });
  }
}

interface Departure {
  readonly day: Day;
  readonly action: string;
  readonly data: object;
  /** When the retirement was notified. */
  readonly notice?: Day;
}

function departureOf(random: Random, { born, sex }: Person, hired: Day): Departure | null {
  const retires = retirementDay(born, sex);
  const earliest = plusMonths(hired > '2012-12-31' ? hired : '2013-01-01', 15);
  const some = plusDays(earliest, random.below(3600));
  const roll = random.below(100);
  const fits = some < retires && some <= LAST;
  if (fits && roll < 5) return { day: some, action: 'left_service', data: { reason: 'nguyen_vong' } };
  if (fits && roll < 7) return { day: some, action: 'died', data: { place: 'Đà Nẵng' } };
  if (fits && roll < 8)
    return { day: some, action: 'moved_to_party_bloc', data: { destination: 'Khối Đảng (hư cấu)' } };
  if (fits && roll < 10)
    return { day: some, action: 'moved_out_of_city', data: { destination: 'Tỉnh khác (hư cấu)' } };
  if (roll < 14 && retires > '2026-01-01' && retires < '2032-01-01' && hired < '2005-01-01')
    return leavesEarly(random.of(['2025-03-01', '2025-07-01', '2025-08-01']));
  if (retires > plusMonths(LAST, 7) || retires <= earliest) return null;
  const data = { type: 'dung_tuoi', pensionFrom: retires };
  return { day: retires, action: 'retired', data, notice: plusMonths(retires, -7) };
}

/** In the reorganisation of 2025. */
function leavesEarly(day: Day): Departure {
  return {
    day,
    action: 'retired_early',
    data: { basis: 'sap_xep_nd178', monthsEarly: 24, pensionFrom: day },
  };
}

/** The first day of retirement at the normal age, by the steps of the Labour Code of 2019 from 2021 on. */
function retirementDay(born: Day, sex: 'male' | 'female'): Day {
  const base = sex === 'male' ? 60 : 55;
  for (let year = 2012; ; year++) {
    const more = Math.max(0, year - 2020) * (sex === 'male' ? 3 : 4);
    const most = sex === 'male' ? 24 : 60;
    const reached = plusMonths(`${born.slice(0, 7)}-01`, base * 12 + Math.min(more, most));
    if (Number(reached.slice(0, 4)) <= year) return plusMonths(reached, 1);
  }
}

function leave({ diary, random, postings }: Worker, { day, action, data, notice }: Departure): void {
  if (notice !== undefined && notice > diary.opened) {
    diary.decide('retirement_notified', notice, { retirement: plusDays(day, -1).slice(0, 7) });
    if (random.percent(2) && day < '2026-03-01') {
      const until = plusMonths(day, 3);
      diary.decide('postponed_retirement', plusDays(day, -10), { until, reason: 'Yêu cầu công tác' });
      diary.decide(action, until, { type: 'lui_thoi_diem', pensionFrom: until });
      return;
    }
  }
  // One post in ten stays open on paper.
  if (random.percent(90)) postings.endPosts(day);
  if (day > LAST) return;
  diary.decide(action, day, data);
}

function disciplineDay(hired: Day, end: Day, random: Random): { on: Day; months: number } | undefined {
  const on = plusDays(hired < '2013-01-01' ? '2013-06-01' : plusMonths(hired, 18), random.below(3600));
  return on < end && on < '2025-01-01' ? { on, months: 12 } : undefined;
}

/** Most have been there for long, so that nobody’s age was reached before the records began; some came every year since. */
function hireDay(random: Random): Day {
  const year = random.percent(48) ? random.between(1987, 2011) : random.between(2012, 2024);
  return `${String(year)}-${String(random.between(1, 12)).padStart(2, '0')}-01`;
}

/** The day, or the same in the first year in which there is such a unit. */
function firstDayIn(places: Places, types: readonly string[], day: Day): Day {
  return places.standing(day, ...types).length > 0 ? day : firstDayIn(places, types, plusMonths(day, 12));
}

/** Persons of a trade stand next to each other in no order: 37 and 100 have no common divisor. */
function tradeOf(person: number): Trade | undefined {
  let place = (person * 37) % 100;
  return TRADES.find(([share]) => (place -= share) < 0)?.[1];
}

function trade(
  category: Trade['category'],
  types: readonly string[],
  job: Job | null,
  duty: Duty,
  position: string,
  posts: readonly string[],
): Trade {
  return { category, types, job, duty, position, posts };
}
