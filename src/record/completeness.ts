import { plusMonths, type Day } from '../dates.js';
import { disputedFacts, disputedItems } from './disputes.js';
import { dutiesOf } from './duties.js';
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
   * Stable code: `item_<identifier>` of form 2C, or `not_entered`, `not_reconciled`, `reconciliation_differs`,
   * `open_dispute`, `severe_finding`, `overdue_duty`.
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
  const { state } = stateAt(record, day);
  if (!inService(state)) return [];
  const disputed = disputedFacts(record, day);
  const lines = record.lines.filter((l) => l.fact.range.first <= day && !disputed.has(l.fact.id));
  const undisputed = disputed.size === 0 ? state : stateAt(withLines(record, lines), day).state;
  const disputesOf = disputesByItem(record, day);
  return [
    ...ITEMS.flatMap((item): Lack[] => {
      const { code, number, vi, en, group } = item;
      const facts = disputesOf(item);
      const isThere = facts.length === 0 && (state.erased.includes(group) || item.has(undisputed, lines));
      return isThere ? [] : [{ code, number, vi, en, facts, rule: null }];
    }),
    ...reconciliationLacks(undisputed, day, options.reconciledWithinMonths ?? RECONCILED_WITHIN),
    ...state.disputes.map((d) => ({
      ...lack('open_dispute', 'Có yêu cầu kiểm tra, đính chính chưa giải quyết', 'A dispute is open'),
      facts: [d.by, ...(d.fact === undefined ? [] : [d.fact])],
    })),
    ...record.findings
      .filter((f) => f.kind === 'impossible' && f.settled === null)
      .map((f) => ({
        ...lack('severe_finding', 'Có vấn đề nghiêm trọng chưa xử lý', 'A severe finding is open'),
        facts: [f.fact, ...f.others],
        rule: f.rule,
      })),
    ...dutiesOf(record.lines, reference)
      .filter((d) => d.done === null && d.due < day)
      .map((d) => ({
        ...lack('overdue_duty', 'Có việc cập nhật hồ sơ quá hạn', 'A duty on the record is overdue'),
        facts: [d.by],
        rule: d.rule,
      })),
  ];
}

/** The open disputes that name an item, or a part of it. */
function disputesByItem(record: Timeline, day: Day): (item: Item) => readonly string[] {
  const disputes = disputedItems(record, day);
  return ({ code, items }) =>
    (items ?? [code.slice('item_'.length) as ItemId]).flatMap((id) => disputes.get(id) ?? []);
}

function reconciliationLacks(state: State, day: Day, months: number): Lack[] {
  const { reconciled } = state;
  if (reconciled === null || plusMonths(reconciled.since, months) < day)
    return [
      {
        ...lack(
          'not_reconciled',
          `Chưa đối chiếu với hồ sơ giấy trong ${String(months)} tháng`,
          `Not reconciled with the paper file within ${String(months)} months`,
        ),
        facts: reconciled === null ? [] : [reconciled.by],
      },
    ];
  if (reconciled.result === 'matches') return [];
  return [
    {
      ...lack(
        'reconciliation_differs',
        'Đối chiếu với hồ sơ giấy có sai khác',
        'The paper file was found to differ',
      ),
      facts: [reconciled.by],
    },
  ];
}

function lack(code: string, vi: string, en: string): Lack {
  return { code, number: null, vi, en, facts: [], rule: null };
}

function withLines(record: Timeline, lines: readonly FactLine[]): Timeline {
  return { ...record, lines, states: fold(lines.map((l) => l.fact)) };
}
