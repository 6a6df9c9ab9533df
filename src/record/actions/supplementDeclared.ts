import { IntegerField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import type { Secrecy } from '../../fieldGroups.js';

const heading = (secrecy: Secrecy, vi: string, en: string): PropertyDecorator =>
  TextField({ vi, en, secrecy, optional: true, max: 4000 });

class SupplementDeclared {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'history', min: 1945, max: 2199 })
  year!: number;

  @heading('history', 'I. Chức danh, chức vụ, đơn vị công tác', 'I. Post, position, place of work')
  posts?: string;

  @heading('history', 'II. Đào tạo, bồi dưỡng', 'II. Training')
  training?: string;

  @heading('history', 'III. Khen thưởng', 'III. Rewards')
  rewards?: string;

  @heading('discipline', 'IV. Kỷ luật', 'IV. Discipline')
  discipline?: string;

  @heading('history', 'V. Đi nước ngoài', 'V. Travel abroad')
  travel?: string;

  @heading('health', 'VI. Tình trạng sức khỏe', 'VI. Health')
  health?: string;

  @heading('pay_tax', 'VII. Kinh tế bản thân', 'VII. Own economic situation')
  economy?: string;

  @heading('family', 'VIII. Gia đình', 'VIII. Family')
  family?: string;

  @heading('history', 'IX. Những vấn đề khác cần bổ sung', 'IX. Other matters')
  other?: string;
}

/** The person's own yearly supplement, heading by heading; what it changes is recorded by facts of its own. */
export const supplementDeclared = defineAction<SupplementDeclared>({
  type: 'supplement_declared',
  version: 1,
  fields: SupplementDeclared,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Phiếu bổ sung lý lịch', en: 'Yearly supplement declared' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2a; Mẫu 4a-BNV/2007 (QĐ 06/2007/QĐ-BNV)',
  deadline: null,
  gate: false,
  rank: 102,
  needs: 'life',
});
