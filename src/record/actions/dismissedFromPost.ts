import { defineAction } from '../action.js';
import { checkMeant, endPost, PostEndFields, postMeant } from '../posts.js';

class DismissedFromPost extends PostEndFields {}

export const dismissedFromPost = defineAction<DismissedFromPost>({
  type: 'dismissed_from_post',
  version: 1,
  fields: DismissedFromPost,
  check: ({ data }, before) => checkMeant(postMeant(before, data)),
  evolve: (state, { data }) => endPost(state, postMeant(state, data)),
  caption: { vi: 'Miễn nhiệm chức vụ', en: 'Dismissed from a position' },
  source: 'Luật CBCC 2008 Đ.54',
  deadline: 'R-10.2b',
  gate: false,
  rank: 40,
  needs: 'life',
});
