import { loadShipped } from '../../src/catalogues/shipped.js';
import { inForce, type LawEntry, type LawLists } from '../../src/rules/law.js';
import { CALENDAR_LIST, calendarOf } from '../../src/rules/workingDays.js';

const lists = new Map<string, readonly LawEntry[]>(loadShipped().lists.map((l) => [l.list, l.entries]));

/** The law as this release ships it. */
export const LAW: LawLists = {
  entry: (list, code, day) => lists.get(list)?.findLast((e) => e.code === code && inForce(e, day)) ?? null,
  everyEntry: (list) => lists.get(list) ?? [],
};

export const CALENDAR = calendarOf(LAW.everyEntry(CALENDAR_LIST));
