import { FactField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkRunning, endDiscipline } from '../discipline.js';

class DisciplineLapsed {
  @FactField({ vi: 'Quyết định kỷ luật', en: 'The discipline', secrecy: 'open' })
  discipline!: string;
}

/** The decision has no effect any more, by law and without a paper; it stays in the record. */
export const disciplineLapsed = defineAction<DisciplineLapsed>({
  type: 'discipline_lapsed',
  version: 1,
  fields: DisciplineLapsed,
  check: ({ data }, before) => checkRunning(data.discipline, before),
  evolve: (state, { id, data }) => endDiscipline(state, data.discipline, { lapsedBy: id }),
  caption: { vi: 'Kỷ luật chấm dứt hiệu lực', en: 'Discipline lapsed' },
  source: 'Luật CBCC 2008 Đ.82; NĐ 34/2011/NĐ-CP Đ.20.3; NĐ 234/2026/NĐ-CP Đ.2.9',
  deadline: null,
  gate: false,
  rank: 25,
  needs: 'life',
});
