import { defineAction } from '../action.js';
import { BeyondFrameFields, checkFirstPercent, setBeyondFrame } from '../beyondFrame.js';

class BeyondFrameGranted extends BeyondFrameFields {}

export const beyondFrameGranted = defineAction<BeyondFrameGranted>({
  type: 'beyond_frame_granted',
  version: 1,
  fields: BeyondFrameGranted,
  check: checkFirstPercent,
  evolve: setBeyondFrame,
  caption: { vi: 'Hưởng phụ cấp thâm niên vượt khung', en: 'Beyond-frame seniority granted' },
  source: 'NĐ 204/2004/NĐ-CP Đ.6; TT 04/2005/TT-BNV',
  deadline: 'R-10.2b',
  gate: false,
  rank: 62,
  needs: 'service',
});
