import { FactField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import { checkSameGrade, checkStep, lowerStep, StepFields } from '../salary.js';
import { standingDisciplines, type State } from '../state.js';

/** The form in the list `discipline_form` that this action carries out. */
const FORM = 'cc_ha_bac_luong';

class StepLowered extends StepFields {
  @FactField({
    vi: 'Quyết định kỷ luật hạ bậc lương',
    en: 'Discipline that lowers the step',
    secrecy: 'open',
    optional: true,
  })
  discipline?: string;
}

/** A step lower by discipline. The wait for the return counts from here. */
export const stepLowered = defineAction<StepLowered>({
  type: 'step_lowered',
  version: 1,
  fields: StepLowered,
  check: (fact, before, reference) => [
    ...checkStep(fact.data, fact.range, reference),
    ...checkPlace(fact, before),
    ...checkDiscipline(fact, before, reference),
  ],
  evolve: lowerStep,
  caption: { vi: 'Hạ bậc lương', en: 'Step lowered' },
  source: 'NĐ 34/2011/NĐ-CP Đ.23.1; NĐ 112/2020/NĐ-CP Đ.39.1',
  deadline: 'R-10.2b',
  gate: false,
  rank: 58,
  needs: 'service',
});

function checkPlace({ data }: Fact<StepLowered>, before: State): Trouble[] {
  const held = before.grade ?? before.lastGrade;
  const other = checkSameGrade(data, before);
  if (held === null || other.length > 0) return other;
  const others = [held.by];
  return [
    ...(data.step === held.step - 1
      ? []
      : [{ rule: 'step_not_lower' as const, field: 'step', others, params: { held: String(held.step) } }]),
    ...(before.beyondFrame === null
      ? []
      : [{ rule: 'step_lowered_beyond_frame' as const, others: [before.beyondFrame.by] }]),
  ];
}

/** The form must exist on the day, and a discipline of this form stand. */
function checkDiscipline({ data, range }: Fact<StepLowered>, before: State, reference: Reference): Trouble[] {
  const discipline = standingDisciplines(before).find((d) => d.by === data.discipline);
  // A form whose key was destroyed is absent, and counts as the right one.
  const fits = discipline !== undefined && [FORM, undefined].includes(discipline.form);
  return [
    ...(reference.entry('discipline_form', FORM, range.first) === null
      ? [{ rule: 'step_lowering_not_law' as const }]
      : []),
    ...(fits
      ? []
      : [
          {
            rule: 'step_lowered_without_discipline' as const,
            field: 'discipline',
            ...(data.discipline === undefined ? {} : { others: [data.discipline] }),
          },
        ]),
  ];
}
