import { TextField, UnitField } from '../fields.js';
import { defineAction } from '../action.js';

class Remarked {
  @TextField({ vi: 'Nhận xét, đánh giá', en: 'Remark', secrecy: 'history', max: 4000 })
  remark!: string;

  @UnitField({ vi: 'Cơ quan, đơn vị nhận xét', en: 'Unit that remarks', secrecy: 'open', optional: true })
  unit?: string;
}

/** What the agency that manages and uses the person says of him or her (2C item 32). */
export const remarked = defineAction<Remarked>({
  type: 'remarked',
  version: 1,
  fields: Remarked,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Nhận xét, đánh giá của cơ quan', en: 'Remark of the agency' },
  source: 'Mẫu 2C-BNV/2008 mục 32',
  deadline: null,
  gate: false,
  rank: 103,
  needs: 'nothing',
});
