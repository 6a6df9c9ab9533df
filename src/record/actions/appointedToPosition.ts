import { CodeField, DayField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';

class AppointedToPosition {
  @CodeField('standard_position', { vi: 'Chức vụ', en: 'Position', secrecy: 'open' })
  position!: string;

  @UnitField({ vi: 'Tại đơn vị', en: 'In unit', secrecy: 'open', optional: true })
  unit?: string;

  @DayField({ vi: 'Thời hạn giữ chức vụ đến', en: 'Term ends', secrecy: 'history', optional: true })
  termEnds?: string;
}

/** Several positions at once are ordinary; each ends by its own fact. */
export const appointedToPosition = defineAction<AppointedToPosition>({
  type: 'appointed_to_position',
  version: 1,
  fields: AppointedToPosition,
  check: ({ data }, before) => {
    const held = before.posts.find((p) => p.position === data.position && p.unit === (data.unit ?? null));
    return held === undefined ? [] : [{ rule: 'post_held', field: 'position', others: [held.by] }];
  },
  evolve: (state, { id, range, data }) => ({
    ...state,
    posts: [...state.posts, { by: id, since: range.first, position: data.position, unit: data.unit ?? null }],
  }),
  caption: { vi: 'Bổ nhiệm chức vụ', en: 'Appointed to a position' },
  source: 'Luật CBCC 2008 Đ.51',
  deadline: 'R-10.2b',
  gate: false,
  rank: 50,
  needs: 'service',
});
