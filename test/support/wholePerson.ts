import { dayInVietnam, plusMonths, type Day } from '../../src/dates.js';
import type { Client } from './api.js';
import { wholeRecord } from './wholeRecord.js';
import { fact } from './record.js';

/** Today in Vietnam. */
export const today = (): Day => dayInVietnam(new Date().toISOString());

/**
 * Somebody whose record is complete today, over HTTP: in service, three years on the first step of a grade, so that the
 * next is due today. Answers the record's id.
 */
export async function wholePerson(api: Client, unit?: string): Promise<string> {
  const since = plusMonths(today(), -36);
  const hire = fact('recruited', '2010-01-01', {
    category: 'cong_chuc',
    ...(unit === undefined ? {} : { unit }),
  });
  const grade = fact('appointed_to_grade', since, { grade: '01.003', step: 1 });
  const [opening, ...facts] = wholeRecord(today(), { hire, grade });
  const id = await api.open(opening!.data);
  await api.must(
    200,
    api.act(id, 'decisions', {
      document: { number: '1/QĐ-SNV' },
      changes: facts.map(({ document: _document, ...content }) => ({ kind: 'record', ...content })),
    }),
  );
  return id;
}

/** The raise that is due for such a person. */
export function raise(person: string, more: object = {}): object {
  const data = { grade: '01.003', step: 2 };
  return { person, action: 'step_raised_regular', effective: today(), data, ...more };
}
