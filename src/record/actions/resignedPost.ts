import { defineAction } from '../action.js';
import { checkMeant, endPost, PostEndFields, postMeant } from '../posts.js';

class ResignedPost extends PostEndFields {}

export const resignedPost = defineAction<ResignedPost>({
  type: 'resigned_post',
  version: 1,
  fields: ResignedPost,
  check: ({ data }, before) => checkMeant(postMeant(before, data)),
  evolve: (state, { data }) => endPost(state, postMeant(state, data)),
  caption: { vi: 'Từ chức', en: 'Resigned a position' },
  source: 'Luật CBCC 2008 Đ.30, 54; Luật Viên chức 2010 Đ.38',
  deadline: 'R-10.2b',
  gate: false,
  rank: 41,
  needs: 'life',
});
