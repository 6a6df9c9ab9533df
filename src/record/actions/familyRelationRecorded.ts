import { ChoiceField, CodeField, PartialDateField, TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { entryOf } from '../category.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import { RelativeFields } from '../relative.js';
import type { State } from '../state.js';

class FamilyRelationRecorded extends RelativeFields {
  @CodeField('family_relation', { vi: 'Mối quan hệ', en: 'Relation', secrecy: 'family' })
  relation!: string;

  @TextField({ vi: 'Họ và tên', en: 'Full name', secrecy: 'family', max: 200 })
  name!: string;

  @PartialDateField({ vi: 'Năm sinh', en: 'Born', secrecy: 'family', optional: true })
  born?: string;

  @ChoiceField(['self', 'spouse'], {
    vi: 'Về bản thân hay về bên vợ (chồng), khi danh mục chưa nói',
    en: 'On the person’s own or the spouse’s side, where the list does not tell',
    secrecy: 'family',
    optional: true,
  })
  side?: 'self' | 'spouse';
}

/** A relative (2C item 30), on the day of the declaration. */
export const familyRelationRecorded = defineAction<FamilyRelationRecorded>({
  type: 'family_relation_recorded',
  version: 1,
  fields: FamilyRelationRecorded,
  check: checkSide,
  evolve: (state, { id }) => ({ ...state, relatives: [...state.relatives, id] }),
  caption: { vi: 'Kê khai quan hệ gia đình', en: 'Relative declared' },
  source: 'QĐ 8060/QĐ-UBND Đ.9.1h, 10.2a; Mẫu 2C-BNV/2008 mục 30',
  deadline: null,
  gate: false,
  rank: 3,
  needs: 'nothing',
});

function checkSide(
  { data, range }: Fact<FamilyRelationRecorded>,
  _before: State,
  reference: Reference,
): Trouble[] {
  const relation = { list: 'family_relation', code: data.relation, day: range.first };
  const side = entryOf(relation, reference)?.['side'];
  if (side === undefined || data.side === undefined || side === data.side) return [];
  return [{ rule: 'relative_side', field: 'side' }];
}
