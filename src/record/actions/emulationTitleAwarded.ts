import { CodeField, IntegerField } from '../fields.js';
import { achieve } from '../achievement.js';
import { defineAction, type Fact } from '../action.js';
import { entryOf } from '../category.js';
import type { Reference } from '../reference.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class EmulationTitleAwarded {
  @CodeField('emulation_title', { vi: 'Danh hiệu thi đua', en: 'Emulation title', secrecy: 'history' })
  title!: string;

  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'history', min: 1945, max: 2199, optional: true })
  year?: number;
}

export const emulationTitleAwarded = defineAction<EmulationTitleAwarded>({
  type: 'emulation_title_awarded',
  version: 1,
  fields: EmulationTitleAwarded,
  check: checkHolder,
  evolve: achieve,
  caption: { vi: 'Tặng danh hiệu thi đua', en: 'Emulation title awarded' },
  source: 'Luật Thi đua, khen thưởng 2003, 2022; QĐ 8060/QĐ-UBND Đ.10.2b, 15.5c',
  deadline: 'R-10.2b',
  gate: true,
  rank: 77,
  needs: 'service',
});

/** Some titles are for collectives or households only. */
function checkHolder(
  { data, range }: Fact<EmulationTitleAwarded>,
  _before: State,
  reference: Reference,
): Trouble[] {
  const title = { list: 'emulation_title', code: data.title, day: range.first };
  const holder = entryOf(title, reference)?.['holder'];
  return holder === undefined || holder === 'person' ? [] : [{ rule: 'title_not_personal', field: 'title' }];
}
