import { FactField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkRevocable, endDiscipline } from '../discipline.js';

class DisciplineRevoked {
  @FactField({ vi: 'Quyết định kỷ luật bị hủy', en: 'The discipline revoked', secrecy: 'open' })
  discipline!: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'discipline', optional: true, max: 1000 })
  reason?: string;
}

/** The discipline is found wrong: from here on it counts nowhere, and lengthens no wait. */
export const disciplineRevoked = defineAction<DisciplineRevoked>({
  type: 'discipline_revoked',
  version: 1,
  fields: DisciplineRevoked,
  check: ({ data }, before) => checkRevocable(data.discipline, before),
  evolve: (state, { id, data }) => endDiscipline(state, data.discipline, { revokedBy: id }),
  caption: { vi: 'Hủy quyết định kỷ luật', en: 'Discipline revoked' },
  source: 'NĐ 34/2011/NĐ-CP; NĐ 112/2020/NĐ-CP; TT 08/2013/TT-BNV Đ.2.3',
  deadline: 'R-10.2b',
  gate: false,
  rank: 26,
  needs: 'life',
});
