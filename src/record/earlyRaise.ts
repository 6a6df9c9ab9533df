import { isErased, type Fact } from './action.js';
import { plusMonths, type Day } from '../dates.js';
import { nextRegularStep } from './nextStep.js';
import type { Reference } from './reference.js';
import type { Trouble } from './ruleBook.js';
import { checkSameGrade, type StepData } from './salary.js';
import type { LastRaise, State } from './state.js';

interface EarlyRaise extends StepData {
  readonly reason: 'excellent' | 'retirement_notice';
  readonly monthsEarly?: number;
}

/** What the law of a day allows (NĐ 204/2004 Đ.7; NĐ 17/2013; TT 08/2013 Đ.3; TT 03/2021 Đ.1.6). */
interface EarlyLaw {
  readonly from: Day;
  /** At most so many months before the regular day. */
  readonly months: number;
  /** Whether achievement may raise twice in a row when the grade changed in between. */
  readonly twiceInOtherGrade: boolean;
}

const LAWS: readonly EarlyLaw[] = [
  { from: '2004-10-01', months: 12, twiceInOtherGrade: true },
  { from: '2021-08-15', months: 12, twiceInOtherGrade: false },
];

/** An early raise: not at the last step, the next step only, not too early, and not twice in a row. */
export function checkEarlyRaise(fact: Fact<EarlyRaise>, before: State, reference: Reference): Trouble[] {
  const { data, range } = fact;
  const held = before.grade ?? before.lastGrade;
  const other = checkSameGrade(data, before);
  if (held === null || other.length > 0) return other;
  const others = [held.by];
  const table = reference.step(held.grade, held.step, range);
  if (table.standing === 'valid' && table.lastStep)
    return [{ rule: 'early_at_last_step', others, params: { step: String(held.step) } }];
  if (data.step !== held.step + 1)
    return [{ rule: 'step_not_next', field: 'step', others, params: { held: String(held.step) } }];
  const law = LAWS.findLast((l) => l.from <= range.first);
  if (law === undefined) return [];
  return [...checkLimit(fact, before, law, reference), ...checkTwice(fact, before.lastRaise, law)];
}

function checkLimit(
  { data, range }: Fact<EarlyRaise>,
  before: State,
  law: EarlyLaw,
  reference: Reference,
): Trouble[] {
  const from = data.salaryDate ?? range.last;
  const { due } = nextRegularStep(before, from, reference);
  const tooFar = due !== null && plusMonths(from, law.months) < due;
  if (!tooFar && (data.monthsEarly ?? 0) <= law.months) return [];
  const others = before.grade === null ? [] : [before.grade.by];
  return [
    {
      rule: 'early_over_limit',
      others,
      params: { months: String(law.months), ...(due === null ? {} : { due }) },
    },
  ];
}

function checkTwice(fact: Fact<EarlyRaise>, last: LastRaise | null, law: EarlyLaw): Trouble[] {
  if (isErased(fact, 'pay_tax') || fact.data.reason !== 'excellent' || last?.kind !== 'excellent') return [];
  if (law.twiceInOtherGrade && last.grade !== fact.data.grade) return [];
  return [{ rule: 'early_twice', others: [last.by] }];
}
