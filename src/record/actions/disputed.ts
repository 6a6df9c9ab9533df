import { ChoiceField, FactField, TextField } from '../fields.js';
import { defineAction, isErased, type Fact } from '../action.js';
import { ITEM_IDS, type ItemId } from '../forms/items.js';
import type { Trouble } from '../ruleBook.js';

class Disputed {
  @FactField({
    vi: 'Việc bị yêu cầu kiểm tra, đính chính',
    en: 'The fact disputed',
    secrecy: 'open',
    optional: true,
    inRecord: true,
  })
  fact?: string;

  @ChoiceField(ITEM_IDS, {
    vi: 'Mục của lý lịch (khi không nêu việc)',
    en: 'The item of form 2C, where no fact is named',
    secrecy: 'history',
    optional: true,
  })
  item?: ItemId;

  @TextField({ vi: 'Người yêu cầu', en: 'Requester', secrecy: 'identity', optional: true, max: 200 })
  requester?: string;

  @TextField({ vi: 'Nội dung yêu cầu', en: 'What is asked', secrecy: 'history', optional: true, max: 2000 })
  request?: string;
}

/** A request to check or correct. Until it is resolved its target is marked everywhere, and no gate uses it. */
export const disputed = defineAction<Disputed>({
  type: 'disputed',
  version: 1,
  fields: Disputed,
  check: checkTarget,
  evolve: (state, { id, range, data: { fact, item } }) => ({
    ...state,
    disputes: [
      ...state.disputes,
      {
        by: id,
        since: range.first,
        ...(fact === undefined ? {} : { fact }),
        ...(item === undefined ? {} : { item }),
      },
    ],
  }),
  caption: { vi: 'Yêu cầu kiểm tra lại, đính chính', en: 'Disputed' },
  source: 'Luật CNTT 67/2006/QH11 Đ.21.2d; QĐ 8060/QĐ-UBND Đ.15.3',
  deadline: null,
  gate: false,
  rank: 105,
  needs: 'nothing',
});

function checkTarget(fact: Fact<Disputed>): Trouble[] {
  const { data } = fact;
  const named = data.fact !== undefined || data.item !== undefined || isErased(fact, 'history');
  return named ? [] : [{ rule: 'dispute_without_target' }];
}
