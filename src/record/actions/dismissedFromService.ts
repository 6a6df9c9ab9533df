import { FactField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { checkDeparture, depart } from '../departure.js';
import type { Trouble } from '../ruleBook.js';
import { standingDisciplines, type State } from '../state.js';

class DismissedFromService {
  @FactField({
    vi: 'Quyết định kỷ luật buộc thôi việc',
    en: 'The discipline that it follows from',
    secrecy: 'open',
    optional: true,
  })
  discipline?: string;
}

/** Buộc thôi việc: the discipline is a fact of its own, this is the leaving. */
export const dismissedFromService = defineAction<DismissedFromService>({
  type: 'dismissed_from_service',
  version: 1,
  fields: DismissedFromService,
  check: (fact, before) => [...checkDiscipline(fact, before), ...checkDeparture(before)],
  evolve: depart('left'),
  caption: { vi: 'Buộc thôi việc', en: 'Dismissed from service' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.3b; Luật CBCC 2008 Đ.79; Luật Viên chức 2010 Đ.52',
  deadline: 'R-11.3b',
  // A discipline, which no gate names.
  gate: false,
  rank: 87,
  needs: 'service',
});

function checkDiscipline({ data: { discipline } }: Fact<DismissedFromService>, before: State): Trouble[] {
  if (standingDisciplines(before).some((d) => d.by === discipline)) return [];
  return [
    {
      rule: 'dismissal_without_discipline',
      field: 'discipline',
      ...(discipline === undefined ? {} : { others: [discipline] }),
    },
  ];
}
