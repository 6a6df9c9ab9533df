import { TextField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';
import { inService } from '../state.js';

class Reinstated {
  @UnitField({ vi: 'Đơn vị nhận trở lại', en: 'Unit', secrecy: 'open', optional: true })
  unit?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

export const reinstated = defineAction<Reinstated>({
  type: 'reinstated',
  version: 1,
  fields: Reinstated,
  check: ({ data }, before) => [
    ...(before.service === null ? [{ rule: 'before_hire' as const }] : []),
    ...(inService(before)
      ? [{ rule: 'reinstated_in_service' as const, others: [before.service?.by ?? ''] }]
      : []),
    ...(data.unit === undefined ? [{ rule: 'hire_without_unit' as const, field: 'unit' }] : []),
  ],
  evolve: (state, { id, range, data }) => {
    const unit = data.unit === undefined ? state.unit : { by: id, since: range.first, unit: data.unit };
    return {
      ...state,
      service: { by: id, since: range.first, status: 'in_service' },
      unit,
      lastUnit: unit ?? state.lastUnit,
      grade: state.lastGrade,
    };
  },
  caption: { vi: 'Nhận trở lại công tác', en: 'Reinstated after leaving' },
  source: 'design',
  deadline: 'R-10.2b',
  gate: false,
  rank: 15,
  needs: 'life',
});
