import { FactField, TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { RelativeFields } from '../relative.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class FamilyRelationChanged extends RelativeFields {
  @FactField({ vi: 'Người thân đã kê khai', en: 'The relative declared', secrecy: 'open' })
  relative!: string;

  @TextField({
    vi: 'Quan hệ chấm dứt (ly hôn …), lý do',
    en: 'The relation ended (divorce …): why',
    secrecy: 'family',
    optional: true,
  })
  ended?: string;
}

/** A change in a relative's life; what is not given stays as it was declared. */
export const familyRelationChanged = defineAction<FamilyRelationChanged>({
  type: 'family_relation_changed',
  version: 1,
  fields: FamilyRelationChanged,
  check: checkRelative,
  evolve: (state) => state,
  caption: { vi: 'Thay đổi về quan hệ gia đình', en: 'Change in a relative’s life' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2a; Mẫu 2C-BNV/2008 mục 30',
  deadline: null,
  gate: false,
  rank: 4,
  needs: 'nothing',
});

function checkRelative({ data: { relative } }: Fact<FamilyRelationChanged>, before: State): Trouble[] {
  return before.relatives.includes(relative)
    ? []
    : [{ rule: 'relative_unknown', field: 'relative', others: [relative] }];
}
