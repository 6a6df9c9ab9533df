import { DayField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { checkMeant, hold, isActing, PostFields } from '../posts.js';
import type { Post, State } from '../state.js';
import { checkLastDay } from '../term.js';

class Reappointed extends PostFields {
  @DayField({
    vi: 'Thời hạn giữ chức vụ mới đến (không ghi: đến tuổi nghỉ hưu)',
    en: 'New term ends (absent: until retirement)',
    secrecy: 'history',
    optional: true,
  })
  termEnds?: string;
}

/** Bổ nhiệm lại, kéo dài thời gian giữ chức vụ: the post held goes on, with a new term. */
export const reappointed = defineAction<Reappointed>({
  type: 'reappointed',
  version: 1,
  fields: Reappointed,
  check: ({ data, range }, before) => [
    ...checkMeant(postHeld(before, data)),
    ...checkLastDay(range, 'termEnds', data.termEnds),
  ],
  evolve: extend,
  caption: { vi: 'Bổ nhiệm lại, kéo dài thời gian giữ chức vụ', en: 'Reappointed' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b; Luật CBCC 2008 Đ.28, 51',
  deadline: 'R-10.2b',
  gate: false,
  rank: 52,
  needs: 'service',
});

function extend(state: State, fact: Fact<Reappointed>): State {
  const { termEnds } = fact.data;
  const held = postHeld(state, fact.data);
  // The appointment before it is not recorded; the post is held all the same.
  if (held === undefined) return hold(state, fact, { termEnds });
  const { termEnds: _old, ...post } = held;
  const extended = { ...post, ...(termEnds === undefined ? {} : { termEnds }), termBy: fact.id };
  return { ...state, posts: state.posts.map((p) => (p === held ? extended : p)) };
}

/** Held in full, in the unit named, else the oldest. */
function postHeld(state: State, { position, unit }: Reappointed): Post | undefined {
  return state.posts.find(
    (p) => !isActing(p) && p.position === position && (unit === undefined || p.unit === unit),
  );
}
