import type { Day } from '../dates.js';
import type { Reference } from './reference.js';
import type { State } from './state.js';

/** A code of a list on a day. */
export interface DatedCode {
  readonly list: string;
  readonly code: string;
  readonly day: Day;
}

/** Workers under NĐ 68/2000 have labour contracts: what holds for those of the Labour Code holds for them. */
const SAME_AS: Readonly<Record<string, string>> = { contract_nd68: 'contract_labour_code' };

/** The attributes of a code; null where no entry is in force on the day (or the code was erased). */
export function entryOf(
  { list, code, day }: DatedCode,
  reference: Reference,
): Readonly<Record<string, string>> | null {
  const entry = (code as string | undefined) === undefined ? null : reference.entry(list, code, day);
  return entry === null ? null : (entry.attributes ?? {});
}

/** Whether a code is for the person's category. True too where either is not known: then nothing can be said. */
export function appliesTo(code: DatedCode, { hire }: State, reference: Reference): boolean {
  const categories = entryOf(code, reference)?.['applies_to']?.split(';');
  const own = hire?.category;
  if (categories === undefined || own === undefined) return true;
  return categories.includes(own) || categories.includes(SAME_AS[own] ?? own);
}
