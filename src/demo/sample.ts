/**
 * About 200 invented persons in one invented department and one invented ward, as steps of a scripted clock. The same
 * seed gives the same steps on every machine; nothing here describes anybody who lives or lived.
 */
import type { FactContent } from '../record/action.js';
import { plusMonths, type Day } from '../dates.js';

/** What happens at one moment of the scripted clock to one person’s record. */
export interface Step {
  /** UTC, whole seconds. */
  readonly at: string;
  /** Number of the person, from 0. */
  readonly person: number;
  readonly what: StepKind;
}

export type StepKind =
  | { readonly kind: 'record'; readonly facts: readonly FactContent[] }
  /** Corrects the n-th event of the person. */
  | {
      readonly kind: 'correct';
      readonly event: number;
      readonly content: FactContent;
      readonly reason: string;
    }
  | { readonly kind: 'rescind'; readonly event: number; readonly reason: string }
  | { readonly kind: 'withdraw' | 'restore'; readonly reason: string }
  | { readonly kind: 'merge'; readonly into: number; readonly reason: string };

export interface SampleUnit {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly level?: number;
  readonly parent?: string;
}

export const PERSONS = 200;
/** The scripted clock begins here: the day of the decision. */
export const START = '2012-10-03T01:00:00.000Z';
const LAST: Day = '2026-06-30';

export const UNITS: readonly SampleUnit[] = [
  { code: 'so_mau', name: 'Sở Mẫu (hư cấu)', type: 'so', level: 2 },
  { code: 'vp_mau', name: 'Văn phòng Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'tc_mau', name: 'Phòng Tổ chức Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'nv_mau', name: 'Phòng Nghiệp vụ Sở Mẫu (hư cấu)', type: 'phong', parent: 'so_mau' },
  { code: 'phuong_mau', name: 'Ủy ban nhân dân phường Mẫu (hư cấu)', type: 'ubnd_phuong', level: 1 },
];
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

/** All steps in the order of the clock. `unitId` gives the id of a unit by its code. */
export function sampleSteps(unitId: (code: string) => string, seed = 8060): Step[] {
  const steps = Array.from({ length: PERSONS }, (_, person) =>
    career(person, random(seed + person), unitId),
  ).flat();
  return steps
    .map((step, i) => ({ step, i }))
    .sort((a, b) => compare(a.step.at, b.step.at) || a.i - b.i)
    .map(({ step }) => step);
}

type Random = (below: number) => number;

