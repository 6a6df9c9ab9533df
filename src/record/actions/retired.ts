import { CodeField, DayField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import { checkDeparture, depart } from '../departure.js';
import { retirementOf } from '../../rules/retirement.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class Retired {
  @CodeField('retirement_type', {
    vi: 'Hình thức nghỉ hưu',
    en: 'Type of retirement',
    secrecy: 'history',
    optional: true,
  })
  type?: string;

  @DayField({ vi: 'Hưởng lương hưu từ', en: 'Pension from', secrecy: 'pay_tax', optional: true })
  pensionFrom?: string;
}

export const retired = defineAction<Retired>({
  type: 'retired',
  version: 1,
  fields: Retired,
  check: (fact, before, reference) => [...checkAge(fact, before, reference), ...checkDeparture(before)],
  evolve: depart('retired'),
  caption: { vi: 'Nghỉ hưu', en: 'Retired' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; NĐ 46/2010/NĐ-CP',
  deadline: 'R-11.3b',
  gate: true,
  rank: 85,
  needs: 'service',
});

/** Codes of the list `retirement_type` for which the normal age counts; the others have ages of their own. */
const NORMAL: readonly (string | undefined)[] = ['dung_tuoi', undefined];

/** Not before the last day of the month in which the normal age is reached. */
function checkAge(fact: Fact<Retired>, { identity, hire }: State, reference: Reference): Trouble[] {
  const { dateOfBirth, sex } = identity ?? {};
  const isNormal = NORMAL.includes(fact.data.type) && !isErased(fact, 'history');
  if (!isNormal || dateOfBirth === undefined || sex === undefined) return [];
  const category = hire?.category ?? 'cong_chuc';
  const lawful = retirementOf({ sex, dateOfBirth, category }, reference);
  if (lawful === null || fact.range.last >= lawful.lastDay) return [];
  // Which month that is tells when the person was born: it is not named.
  return [{ rule: 'retired_before_age', others: identity === null ? [] : [identity.by] }];
}
