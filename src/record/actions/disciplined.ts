import { ChoiceField, CodeField, TextField } from '../fields.js';
import { defineAction, outOfService, type Fact } from '../action.js';
import { appliesTo, entryOf } from '../category.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { Discipline, State } from '../state.js';

const SIDES = ['state', 'party', 'union'] as const;

class Disciplined {
  @ChoiceField(SIDES, {
    vi: 'Kỷ luật về chính quyền, Đảng hay đoàn thể',
    en: 'By the state, the Party or a mass organisation',
    secrecy: 'discipline',
  })
  side!: Discipline['side'];

  @CodeField('discipline_form', { vi: 'Hình thức kỷ luật', en: 'Form', secrecy: 'discipline' })
  form!: string;

  @TextField({
    vi: 'Cấp có thẩm quyền xử lý kỷ luật',
    en: 'Deciding body',
    secrecy: 'discipline',
    optional: true,
  })
  body?: string;

  @TextField({ vi: 'Hành vi vi phạm', en: 'Violation', secrecy: 'discipline', optional: true, max: 2000 })
  violation?: string;
}

/** A discipline. It stays in the record for ever, also when it lapsed. */
export const disciplined = defineAction<Disciplined>({
  type: 'disciplined',
  version: 1,
  fields: Disciplined,
  check: (fact, before, reference) => [...checkService(fact, before), ...checkForm(fact, before, reference)],
  evolve: (state, { id, range, data: { side, form } }) => ({
    ...state,
    disciplines: [
      ...state.disciplines,
      {
        by: id,
        since: range.first,
        side,
        form,
        ...(state.hire?.category === undefined ? {} : { category: state.hire.category }),
        lapsedBy: null,
        revokedBy: null,
      },
    ],
  }),
  caption: { vi: 'Kỷ luật', en: 'Disciplined' },
  source: 'Luật CBCC 2008 Đ.78–83; Luật Viên chức 2010 Đ.52–56; NĐ 34/2011, 112/2020, 172/2025/NĐ-CP',
  deadline: 'R-10.2b',
  gate: false,
  rank: 24,
  needs: 'life',
});

/** The state disciplines those in its service; the Party and the unions their members. */
function checkService({ data }: Fact<Disciplined>, before: State): Trouble[] {
  return data.side === 'state' ? outOfService(before) : [];
}

/** The form must be one for this person's category (or for Party members), and a leader's form needs a post. */
function checkForm({ data, range }: Fact<Disciplined>, before: State, reference: Reference): Trouble[] {
  const form = { list: 'discipline_form', code: data.form, day: range.first };
  const entry = entryOf(form, reference);
  if (entry === null || data.side === 'union') return [];
  const forParty = entry['applies_to'] === 'party';
  const fits = data.side === 'party' ? forParty : !forParty && appliesTo(form, before, reference);
  if (!fits) return [{ rule: 'discipline_form_category', field: 'form', others: idOf(before.hire) }];
  if (data.side === 'state' && entry['post'] === 'leader' && before.posts.length === 0)
    return [{ rule: 'discipline_form_post', field: 'form' }];
  return [];
}

function idOf(set: { readonly by: string } | null): string[] {
  return set === null ? [] : [set.by];
}