function career(person: number, pick: Random, unitId: (code: string) => string): Step[] {
  const steps: Step[] = [];
  let count = 0;
  const hired: Day = day(1996 + pick(26), pick(12), 1);
  const add = (wanted: Day, facts: readonly FactContent[]) => {
    // Nothing is recorded before the record itself is entered.
    const at = count > 0 && wanted <= entry ? later(entry, 1) : wanted;
    if (at > LAST) return;
    steps.push({ at: moment(at, person), person, what: { kind: 'record', facts } });
    count += facts.length;
  };
  // What happened before the decision is the initial load; later facts follow after some days, a few of them late.
  const recorded = (effective: Day) =>
    effective < '2012-10-03'
      ? day(2012, 9 + pick(3), 4 + pick(24))
      : later(effective, pick(10) === 0 ? 40 + pick(60) : 1 + pick(12));
  const numbered = (year: string) => `${1 + pick(900)}/QĐ-HC-${year}`;
  const fact = (action: string, effective: string, data: object): FactContent => ({
    action,
    effective,
    document: { number: numbered(effective.slice(0, 4)), signerName: 'Người Ký (hư cấu)' },
    data,
  });
  const unit = unitId(SECTIONS[person % SECTIONS.length] ?? 'vp_mau');
  const opening: FactContent = {
    action: 'record_opened',
    effective: hired > '2012-10-03' ? hired : '2012-10-03',
    data: {
      familyName: `${FAMILY[pick(FAMILY.length)] ?? ''} ${MIDDLE[pick(MIDDLE.length)] ?? ''}`,
      givenName: GIVEN[pick(GIVEN.length)] ?? '',
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
    return steps;
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
    const since: Day = later(hired > '2013-01-01' ? hired : '2013-01-01', 400);
    if (since < ends.day)
      add(recorded(since), [fact('appointed_to_position', since, { position: 'truong_phong', unit })]);
    if (person === STORY.twoPosts)
      add(recorded('2020-01-01'), [
        fact('appointed_to_position', '2020-01-01', { position: 'pho_giam_doc_so', unit: unitId('so_mau') }),
      ]);
    const until = later(since, 1500);
    if (person % 6 === 0 && until < ends.day)
      add(recorded(until), [fact('dismissed_from_post', until, { position: 'truong_phong', unit })]);
  }
  if (person % 4 === 1) {
    const moved = later(hired > '2014-01-01' ? hired : '2014-01-01', 300 + pick(1500));
    const to = unitId(SECTIONS[(person + 1) % SECTIONS.length] ?? 'tc_mau');
    if (moved < ends.day) add(recorded(moved), [fact('transferred', moved, { toUnit: to, fromUnit: unit })]);
  }
  if (person === STORY.future)
    add('2026-06-20', [fact('transferred', '2026-12-01', { toUnit: unitId('so_mau') })]);
  if (ends.action !== null) add(recorded(ends.day), [fact(ends.action, ends.day, ends.data)]);
  if (person === STORY.reinstated) add('2023-03-10', [fact('reinstated', '2023-03-01', { unit })]);
  return [...steps, ...stories(person, count, first, pick)];
}

/** The later fate of what was recorded: corrections, rescissions, withdrawals, a merge. */
function stories(person: number, count: number, first: readonly FactContent[], pick: Random): Step[] {
  const step = (at: Day, what: StepKind): Step => ({ at: moment(at, person), person, what });
  const last = first[2] as FactContent;
  switch (person) {
    case STORY.corrected:
      return [
        step('2026-06-01', {
          kind: 'correct',
          event: 2,
          content: { ...last, data: { grade: '01.003', step: 2 } },
          reason: 'Quyết định ghi bậc 2, đã nhập nhầm bậc 1',
        }),
      ];
    case STORY.rescinded:
      return [
        step('2026-06-02', { kind: 'rescind', event: count - 1, reason: 'Ghi nhầm người' }),
        step('2026-06-09', { kind: 'rescind', event: count, reason: 'Đã xác minh: đúng người' }),
      ];
    case STORY.restored:
      return [
        step('2026-06-03', { kind: 'withdraw', reason: 'Tưởng là hồ sơ lập trùng' }),
        step('2026-06-10', { kind: 'restore', reason: 'Không trùng với hồ sơ nào' }),
      ];
    case STORY.merged:
      return [
        step('2026-06-11', { kind: 'merge', into: STORY.corrected + 20, reason: 'Một người có hai hồ sơ' }),
      ];
    default:
      // A correction for one in fifteen: the late discovery of a wrong grade date.
      if (person % 15 !== 14) return [];
      return [
        step(day(2026, pick(5), 1 + pick(27)), {
          kind: 'correct',
          event: 2,
          content: { ...last, effective: plusMonths(last.effective, 1) },
          reason: 'Ngày bổ nhiệm ghi sai một tháng',
        }),
      ];
  }
}

function ending(person: number, hired: Day): { day: Day; action: string | null; data: object } {
  const at = (wanted: Day) => (wanted > hired ? wanted : later(hired, 30));
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

/** A small generator of whole numbers (mulberry32): the same on every machine. */
function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

function day(year: number, month: number, date: number): Day {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}

function later(from: Day, days: number): Day {
  return new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
}

function moment(at: Day, person: number): string {
  return new Date(Date.parse(`${at}T01:00:00Z`) + person * 60_000).toISOString();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
