/**
 * A seeded city of any size as import lines: each person's career is a function of seed and number alone, so that a
 * file of millions of facts is written as a stream and the same everywhere.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

/** Facts of one person on average: fixed by what a career of these rules holds. */
export const FACTS_A_PERSON = 40;
export const UNITS_PER_THOUSAND = 12;
/** Before the first fact of anybody. */
export const FIRST_DAY = '1980-01-01';

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Phan', 'Võ', 'Đặng', 'Bùi', 'Đỗ'];
const MIDDLE = ['Văn', 'Thị', 'Ngọc', 'Minh', 'Hồng', 'Quang', 'Thanh', 'Đình'];
const GIVEN = ['An', 'Bình', 'Chi', 'Dũng', 'Giang', 'Hà', 'Khánh', 'Lan', 'Nam', 'Phúc', 'Sơn', 'Tâm'];
const LAST_YEAR = 2025;

interface Line {
  readonly source: string;
  readonly ref: string;
  readonly person: string;
  readonly action: string;
  readonly effective: string;
  readonly document: object;
  readonly data: object;
}

/** The code of the n-th invented unit. */
export function unitCode(n: number): string {
  return `bench_${n}`;
}

/** The units of a city of so many persons. */
export function unitCount(persons: number): number {
  return Math.max(10, Math.ceil((persons * UNITS_PER_THOUSAND) / 1_000));
}

/** One person's career, from the opening of the record to the last evaluation, in order. */
export function career(person: number, units: number, seed = 1): Line[] {
  const pick = random(seed * 1_000_003 + person);
  const lines: Line[] = [];
  const hired = 1985 + pick(33);
  const add = (action: string, effective: string, data: object) => {
    lines.push({
      source: 'bench',
      ref: `${person}-${lines.length}`,
      person: String(person),
      action,
      effective,
      document: {
        number: `${1 + pick(999)}/QĐ-HC`,
        signerName: 'Người Ký (hư cấu)',
        summary: 'Việc hư cấu để đo',
      },
      data,
    });
  };
  const unit = () => unitCode(pick(units));
  add('record_opened', `${hired}-01-02`, {
    familyName: `${of(FAMILY, pick)} ${of(MIDDLE, pick)}`,
    givenName: of(GIVEN, pick),
    dateOfBirth: `${hired - 22 - pick(8)}-${two(1 + pick(12))}-${two(1 + pick(28))}`,
    sex: pick(2) === 0 ? 'male' : 'female',
  });
  add('recruited', `${hired}-01-02`, { unit: unit(), category: 'cong_chuc' });
  let step = 1;
  add('appointed_to_grade', `${hired}-01-02`, { grade: '01.003', step });
  add('qualification_recorded', `${hired}-01-03`, {
    field: 'qualification_level',
    level: 'dai_hoc',
    subject: 'Luật',
    institutionName: 'Trường hư cấu',
  });
  for (let year = hired + 1; year <= LAST_YEAR; year++) {
    add('evaluated', `${year}-12-15`, { year, level: 'cbcc_hoan_thanh_tot' });
    if ((year - hired) % 3 === 0 && step < 9)
      add('step_raised_regular', `${year}-01-02`, { grade: '01.003', step: ++step });
    if (pick(9) === 0) add('transferred', `${year}-05-01`, { toUnit: unit() });
    if (pick(7) === 0) add('emulation_title_awarded', `${year}-12-20`, { title: 'lao_dong_tien_tien', year });
    if (pick(12) === 0) add('appointed_to_position', `${year}-03-01`, { position: 'truong_phong' });
    if (pick(10) === 0)
      add('personal_info_changed', `${year}-06-01`, { phone: `0905${100000 + pick(900000)}` });
  }
  return lines;
}

/** The file of a whole city, line by line. */
export function* cityLines(persons: number, seed = 1): Generator<string> {
  const units = unitCount(persons);
  for (let person = 0; person < persons; person++)
    for (const line of career(person, units, seed)) yield JSON.stringify(line);
}

type Pick = (below: number) => number;

/** mulberry32: small, the same everywhere. */
function random(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function of(list: readonly string[], pick: Pick): string {
  return list[pick(list.length)] ?? '';
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** The city as a file of import lines, written as a stream. */
export async function writeCity(file: string, persons: number): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  for (const line of cityLines(persons)) if (!out.write(`${line}\n`)) await once(out, 'drain');
  await new Promise<void>((resolve) => out.end(resolve));
}
