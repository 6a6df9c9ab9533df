/**
 * About 200 invented persons in one invented department and one invented ward, as steps of a scripted clock. The same
 * seed gives the same steps on every machine; nothing here describes anybody who lives or lived.
 */
import type { FactContent } from '../record/action.js';
import { plusDays, plusMonths, type Day } from '../dates.js';
import { everyAction, type Places } from './everyAction.js';
import { LAST, Life, type Ids, type Step } from './life.js';
import { Random } from './random.js';

export interface SampleUnit {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly level?: number;
  readonly parent?: string;
}

const PERSONS = 200;

export const UNITS: readonly SampleUnit[] = [
  { code: 'so_mau', name: 'Sở Mẫu (hư cấu)', type: 'so', level: 2 },
  { code: 'vp_mau', name: 'Văn phòng Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'tc_mau', name: 'Phòng Tổ chức Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'nv_mau', name: 'Phòng Nghiệp vụ Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'phuong_mau', name: 'Ủy ban nhân dân phường Mẫu (hư cấu)', type: 'ubnd_phuong', level: 1 },
];
const PLACES: Places = {
  department: 'so_mau',
  sections: ['vp_mau', 'tc_mau'],
  other: 'phuong_mau',
  school: 'phuong_mau',
};
const SECTIONS = ['vp_mau', 'tc_mau', 'nv_mau', 'phuong_mau'];

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Phan', 'Võ', 'Đặng', 'Bùi', 'Đỗ'];
const MIDDLE = ['Văn', 'Thị', 'Ngọc', 'Minh', 'Hồng', 'Quang', 'Thanh', 'Đình'];
const GIVEN = ['Mẫu', 'Ví', 'Dụ', 'Thử', 'Tưởng', 'Tượng', 'Giả', 'Định', 'Họa', 'Kiểu'];

/** Persons with a story of their own; the loader’s tour names some. */
export const STORY = {
  corrected: 0,
  rescinded: 1,
  restored: 2,
  merged: 3,
  died: 4,
  reinstated: 5,
  partyBloc: 6,
  outOfCity: 7,
  contract: 8,
  twoPosts: 9,
  partial: 10,
  future: 11,
  irregular: 12,
} as const;

/** All steps in the order of the clock. */
export function sampleSteps(ids: Ids, seed = 8060): Step[] {
  const careers = Array.from({ length: PERSONS }, (_, person) =>
    career(new Life(person, ids), new Random(seed + person)).steps(),
  ).flat();
  return [...careers, ...everyAction(PERSONS, ids, PLACES)]
    .map((step, i) => ({ step, i }))
    .sort((a, b) => compare(a.step.at, b.step.at) || a.i - b.i)
    .map(({ step }) => step);
}

function career(life: Life, random: Random): Life {
  const { person, ids } = life;
  const pick = (below: number) => random.below(below);
  const events: string[] = [];
  const hired: Day = day(1996 + pick(26), pick(12), 1);
  const add = (wanted: Day, facts: readonly FactContent[]) => {
    // Nothing is recorded before the record itself is entered.
    const at = events.length > 0 && wanted <= entry ? plusDays(entry, 1) : wanted;
    if (at <= LAST) events.push(...life.record(at, ...facts));
  };
  // What happened before the decision is the initial load; later facts follow after some days, a few of them late.
  const recorded = (effective: Day) =>
    effective < '2012-10-03'
      ? day(2012, 9 + pick(3), 4 + pick(24))
      : plusDays(effective, pick(10) === 0 ? 40 + pick(60) : 1 + pick(12));
  const numbered = (year: string) => `${1 + pick(900)}/QĐ-HC-${year}`;
  const fact = (action: string, effective: string, data: object): FactContent => ({
    action,
    effective,
    document: { number: numbered(effective.slice(0, 4)), signerName: 'Người Ký (hư cấu)' },
    data,
  });
  const unit = ids.unit(SECTIONS[person % SECTIONS.length] ?? 'vp_mau');
  const opening: FactContent = {
    action: 'record_opened',
    effective: hired > '2012-10-03' ? hired : '2012-10-03',
    data: {
      familyName: `${random.of(FAMILY)} ${random.of(MIDDLE)}`,
      givenName: random.of(GIVEN),
      dateOfBirth: day(Number(hired.slice(0, 4)) - 22 - pick(8), pick(12), 1 + pick(28)),
      sex: pick(2) === 0 ? 'male' : 'female',
      kind: hired > '2012-10-03' ? 'new' : 'initial_load',
    },
  };
  const isPartial = person === STORY.partial;
  const entry = recorded(hired);
  const hire = fact(
    'recruited',
    isPartial ? hired.slice(0, 4) : hired,
    person === STORY.irregular ? {} : { unit, category: 'cong_chuc' },
  );
  if (person === STORY.contract) {
    add(entry, [opening, hire, fact('paid_by_amount', hired, { amount: '4200000', per: 'month' })]);
    add(recorded('2018-01-01'), [fact('paid_by_amount', '2018-01-01', { amount: '5500000', per: 'month' })]);
    return life;
  }
  const graded: Day = hired < '2004-10-01' ? '2004-10-01' : hired;
  const first: FactContent[] = [
    opening,
    hire,
    fact('appointed_to_grade', graded, { grade: '01.003', step: 1 }),
  ];
  const raises: { effective: Day; step: number }[] = [];
  for (let step = 2; step <= 9; step++) raises.push({ effective: plusMonths(graded, 36 * (step - 1)), step });
  const known = raises.filter((r) => r.effective < '2012-10-03');
  add(entry, [
    ...first,
    ...known.map((r) => fact('step_raised_regular', r.effective, { grade: '01.003', step: r.step })),
  ]);
  const ends = ending(person, hired);
  for (const { effective, step } of raises.filter(
    (r) => r.effective >= '2012-10-03' && r.effective < ends.day,
  ))
    add(recorded(effective), [fact('step_raised_regular', effective, { grade: '01.003', step })]);
  if (person % 3 === 0 || person === STORY.twoPosts) {
    const since: Day = plusDays(hired > '2013-01-01' ? hired : '2013-01-01', 400);
    if (since < ends.day)
      add(recorded(since), [fact('appointed_to_position', since, { position: 'truong_phong', unit })]);
    if (person === STORY.twoPosts)
      add(recorded('2020-01-01'), [
        fact('appointed_to_position', '2020-01-01', {
          position: 'pho_giam_doc_so',
          unit: ids.unit('so_mau'),
        }),
      ]);
    const until = plusDays(since, 1500);
    if (person % 6 === 0 && until < ends.day)
      add(recorded(until), [fact('dismissed_from_post', until, { position: 'truong_phong', unit })]);
  }
  if (person % 4 === 1) {
    const moved = plusDays(hired > '2014-01-01' ? hired : '2014-01-01', 300 + pick(1500));
    const to = ids.unit(SECTIONS[(person + 1) % SECTIONS.length] ?? 'tc_mau');
    if (moved < ends.day) add(recorded(moved), [fact('transferred', moved, { toUnit: to, fromUnit: unit })]);
  }
  if (person === STORY.future)
    add('2026-06-20', [fact('transferred', '2026-12-01', { toUnit: ids.unit('so_mau') })]);
  if (ends.action !== null) add(recorded(ends.day), [fact(ends.action, ends.day, ends.data)]);
  if (person === STORY.reinstated) add('2023-03-10', [fact('reinstated', '2023-03-01', { unit })]);
  stories(life, events, first, pick);
  return life;
}

/** The later fate of what was recorded: corrections, rescissions, withdrawals, a merge. */
function stories(
  life: Life,
  events: readonly string[],
  first: readonly FactContent[],
  pick: (below: number) => number,
): void {
  const graded = events[2] ?? '';
  const content = first[2] as FactContent;
  switch (life.person) {
    case STORY.corrected:
      life.correct(
        '2026-06-01',
        graded,
        { ...content, data: { grade: '01.003', step: 2 } },
        'Quyết định ghi bậc 2, đã nhập nhầm bậc 1',
      );
      break;
    case STORY.rescinded: {
      const rescission = life.rescind('2026-06-02', events.at(-1) ?? '', 'Ghi nhầm người');
      life.rescind('2026-06-09', rescission, 'Đã xác minh: đúng người');
      break;
    }
    case STORY.restored:
      life.withdraw('2026-06-03', 'Tưởng là hồ sơ lập trùng');
      life.restore('2026-06-10', 'Không trùng với hồ sơ nào');
      break;
    case STORY.merged:
      life.merge('2026-06-11', STORY.corrected + 20, 'Một người có hai hồ sơ');
      break;
    default:
      // A correction for one in fifteen: the late discovery of a wrong grade date.
      if (life.person % 15 === 14)
        life.correct(
          day(2026, pick(5), 1 + pick(27)),
          graded,
          { ...content, effective: plusMonths(content.effective, 1) },
          'Ngày bổ nhiệm ghi sai một tháng',
        );
  }
}

function ending(person: number, hired: Day): { day: Day; action: string | null; data: object } {
  const at = (wanted: Day) => (wanted > hired ? wanted : plusDays(hired, 30));
  if (person === STORY.died) return { day: at('2021-08-15'), action: 'died', data: {} };
  if (person === STORY.reinstated)
    return { day: at('2022-02-01'), action: 'left_service', data: { reason: 'nguyen_vong' } };
  if (person === STORY.partyBloc)
    return {
      day: at('2019-07-01'),
      action: 'moved_to_party_bloc',
      data: { destination: 'Khối Đảng (hư cấu)' },
    };
  if (person === STORY.outOfCity)
    return {
      day: at('2020-07-01'),
      action: 'moved_out_of_city',
      data: { destination: 'Tỉnh khác (hư cấu)' },
    };
  if (person % 12 === 7) return { day: at('2024-05-01'), action: 'retired', data: { type: 'dung_tuoi' } };
  if (person % 25 === 11 && person !== STORY.future)
    return { day: at('2018-09-01'), action: 'left_service', data: { reason: 'nguyen_vong' } };
  return { day: '9999-12-31', action: null, data: {} };
}

function day(year: number, month: number, date: number): Day {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
