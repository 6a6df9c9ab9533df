import { ChoiceField, CodeField, FactField, TextField } from '../fields.js';
import { defineAction, outOfService, type Fact } from '../action.js';
import { appliesTo, entryOf } from '../category.js';
import { checkEvaluations } from '../evaluation.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import { VIOLATIONS, type Discipline, type State } from '../state.js';

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

  @ChoiceField(VIOLATIONS, {
    vi: 'Vi phạm về: thực hiện chức trách, nhiệm vụ; suy thoái, “tự diễn biến”; việc khác',
    en: 'What was violated: the duties of office; the standards of conduct (suy thoái); something else',
    secrecy: 'discipline',
    optional: true,
    since: 2,
  })
  concerns?: (typeof VIOLATIONS)[number];

  // Sealed, though it refers to a fact: it tells that the person belongs to the Party.
  @FactField({
    vi: 'Quyết định kỷ luật Đảng về cùng vi phạm',
    en: 'The Party’s discipline for the same violation',
    secrecy: 'discipline',
    optional: true,
    since: 2,
  })
  partyDiscipline?: string;
}

/** A discipline. It stays in the record for ever, also when it lapsed. */
export const disciplined = defineAction<Disciplined>({
  type: 'disciplined',
  version: 2,
  fields: Disciplined,
  check: (fact, before, reference) => [
    ...checkService(fact, before),
    ...checkForm(fact, before, reference),
    ...checkParty(fact, before),
    ...checkSigning(fact, reference),
    ...checkEvaluations(fact, before, reference),
  ],
  evolve: (state, { id, range, data: { side, form, concerns, partyDiscipline } }) => ({
    ...state,
    disciplines: [
      ...state.disciplines,
      {
        by: id,
        since: range.first,
        side,
        form,
        ...(state.hire?.category === undefined ? {} : { category: state.hire.category }),
        ...(concerns === undefined ? {} : { concerns }),
        ...(partyDiscipline === undefined ? {} : { partyDiscipline }),
        lapsedBy: null,
        revokedBy: null,
      },
    ],
  }),
  caption: { vi: 'Kỷ luật', en: 'Disciplined' },
  source:
    'Luật CBCC 2008 Đ.78–83; Luật Viên chức 2010 Đ.52–56; NĐ 34/2011, 112/2020, 172/2025, 234/2026/NĐ-CP',
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

/** The Party's decision is one of this record, and earlier (NĐ 234/2026/NĐ-CP Đ.2.9). */
function checkParty({ data: { partyDiscipline } }: Fact<Disciplined>, before: State): Trouble[] {
  if (partyDiscipline === undefined) return [];
  const named = before.disciplines.find((d) => d.by === partyDiscipline);
  // Whose decision it was nobody can tell where that was erased.
  if (named !== undefined && named.side !== 'state' && named.side !== 'union') return [];
  return [{ rule: 'party_discipline_unknown', field: 'partyDiscipline', others: [partyDiscipline] }];
}

/** Dismissal has its effect from the day of its signing, where the law says so (NĐ 234/2026/NĐ-CP Đ.2.9). */
function checkSigning({ data, document, range }: Fact<Disciplined>, reference: Reference): Trouble[] {
  const form = { list: 'discipline_form', code: data.form, day: range.first };
  const signed = document?.signedDate;
  if (signed === undefined || (range.first <= signed && signed <= range.last)) return [];
  if (entryOf(form, reference)?.['effect_from'] !== 'signing') return [];
  return [{ rule: 'dismissal_not_from_signing', params: { signed } }];
}

function idOf(set: { readonly by: string } | null): string[] {
  return set === null ? [] : [set.by];
}
