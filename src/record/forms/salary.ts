/** Items 14 and 31: grade, step and pay. */
import type { Allowance, State } from '../state.js';
import { allowancesOn } from '../state.js';
import { monthOf, type Items, type Named, type Row, type Sheet, type Source, type Table } from './sheet.js';

const GRADE_LISTS = ['grade_name', 'professional_title'] as const;
/** Actions whose pay group, once destroyed, leaves these items erased. */
const SOURCE: Source = {
  group: 'pay_tax',
  actions: ['appointed_to_grade', 'appointed_professional_title', 'grade_changed', 'grade_promoted'],
};
const ALLOWANCES: Source = { group: 'pay_tax', actions: ['allowance_granted'] };
const POSITION_ALLOWANCE = 'chuc_vu';
const ALLOWANCE_COLUMNS: Table['columns'] = {
  type: { vi: 'Loại phụ cấp', en: 'Kind' },
  coefficient: { vi: 'Hệ số', en: 'Coefficient' },
  percent: { vi: 'Tỷ lệ phần trăm', en: 'Percent' },
  amount: { vi: 'Mức tiền', en: 'Amount' },
};

type GradeItems = Pick<
  Items,
  | 'grade_name'
  | 'grade_code'
  | 'step'
  | 'coefficient'
  | 'salary_date'
  | 'position_allowance'
  | 'other_allowance'
>;

/** Item 14. After leaving it shows the last grade, for the record stays (Điều 12.3). */
export function gradeItems(sheet: Sheet): GradeItems {
  const { state, day } = sheet;
  const held = state.grade ?? state.lastGrade;
  const by = sheet.fact(held?.by);
  const name = held === null || by === undefined ? null : sheet.named(held.grade, by, ...GRADE_LISTS);
  const allowances = allowancesOn(state, day);
  const position = allowances.filter((a) => a.type === POSITION_ALLOWANCE);
  const others = allowances.filter((a) => a.type !== POSITION_ALLOWANCE);
  const rows = (granted: readonly Allowance[]) => granted.map((a) => allowanceRow(sheet, a));
  return {
    grade_name: sheet.cell('grade_name', SOURCE, name?.vi == null ? null : name, by),
    grade_code: sheet.cell('grade_code', SOURCE, held?.grade, by),
    step: sheet.cell('step', SOURCE, held?.step, by),
    coefficient: sheet.cell('coefficient', SOURCE, coefficientOf(sheet, held), by),
    salary_date: sheet.cell('salary_date', SOURCE, held?.salaryDate, by),
    position_allowance: sheet.table('position_allowance', ALLOWANCES, ALLOWANCE_COLUMNS, rows(position)),
    other_allowance: sheet.table('other_allowance', ALLOWANCES, ALLOWANCE_COLUMNS, [
      ...beyondFrameRow(sheet),
      ...rows(others),
    ]),
  };
}

/** As the paper has it, else as the salary table of the day has it. */
function coefficientOf(sheet: Sheet, held: State['grade']): string | null {
  if (held === null || held.coefficient !== undefined) return held?.coefficient ?? null;
  const range = { first: held.since, last: held.since };
  const table = sheet.reference.step(held.grade, held.step, range);
  return table.standing === 'valid' ? table.coefficient : null;
}

function allowanceRow(sheet: Sheet, { by, type, coefficient, percent, amount }: Allowance): Row {
  const fact = sheet.fact(by);
  const values = {
    type: fact === undefined ? type : sheet.named(type, fact, 'allowance_type'),
    coefficient: coefficient ?? null,
    percent: percent ?? null,
    amount: amount ?? null,
  };
  return sheet.row('pay_tax', values, fact);
}

function beyondFrameRow(sheet: Sheet): Row[] {
  const { beyondFrame } = sheet.state;
  const by = sheet.fact(beyondFrame?.by);
  if (beyondFrame === null || by === undefined) return [];
  const type = sheet.named('tham_nien_vuot_khung', by, 'allowance_type');
  // Erased: the percentage is absent.
  const percent = (beyondFrame.percent as string | undefined) ?? null;
  return [sheet.row('pay_tax', { type, coefficient: null, percent, amount: null }, by)];
}

const HISTORY_COLUMNS: Table['columns'] = {
  month: { vi: 'Tháng, năm', en: 'Month' },
  grade: { vi: 'Mã ngạch', en: 'Grade' },
  step: { vi: 'Bậc', en: 'Step' },
  coefficient: { vi: 'Hệ số lương', en: 'Coefficient' },
  beyondFrame: { vi: 'Phụ cấp thâm niên vượt khung (%)', en: 'Beyond-frame seniority (%)' },
  amount: { vi: 'Mức tiền', en: 'Amount' },
};

/** Item 31: a row for each new step, beyond-frame percentage or sum of money. */
export function salaryHistory(sheet: Sheet): Table {
  const rows: Row[] = [];
  let shown: Pick<State, 'grade' | 'beyondFrame' | 'pay'> = { grade: null, beyondFrame: null, pay: null };
  for (const [i, { fact }] of sheet.timeline.lines.entries()) {
    if (fact.range.first > sheet.day) break;
    const { grade, beyondFrame, pay } = sheet.timeline.states[i] as State;
    const step = changed(shown.grade, grade);
    const percent = changed(shown.beyondFrame, beyondFrame);
    const amount = changed(shown.pay, pay);
    if (step || percent) rows.push(gradeRow(sheet, { grade, beyondFrame }, step));
    if (amount) rows.push(amountRow(sheet, pay));
    shown = { grade: grade ?? shown.grade, beyondFrame, pay };
  }
  return sheet.table('salary_history', SOURCE, HISTORY_COLUMNS, rows);
}

function changed(before: { readonly by: string } | null, after: { readonly by: string } | null): boolean {
  return after !== null && after.by !== before?.by;
}

function gradeRow(
  sheet: Sheet,
  { grade, beyondFrame }: Pick<State, 'grade' | 'beyondFrame'>,
  step: boolean,
): Row {
  const since = step ? (grade?.salaryDate ?? '') : (beyondFrame?.since ?? '');
  const set = sheet.fact(grade?.by);
  const name: Named | null = set === undefined ? null : sheet.named(grade?.grade, set, ...GRADE_LISTS);
  const values = {
    month: monthOf(since),
    grade: name,
    step: grade?.step ?? null,
    coefficient: coefficientOf(sheet, grade),
    beyondFrame: beyondFrame?.percent ?? null,
    amount: null,
  };
  return sheet.row('pay_tax', values, ...(step ? [set] : [sheet.fact(beyondFrame?.by), set]));
}

function amountRow(sheet: Sheet, pay: State['pay']): Row {
  const values = {
    month: monthOf(pay?.since ?? ''),
    grade: null,
    step: null,
    coefficient: null,
    beyondFrame: null,
    amount: pay === null ? null : { amount: pay.amount, per: pay.per },
  };
  return sheet.row('pay_tax', values, sheet.fact(pay?.by));
}
