import type { Day } from '../dates.js';

/** An entry of a list of dated law: a code over one period of validity, with what the list says beyond names. */
export interface LawEntry {
  readonly code: string;
  readonly name: string;
  readonly nameEn?: string;
  /** Law or paper that shows it. */
  readonly source: string;
  /** First and last day, both included; absent: no limit known. */
  readonly validFrom?: Day;
  readonly validTo?: Day;
  /** Whether the value was compared with its source. */
  readonly confirmed: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The dated law as known at one K. Lists are those of the catalogues; reference data has them. */
export interface LawLists {
  /** The entry of a code on a day; null: none is in force. */
  entry(list: string, code: string, day: Day): LawEntry | null;
  /** All entries of a list, of whatever day. */
  everyEntry(list: string): readonly LawEntry[];
}

/** Whether an entry is in force on a day. */
export function inForce(entry: LawEntry, day: Day): boolean {
  return (entry.validFrom ?? '') <= day && (entry.validTo === undefined || day <= entry.validTo);
}
