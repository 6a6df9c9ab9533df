import { overlap } from '../reference/span.js';
import { CALENDAR_LIST, calendarTrouble } from '../rules/workingDays.js';
import type { CatalogueBody, CatalogueEvent, NewCatalogueEvent } from './facts.js';
import { catalogueList, coverageText, entryOf, rootsOf, sameEntry, type CatalogueEntry } from './list.js';
import type { CatalogueRule } from './ruleBook.js';

export interface CatalogueCommand {
  readonly list: string;
  /** What to say, as the event will hold it. */
  readonly body: CatalogueBody;
  /** From outside, so that a retry repeats it. */
  readonly eventId: string;
}

export type CatalogueDecision =
  | { readonly kind: 'accepted'; readonly events: readonly NewCatalogueEvent[] }
  | { readonly kind: 'refused'; readonly rule: CatalogueRule; readonly facts: readonly string[] };

/**
 * Decides one statement on a list, given the list's events. What stands already makes no event. Pure.
 */
export function decideCatalogue(
  command: CatalogueCommand,
  events: readonly CatalogueEvent[],
): CatalogueDecision {
  const { list, body, eventId } = command;
  if (events.some((e) => e.id === eventId) || standsAlready(body, events))
    return { kind: 'accepted', events: [] };
  const refused = refuseTarget(body, events) ?? refuseDates(body, events) ?? refuseDayOfCalendar(list, body);
  if (refused !== null) return refused;
  const after = [...events, { id: eventId, body, revision: events.length, sequence: null, recordedAt: '' }];
  const old = new Set(overlapsIn(events).map((pair) => pair.join()));
  const clash = overlapsIn(after).find((pair) => !old.has(pair.join()));
  if (clash !== undefined) return { kind: 'refused', rule: 'entry_overlaps', facts: clash };
  return { kind: 'accepted', events: [{ id: eventId, body }] };
}

type Refused = Extract<CatalogueDecision, { kind: 'refused' }>;

function standsAlready(body: CatalogueBody, events: readonly CatalogueEvent[]): boolean {
  const { entries, coverage } = catalogueList(events);
  switch (body.kind) {
    case 'catalogue_entry_recorded':
      return entries.some((e) => sameEntry(e, body.entry));
    case 'catalogue_coverage_declared':
      return coverage.some((c) => coverageText(c.content) === coverageText(body.coverage));
    case 'catalogue_entry_corrected':
      return entries.some((e) => e.id === body.target && sameEntry(e, body.entry));
    case 'catalogue_entry_ended':
      return entries.some((e) => e.id === body.target && e.validTo === body.validTo);
    case 'catalogue_fact_rescinded':
      return false;
    default:
      return body satisfies never;
  }
}

function refuseTarget(body: CatalogueBody, events: readonly CatalogueEvent[]): Refused | null {
  if (body.kind === 'catalogue_entry_recorded' || body.kind === 'catalogue_coverage_declared') return null;
  const facts = [body.target];
  const target = events.find((e) => e.id === body.target);
  if (target === undefined) return { kind: 'refused', rule: 'catalogue_target_unknown', facts };
  if (body.kind === 'catalogue_fact_rescinded')
    return isOutOfForce(target.id, events)
      ? { kind: 'refused', rule: 'catalogue_target_not_standing', facts }
      : null;
  if (target.body.kind !== 'catalogue_entry_recorded')
    return { kind: 'refused', rule: 'catalogue_target_not_an_entry', facts };
  return entryOf(rootsOf(events).get(target.id) ?? []) === null
    ? { kind: 'refused', rule: 'catalogue_target_not_standing', facts }
    : null;
}

/** Whether a standing rescission targets it. */
function isOutOfForce(id: string, events: readonly CatalogueEvent[]): boolean {
  return events.some(
    (e) => e.body.kind === 'catalogue_fact_rescinded' && e.body.target === id && !isOutOfForce(e.id, events),
  );
}

function refuseDates(body: CatalogueBody, events: readonly CatalogueEvent[]): Refused | null {
  const reversed = (first: string | undefined, last: string | undefined) =>
    first !== undefined && last !== undefined && last < first;
  switch (body.kind) {
    case 'catalogue_entry_recorded':
    case 'catalogue_entry_corrected':
      return reversed(body.entry.validFrom, body.entry.validTo)
        ? { kind: 'refused', rule: 'entry_dates_reversed', facts: [] }
        : null;
    case 'catalogue_coverage_declared':
      return reversed(body.coverage.from, body.coverage.to)
        ? { kind: 'refused', rule: 'entry_dates_reversed', facts: [] }
        : null;
    case 'catalogue_entry_ended': {
      const entry = catalogueList(events).entries.find((e) => e.id === body.target);
      const within = !reversed(entry?.validFrom, body.validTo) && !reversed(body.validTo, entry?.validTo);
      return within ? null : { kind: 'refused', rule: 'entry_end_not_within', facts: [body.target] };
    }
    case 'catalogue_fact_rescinded':
      return null;
    default:
      return body satisfies never;
  }
}

/** An entry of the calendar that nobody could count by would silently move nothing, or the wrong day. */
function refuseDayOfCalendar(list: string, body: CatalogueBody): Refused | null {
  if (list !== CALENDAR_LIST || !('entry' in body) || calendarTrouble(body.entry) === null) return null;
  return { kind: 'refused', rule: 'calendar_day_invalid', facts: [] };
}

/** Pairs of entries of one code that share a day. */
function overlapsIn(events: readonly CatalogueEvent[]): string[][] {
  const byCode = new Map<string, CatalogueEntry[]>();
  const pairs: string[][] = [];
  for (const entry of catalogueList(events).entries) {
    const others = byCode.get(entry.code) ?? [];
    pairs.push(...others.filter((o) => overlap(o, entry)).map((o) => [o.id, entry.id]));
    byCode.set(entry.code, [...others, entry]);
  }
  return pairs;
}
