import { plusDays, plusMonths, type Day } from '../dates.js';
import { disputedFacts, disputedItems } from './disputes.js';
import { dutiesOf, dutyOn, type Duty } from './duties.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { Caption } from './fields.js';
import type { ItemId } from './forms/items.js';
import type { PersonalField } from './personalFields.js';
import type { Reference } from './reference.js';
import { inService, type State } from './state.js';
import { fold, stateAt, type FactLine, type Timeline } from './timeline.js';

/** Why a record is not complete: a mandatory item that is missing, or something that stands against it. */
export interface Lack extends Caption {
  /**
   * Stable code: `item_<identifier>` of form 2C, or `not_reconciled`, `reconciliation_differs`, `open_dispute`,
   * `severe_finding`, `overdue_duty`.
   */
  readonly code: string;
  /** Number of the item on form 2C, where it is one. */
  readonly number: string | null;
  /** Facts concerned. */
  readonly facts: readonly string[];
  /** The rule of the finding or duty concerned. */
  readonly rule: string | null;
}

export interface CompletenessOptions {
  /** How long a reconciliation with the paper file counts, in months (design.md §10). Default 12. */
  readonly reconciledWithinMonths?: number;
}

const RECONCILED_WITHIN = 12;

interface Item extends Caption {
  readonly code: string;
  readonly number: string;
  /** Its group: erased, its values count as present. */
  readonly group: FieldGroup;
  /** What of the form a dispute can name, where that is not the code itself. */
  readonly items?: readonly ItemId[];
  readonly has: (state: State, lines: readonly FactLine[]) => boolean;
}

const personal = (
  number: string,
  code: string,
  group: FieldGroup,
  vi: string,
  en: string,
  ...fields: readonly PersonalField[]
): Item => ({
  number,
  code: `item_${code}`,
  group,
  vi: `Thiếu ${vi}`,
  en: `${en} is missing`,
  has: ({ personal: items }) => fields.some((f) => items[f] !== undefined),
});

const recorded = (
  number: string,
  code: string,
  group: FieldGroup,
  vi: string,
  en: string,
  ...actions: readonly string[]
): Item => ({
  number,
  code: `item_${code}`,
  group,
  vi: `Thiếu ${vi}`,
  en: `${en} is missing`,
  has: (_state, lines) => lines.some((l) => actions.includes(l.fact.action)),
});

/** The mandatory items of Mẫu 2C-BNV/2008; what not everybody has (other name, Party, army, awards) is none. */
const ITEMS: readonly Item[] = [
  {
    number: '3',
    code: 'item_date_of_birth',
    group: 'identity',
    vi: 'Thiếu ngày sinh',
    en: 'The date of birth is missing',
    has: ({ identity }) => identity?.dateOfBirth !== undefined,
  },
  {
    number: '3',
    code: 'item_sex',
    group: 'identity',
    vi: 'Thiếu giới tính',
    en: 'The sex is missing',
    has: ({ identity }) => identity?.sex !== undefined,
  },
  personal(
    '4',
    'place_of_birth',
    'identity',
    'nơi sinh',
    'The place of birth',
    'placeOfBirth',
    'placeOfBirthCode',
  ),
  personal('5', 'hometown', 'identity', 'quê quán', 'The hometown', 'hometown', 'hometownCode'),
  personal('6', 'ethnicity', 'political', 'dân tộc', 'The ethnicity', 'ethnicity'),
  personal('7', 'religion', 'political', 'tôn giáo', 'The religion', 'religion'),
  personal(
    '8',
    'permanent_address',
    'identity',
    'nơi đăng ký thường trú',
    'The permanent address',
    'permanentAddress',
    'permanentAddressCode',
  ),
  personal(
    '9',
    'current_address',
    'identity',
    'nơi ở hiện nay',
    'The current address',
    'currentAddress',
    'currentAddressCode',
  ),
  personal(
    '10',
    'occupation_at_recruitment',
    'history',
    'nghề nghiệp khi được tuyển dụng',
    'The occupation at recruitment',
    'occupationAtRecruitment',
  ),
  {
    number: '11',
    code: 'item_recruitment_date',
    group: 'history',
    vi: 'Thiếu ngày tuyển dụng',
    en: 'The recruitment is missing',
    has: ({ hire }) => hire !== null,
  },
  personal(
    '13',
    'main_duty',
    'history',
    'công việc chính được giao',
    'The main duty',
    'mainDuty',
    'professionalWork',
  ),
  {
    number: '14',
    code: 'item_grade',
    group: 'pay_tax',
    vi: 'Thiếu ngạch, bậc hoặc mức lương',
    en: 'Grade and step, or pay, are missing',
    items: ['grade_name', 'grade_code', 'step', 'coefficient', 'salary_date'],
    has: ({ grade, pay }) => grade !== null || pay !== null,
  },
  {
    number: '15',
    code: 'item_qualification',
    group: 'history',
    vi: 'Thiếu trình độ (văn bằng, chứng chỉ)',
    en: 'No qualification is recorded',
    items: ['general_education', 'highest_qualification'],
    has: (_state, lines) => lines.some((l) => l.fact.action === 'qualification_recorded'),
  },
  personal('23', 'health_status', 'health', 'tình trạng sức khỏe', 'The state of health', 'healthStatus'),
  personal('25', 'id_card_number', 'identity', 'số CMND/CCCD', 'The identity number', 'idCardNumber'),
  personal(
    '26',
    'social_insurance_number',
    'identity',
    'số sổ bảo hiểm xã hội',
    'The social insurance number',
    'socialInsuranceNumber',
  ),
  {
    number: '28',
    code: 'item_work_history',
    group: 'history',
    vi: 'Thiếu đơn vị công tác',
    en: 'No unit of work is recorded',
    has: ({ unit }) => unit !== null,
  },
  recorded('30', 'family', 'family', 'quan hệ gia đình', 'The family', 'family_relation_recorded'),
];

