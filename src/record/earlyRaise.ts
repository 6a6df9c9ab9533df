import { isErased, type Fact } from './action.js';
import {
  earlyLawOn,
  earlyTroubles,
  stepOnNotice,
  type EarlyReason,
  type EarlyTrouble,
} from '../rules/earlyStep.js';
import { inHindsight } from './discipline.js';
import { nextRegularStep } from './nextStep.js';
import type { Reference } from './reference.js';
import { retirementDay } from './retirement.js';
import type { RuleCode, Trouble } from './ruleBook.js';
import { checkSameGrade, type StepData } from './salary.js';
import type { State } from './state.js';

interface EarlyRaise extends StepData {
  readonly reason: EarlyReason;
  readonly monthsEarly?: number;
}

/** Too much may lack at the end of the year, or on the day before retirement. */
const LACKS = {
  excellent: 'early_lacks_too_much',
  retirement_notice: 'early_notice_lacks_too_much',
} as const satisfies Readonly<Record<EarlyReason, RuleCode>>;

const RULE_OF = {
  not_law: 'early_notice_not_law',
  last_step: 'early_at_last_step',
  over_limit: 'early_over_limit',
  twice: 'early_twice',
  no_achievement: 'early_without_achievement',
  wrong_day: 'early_notice_day',
  early_leaver: 'early_notice_of_early_leaver',
} as const satisfies Readonly<Record<Exclude<EarlyTrouble, 'lacks_too_much'>, RuleCode>>;

/** An early raise: not at the last step, the next step only, on a lawful day, and not twice in a row. */
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
  const months = table.standing === 'valid' ? table.monthsPerStep : null;
  return checkLaw(fact, before, reference, { held: held.by, months });
}

function checkLaw(
  fact: Fact<EarlyRaise>,
  before: State,
  reference: Reference,
  { held, months: monthsPerStep }: { readonly held: string; readonly months: number | null },
): Trouble[] {
  const { data, range } = fact;
  const { lastRaise, retirementNotice } = before;
  // An erased reason is not known: what holds for achievement alone is not asked then.
  const erased = isErased(fact, 'pay_tax');
  const reason: EarlyReason = erased ? 'excellent' : data.reason;
  const from = data.salaryDate ?? range.last;
  const { due } = nextRegularStep(inHindsight(before), from, reference);
  const retiresOn =
    retirementNotice?.retirement === undefined ? null : retirementDay(retirementNotice.retirement);
  const asked = {
    reason,
    grade: data.grade,
    lastStep: false,
    monthsPerStep,
    from,
    due,
    before: erased || lastRaise === null ? null : { reason: lastRaise.kind, grade: lastRaise.grade },
    // An erased reason may have been the notice.
    ...(erased ? {} : { achievements: before.achievements.map(({ last }) => last) }),
    // Among the raises of the year in which it is decided.
    year: Number(range.first.slice(0, 4)),
    retiresOn,
    leavesBy: retirementNotice?.basis ?? null,
  };
  const months = earlyLawOn(reference, reason, from)?.months ?? Infinity;
  const told: EarlyTrouble[] = (data.monthsEarly ?? 0) > months ? ['over_limit'] : [];
  const noNotice = reason === 'retirement_notice' && retirementNotice === null;
  const troubles = [...new Set([...earlyTroubles(asked, reference), ...told])].map((trouble): Trouble => {
    const rule = trouble === 'lacks_too_much' ? LACKS[reason] : RULE_OF[trouble];
    const dueDay = due === null ? {} : { due };
    if (trouble === 'twice') return { rule, others: lastRaise === null ? [] : [lastRaise.by] };
    if (trouble === 'no_achievement')
      return { rule, others: before.achievements.slice(-1).map(({ by }) => by) };
    if (trouble === 'not_law') return { rule, field: 'reason' };
    if (trouble === 'early_leaver') return { rule, others: idOf(retirementNotice) };
    if (trouble === 'lacks_too_much')
      return {
        rule,
        others: [held, ...(reason === 'excellent' ? [] : idOf(retirementNotice))],
        params: dueDay,
      };
    if (trouble === 'wrong_day') {
      const lawful = due === null || retiresOn === null ? null : stepOnNotice(reference, due, retiresOn);
      const params = { ...dueDay, ...(lawful === null ? {} : { lawful }) };
      return { rule, others: [held, ...idOf(retirementNotice)], params };
    }
    return {
      rule,
      others: before.grade === null ? [] : [held],
      params: { months: String(months), ...dueDay },
    };
  });
  return noNotice ? [{ rule: 'early_notice_missing', field: 'reason' }, ...troubles] : troubles;
}

function idOf(set: { readonly by: string } | null): string[] {
  return set === null ? [] : [set.by];
}
