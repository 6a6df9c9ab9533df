import { defineAction } from '../action.js';
import { BeyondFrameFields, checkNextPercent, setBeyondFrame } from '../beyondFrame.js';

class BeyondFrameRaised extends BeyondFrameFields {}

export const beyondFrameRaised = defineAction<BeyondFrameRaised>({
  type: 'beyond_frame_raised',
  version: 1,
  fields: BeyondFrameRaised,
  check: checkNextPercent,
  evolve: setBeyondFrame,
  caption: { vi: 'Nâng phụ cấp thâm niên vượt khung', en: 'Beyond-frame seniority raised' },
  source: 'NĐ 204/2004/NĐ-CP Đ.6; TT 04/2005/TT-BNV; TT 03/2021/TT-BNV',
  deadline: 'R-10.2b',
  gate: false,
  rank: 63,
  needs: 'service',
});
