import { DayField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { hold, PostFields } from '../posts.js';
import { checkLastDay } from '../term.js';

class Elected extends PostFields {
  @TextField({ vi: 'Nhiệm kỳ', en: 'Term, in words', secrecy: 'history', optional: true, max: 100 })
  term?: string;

  @DayField({ vi: 'Nhiệm kỳ đến', en: 'Term ends', secrecy: 'history', optional: true })
  termEnds?: string;

  @TextField({
    vi: 'Cơ quan bầu hoặc phê chuẩn',
    en: 'Electing or approving body',
    secrecy: 'history',
    optional: true,
  })
  body?: string;
}

/** Elected, or the election approved. Elected again to the same post, the person holds it for the new term. */
export const elected = defineAction<Elected>({
  type: 'elected',
  version: 1,
  fields: Elected,
  check: ({ data, range }) => checkLastDay(range, 'termEnds', data.termEnds),
  evolve: (state, fact) => hold(state, fact, { kind: 'elected', termEnds: fact.data.termEnds }),
  caption: { vi: 'Bầu cử, phê chuẩn', en: 'Elected' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2b; Luật CBCC 2008 Đ.24',
  deadline: 'R-10.2b',
  gate: false,
  rank: 51,
  needs: 'service',
});
