import { CodeField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';
import { inService } from '../state.js';

class Recruited {
  @CodeField('person_category', {
    vi: 'Nhóm (cán bộ, công chức, viên chức, hợp đồng)',
    en: 'Category of person',
    secrecy: 'history',
    optional: true,
  })
  category?: string;

  @UnitField({ vi: 'Cơ quan tuyển dụng', en: 'Recruiting agency', secrecy: 'open', optional: true })
  agency?: string;

  @UnitField({ vi: 'Đơn vị sử dụng', en: 'Using unit', secrecy: 'open', optional: true })
  unit?: string;

  @CodeField('recruitment_method', {
    vi: 'Hình thức tuyển dụng',
    en: 'Recruitment method',
    secrecy: 'history',
    optional: true,
  })
  method?: string;

  @CodeField('recruitment_source', {
    vi: 'Nguồn tuyển dụng',
    en: 'Recruitment source',
    secrecy: 'history',
    optional: true,
  })
  source?: string;

  @CodeField('recruitment_position', {
    vi: 'Vị trí tuyển dụng',
    en: 'Recruitment position',
    secrecy: 'history',
    optional: true,
  })
  position?: string;
}

export const recruited = defineAction<Recruited>({
  type: 'recruited',
  version: 1,
  fields: Recruited,
  check: ({ data }, before) => [
    ...(inService(before) ? [{ rule: 'hired_twice' as const, others: [before.service?.by ?? ''] }] : []),
    ...(data.unit === undefined ? [{ rule: 'hire_without_unit' as const, field: 'unit' }] : []),
  ],
  evolve: (state, { id, range, data }) => {
    const unit = data.unit === undefined ? state.unit : { by: id, since: range.first, unit: data.unit };
    return {
      ...state,
      service: { by: id, since: range.first, status: 'in_service' },
      hire: {
        by: id,
        since: range.first,
        ...(data.category === undefined ? {} : { category: data.category }),
        ...(data.agency === undefined ? {} : { agency: data.agency }),
      },
      unit,
      lastUnit: unit ?? state.lastUnit,
    };
  },
  caption: { vi: 'Tuyển dụng', en: 'Recruited' },
  source: 'Luật CBCC 2008 Đ.35–39; Luật VC 2010 Đ.20–24',
  deadline: 'R-10.1b',
  gate: false,
  rank: 10,
  needs: 'life',
});
