import { plusDays, plusMonths, type Day } from '../dates.js';
import type { RuleCode } from '../record/ruleBook.js';
import type { Worker } from './worker.js';
import { LAST } from './life.js';

/** One record in so many holds something irregular of each kind. */
const ONE_IN = 130;

/**
 * What real papers are full of: each kind writes one fact that breaks its rule, and answers the fact’s id. Nothing
 * where the career has no room for it.
 */
const KINDS: readonly { readonly rule: RuleCode; readonly write: (worker: Worker, day: Day) => string }[] = [
  {
    rule: 'document_missing',
    write: ({ diary }, day) =>
      diary.declare('rewarded', day, { form: 'giay_khen', year: Number(day.slice(0, 4)) }),
  },
  {
    rule: 'title_not_personal',
    write: ({ diary }, day) => diary.decide('emulation_title_awarded', day, { title: 'tt_ld_tien_tien' }),
  },
  {
    rule: 'absence_not_open',
    write: ({ diary }, day) => diary.decide('suspension_ended', day, { outcome: 'no_violation' }),
  },
  {
    rule: 'allowance_measure',
    write: ({ diary }, day) =>
      diary.decide('allowance_granted', day, { type: 'khac', coefficient: '0.1', amount: '300000' }),
  },
  {
    rule: 'allowance_not_held',
    write: ({ diary }, day) => diary.decide('allowance_ended', day, { type: 'doc_hai' }),
  },
  {
    rule: 'probation_not_open',
    write: ({ diary }, day) => diary.decide('probation_completed', day, { result: 'passed' }),
  },
  {
    rule: 'post_not_held',
    write: ({ diary }, day) => diary.decide('dismissed_from_post', day, { position: 'chi_cuc_truong' }),
  },
  {
    rule: 'qualification_field_missing',
    write: ({ diary }, day) => diary.declare('qualification_recorded', day, { level: 'B' }),
  },
  {
    rule: 'period_reversed',
    write: ({ diary }, day) =>
      diary.declare('foreign_travel', day, { country: 'Lào', until: plusDays(day, -9) }),
  },
  {
    rule: 'ends_before_start',
    write: ({ diary }, day) =>
      diary.decide('planned_for_post', day, { position: 'truong_phong', fromYear: 2021, toYear: 2016 }),
  },
  {
    rule: 'party_not_member',
    write: ({ diary }, day) =>
      diary.idsOf('party_joined').length > 0 ? '' : diary.declare('party_left', day, { manner: 'other' }),
  },
  {
    rule: 'discipline_form_category',
    write: (worker, day) => disciplineOfCadres(worker, day),
  },
  {
    rule: 'already_in_unit',
    write: ({ diary, postings }, day) => diary.decide('transferred', day, { toUnit: postings.unitId(day) }),
  },
  { rule: 'step_too_early', write: (worker, day) => raiseAgain(worker, day) },
  { rule: 'evaluated_twice', write: (worker) => evaluateAgain(worker) },
  {
    rule: 'hired_twice',
    write: ({ diary, postings, trade }, day) =>
      diary.decide('recruited', day, { category: trade.category, unit: postings.unitId(day) }),
  },
  { rule: 'secondment_not_open', write: ({ diary }, day) => diary.decide('secondment_ended', day, {}) },
  {
    rule: 'contract_not_running',
    write: ({ diary, trade }, day) =>
      trade.category === 'cong_chuc' ? diary.decide('contract_ended', day, {}) : '',
  },
  {
    rule: 'before_hire',
    write: ({ diary, hired, postings }) =>
      diary.decide('appointed_to_position', plusMonths(hired, -6), {
        position: 'to_truong',
        unit: postings.unitId(hired),
      }),
  },
  {
    rule: 'retirement_notice_late',
    write: ({ diary, end }) =>
      diary.idsOf('retired').length === 0
        ? ''
        : diary.decide('retirement_notified', plusMonths(end, -2), {
            retirement: plusDays(end, -1).slice(0, 7),
          }),
  },
  {
    rule: 'training_not_open',
    write: ({ diary }, day) =>
      diary.decide('training_completed', day, { sending: diary.idsOf('record_opened')[0] ?? '' }),
  },
  {
    rule: 'relative_unknown',
    write: ({ diary }, day) =>
      diary.declare('family_relation_changed', day, {
        relative: diary.idsOf('recruited')[0] ?? '',
        died: '2015',
      }),
  },
];

/** Writes something irregular into one record in six; a part of it is settled afterwards. */
export function irregularity(worker: Worker): void {
  const { diary, random, hired, end } = worker;
  const kind = KINDS[random.below(ONE_IN)];
  const from = plusMonths(hired > '2013-01-01' ? hired : '2013-01-01', 14);
  const day = plusDays(from, random.below(2500));
  if (kind === undefined || plusMonths(day, 2) >= end || day > '2026-01-01') return;
  const fact = kind.write(worker, day);
  if (fact === '' || !SETTLED.has(kind.rule) || random.percent(50)) return;
  const on = plusMonths(diary.dayOf(fact), 4);
  if (on < LAST) diary.life.settle(on, kind.rule, fact, 'Đã đối chiếu bản giấy, chấp nhận như đã ghi');
}

/** Those that concern one fact alone and no field. */
const SETTLED: ReadonlySet<RuleCode> = new Set([
  'document_missing',
  'absence_not_open',
  'allowance_measure',
  'probation_not_open',
  'allowance_not_held',
]);

/** By the Party, in a form that only cadres have; it lapses like any other. */
function disciplineOfCadres({ diary, trade, end }: Worker, day: Day): string {
  if (trade.category === 'can_bo') return '';
  const discipline = diary.decide('disciplined', day, { side: 'party', form: 'cb_khien_trach' });
  const lapsed = plusMonths(day, 12);
  if (lapsed < end) diary.declare('discipline_lapsed', lapsed, { discipline });
  return discipline;
}

/** The step after the last one raised, a year after it. */
function raiseAgain({ diary, end }: Worker, day: Day): string {
  const last = diary.idsOf('step_raised_regular').at(-1) ?? '';
  const content = diary.contentOf(last);
  if (content === undefined || plusMonths(content.effective, 12) >= end) return '';
  const { grade, step } = content.data as { grade: string; step: number };
  if (step >= 8 || day > end) return '';
  return diary.decide('step_raised_regular', plusMonths(content.effective, 12), { grade, step: step + 1 });
}

function evaluateAgain({ diary }: Worker): string {
  const content = diary.contentOf(diary.idsOf('evaluated').at(-1) ?? '');
  return content === undefined ? '' : diary.decide('evaluated', plusDays(content.effective, 7), content.data);
}
