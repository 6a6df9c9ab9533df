import { CodeField, TextField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';
import type { Post, State } from '../state.js';

class DismissedFromPost {
  @CodeField('standard_position', { vi: 'Chức vụ', en: 'Position', secrecy: 'open' })
  position!: string;

  @UnitField({ vi: 'Tại đơn vị', en: 'In unit', secrecy: 'open', optional: true })
  unit?: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

export const dismissedFromPost = defineAction<DismissedFromPost>({
  type: 'dismissed_from_post',
  version: 1,
  fields: DismissedFromPost,
  check: ({ data }, before) =>
    postMeant(before, data) === undefined ? [{ rule: 'post_not_held', field: 'position' }] : [],
  evolve: (state, { data }) => {
    const ended = postMeant(state, data);
    return {
      ...state,
      posts: state.posts.filter((p) => p !== ended),
      lapsedPosts: state.lapsedPosts.filter((p) => p !== ended),
    };
  },
  caption: { vi: 'Miễn nhiệm chức vụ', en: 'Dismissed from a position' },
  source: 'Luật CBCC 2008 Đ.54',
  deadline: 'R-10.2b',
  gate: false,
  rank: 40,
  needs: 'life',
});

/** The open post that a dismissal ends: the same position and, when a unit is named, that unit; the oldest first. */
function postMeant(state: State, data: DismissedFromPost): Post | undefined {
  const open = [...state.posts, ...state.lapsedPosts].filter((p) => p.position === data.position);
  return data.unit === undefined ? open[0] : open.find((p) => p.unit === data.unit);
}