/** By item: that it is missing, with no dispute about it. */
const MISSING: ReadonlyMap<Item, Lack> = new Map(ITEMS.map((item) => [item, missing(item, [])]));

function missing({ code, number, vi, en }: Item, facts: readonly string[]): Lack {
  return { code, number, vi, en, facts, rule: null };
}

/** What may stand against a record whose items are all there. */
const AGAINST = {
  not_reconciled: {
    vi: 'Chưa đối chiếu với hồ sơ giấy trong thời hạn',
    en: 'Not reconciled with the paper file within the period set',
  },
  reconciliation_differs: {
    vi: 'Đối chiếu với hồ sơ giấy có sai khác',
    en: 'The paper file was found to differ',
  },
  open_dispute: { vi: 'Có yêu cầu kiểm tra, đính chính chưa giải quyết', en: 'A dispute is open' },
  severe_finding: { vi: 'Có vấn đề nghiêm trọng chưa xử lý', en: 'A severe finding is open' },
  overdue_duty: { vi: 'Có việc cập nhật hồ sơ quá hạn', en: 'A duty on the record is overdue' },
} as const satisfies Readonly<Record<string, Caption>>;

/** Every code that a lack may have, with its number on form 2C and its words. */
export const LACKS: ReadonlyMap<string, LackInfo> = new Map([
  ...ITEMS.map(({ code, number, vi, en }): [string, LackInfo] => [code, { number, vi, en }]),
  ...Object.entries(AGAINST).map(([code, words]): [string, LackInfo] => [code, { number: null, ...words }]),
]);
type LackInfo = Caption & Pick<Lack, 'number'>;

/**
 * What is missing for the record of somebody in service to be complete on a day (R-15.5đ, R-18.4e; the working
 * definition of design.md §10): mandatory items of form 2C, codes valid at their dates and no finding of the severe
 * kind, no open dispute, no overdue duty on it, entered, and reconciled with the paper file not too long ago. A
 * disputed fact or item is used by no gate: what rests on it alone is missing. A value lawfully erased counts as present.
 */
export function lacksOf(
  record: Timeline,
  day: Day,
  reference: Reference,
  options: CompletenessOptions = {},
): Lack[] {
  return lacksOn(record, day, dutiesOf(record.lines, reference), monthsOf(options));
}

/** What lacks over a stretch of days in service: from its first day up to, not including, the first of the next. */
export interface CompletenessSpell {
  readonly from: Day;
  /** Null: it goes on. */
  readonly to: Day | null;
  /** Unit in which the person is. */
  readonly unit: string | null;
  readonly lacks: readonly Lack[];
}

/**
 * What lacks on a day and on every later one, as known now: a reconciliation expires, a duty falls due, a fact of a
 * later date takes effect. Days on which the person is not in service are in none. For read models, whose rows depend
 * on no clock.
 */
export function completenessFrom(
  record: Timeline,
  first: Day,
  reference: Reference,
  options: CompletenessOptions = {},
): CompletenessSpell[] {
  const duties = dutiesOf(record.lines, reference);
  const months = monthsOf(options);
  const days = turningDays(record, duties, months).filter((day) => day > first);
  const spells: (CompletenessSpell & { readonly key: string })[] = [];
  const starts = [first, ...new Set(days.sort())];
  for (const [i, from] of starts.entries()) {
    const { state } = stateAt(record, from);
    if (!inService(state)) continue;
    const unit = state.unit?.unit ?? null;
    const lacks = lacksOn(record, from, duties, months);
    // Number and words follow from the code.
    const key = JSON.stringify([unit, lacks.map((l) => [l.code, l.facts, l.rule])]);
    const to = starts[i + 1] ?? null;
    const before = spells.at(-1);
    if (before?.to === from && before.key === key) spells[spells.length - 1] = { ...before, to };
    else spells.push({ from, to, unit, lacks, key });
  }
  return spells.map(({ key: _key, ...spell }) => spell);
}

/** Every day on which what lacks may change. */
function turningDays({ lines, states }: Timeline, duties: readonly Duty[], months: number): Day[] {
  return [
    ...lines.map((l) => l.fact.range.first),
    ...states.flatMap(({ reconciled }) =>
      reconciled === null ? [] : [plusDays(plusMonths(reconciled.since, months), 1)],
    ),
    ...duties.flatMap(({ due, done }) => [plusDays(due, 1), ...(done === null ? [] : [done.on])]),
  ];
}

function monthsOf({ reconciledWithinMonths }: CompletenessOptions): number {
  return reconciledWithinMonths ?? RECONCILED_WITHIN;
}

function lacksOn(record: Timeline, day: Day, duties: readonly Duty[], months: number): Lack[] {
  const { state } = stateAt(record, day);
  if (!inService(state)) return [];
  const disputed = disputedFacts(record, day);
  const lines = record.lines.filter((l) => l.fact.range.first <= day && !disputed.has(l.fact.id));
  const undisputed = disputed.size === 0 ? state : stateAt(withLines(record, lines), day).state;
  const disputesOf = disputesByItem(record, day);
  return [
    ...ITEMS.flatMap((item): readonly Lack[] => {
      const facts = disputesOf(item);
      if (facts.length > 0) return [missing(item, facts)];
      const isThere = state.erased.includes(item.group) || item.has(undisputed, lines);
      return isThere ? [] : [MISSING.get(item) as Lack];
    }),
    ...reconciliationLacks(undisputed, day, months),
    ...state.disputes.map((d) => ({
      ...lack('open_dispute'),
      facts: [d.by, ...(d.fact === undefined ? [] : [d.fact])],
    })),
    ...record.findings
      .filter((f) => f.kind === 'impossible' && f.settled === null)
      .map((f) => ({
        ...lack('severe_finding'),
        facts: [f.fact, ...f.others],
        rule: f.rule,
      })),
    ...duties
      .filter((d) => !disputed.has(d.by) && dutyOn(d, day).standing === 'overdue')
      .map((d) => ({ ...lack('overdue_duty'), facts: [d.by], rule: d.rule })),
  ];
}

const NO_DISPUTES: readonly string[] = [];

/** The open disputes that name an item, or a part of it. */
function disputesByItem(record: Timeline, day: Day): (item: Item) => readonly string[] {
  const disputes = disputedItems(record, day);
  if (disputes.size === 0) return () => NO_DISPUTES;
  return ({ code, items }) =>
    (items ?? [code.slice('item_'.length) as ItemId]).flatMap((id) => disputes.get(id) ?? []);
}

function reconciliationLacks({ reconciled }: State, day: Day, months: number): Lack[] {
  if (reconciled === null) return [lack('not_reconciled')];
  const { by, since, result } = reconciled;
  if (plusMonths(since, months) < day) return [{ ...lack('not_reconciled'), facts: [by] }];
  return result === 'matches' ? [] : [{ ...lack('reconciliation_differs'), facts: [by] }];
}

function lack(code: keyof typeof AGAINST): Lack {
  return { code, number: null, ...AGAINST[code], facts: [], rule: null };
}

function withLines(record: Timeline, lines: readonly FactLine[]): Timeline {
  return { ...record, lines, states: fold(lines.map((l) => l.fact)) };
}
