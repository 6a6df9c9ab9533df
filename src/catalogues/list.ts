import type { Day } from '../dates.js';
import { outOfForce } from '../reference/statements.js';
import { holdsOn, spanOf, type Span } from '../reference/span.js';
import type { CatalogueBody, CatalogueEvent, CoverageContent, EntryContent } from './facts.js';

/** A standing entry under the id of the event that recorded it. */
export interface CatalogueEntry extends EntryContent, Span {
  readonly id: string;
}

/** A standing declaration of completeness. */
export interface Coverage extends Span {
  readonly id: string;
  readonly content: CoverageContent;
}

/** The id of the entry or coverage that an event is about; `rootOf` knows those before it. Throws on a dangling target. */
export function rootIdOf({ id, body }: CatalogueEvent, rootOf: ReadonlyMap<string, string>): string {
  if (body.kind === 'catalogue_entry_recorded' || body.kind === 'catalogue_coverage_declared') return id;
  const root = rootOf.get(body.target);
  if (root === undefined)
    throw new Error(`catalogue event ${id} targets ${body.target}, which its stream does not hold`);
  return root;
}

/** What stands of an entry, given its events up to the K asked for; null: rescinded, or not an entry. */
export function entryOf(events: readonly CatalogueEvent[]): CatalogueEntry | null {
  const out = outOfForceIn(events);
  const said = events
    .filter((e) => !out.has(e.id))
    .reduce<EntryContent | null>((entry, { body }) => say(entry, body), null);
  const id = events[0]?.id;
  if (said === null || id === undefined) return null;
  return { ...said, id, ...spanOf(said.validFrom, said.validTo) };
}

function say(entry: EntryContent | null, body: CatalogueBody): EntryContent | null {
  if (body.kind === 'catalogue_entry_recorded') return body.entry;
  // Of a rescinded entry nothing stands, whatever was said of it.
  if (entry === null) return null;
  if (body.kind === 'catalogue_entry_corrected') return body.entry;
  return body.kind === 'catalogue_entry_ended' ? { ...entry, validTo: body.validTo } : entry;
}

/** What stands of a declaration of completeness; null: rescinded, or not one. */
export function coverageOf(events: readonly CatalogueEvent[]): Coverage | null {
  const first = events[0];
  if (first?.body.kind !== 'catalogue_coverage_declared' || outOfForceIn(events).has(first.id)) return null;
  const content = first.body.coverage;
  return { id: first.id, content, ...spanOf(content.from, content.to) };
}

function outOfForceIn(events: readonly CatalogueEvent[]): ReadonlySet<string> {
  return outOfForce(
    events.map(({ id, body }) => ({
      id,
      rescinds: body.kind === 'catalogue_fact_rescinded' ? body.target : null,
    })),
  );
}

/** A whole list, given its events up to the K asked for. */
export interface CatalogueList {
  readonly entries: readonly CatalogueEntry[];
  readonly coverage: readonly Coverage[];
}

export function catalogueList(events: readonly CatalogueEvent[]): CatalogueList {
  const roots = [...rootsOf(events).values()];
  return {
    entries: roots.map((r) => entryOf(r)).filter((e) => e !== null),
    coverage: roots.map((r) => coverageOf(r)).filter((c) => c !== null),
  };
}

/** The events of a list by the entry or coverage that they are about. */
export function rootsOf(events: readonly CatalogueEvent[]): Map<string, CatalogueEvent[]> {
  const rootOf = new Map<string, string>();
  const roots = new Map<string, CatalogueEvent[]>();
  for (const event of events) {
    const root = rootIdOf(event, rootOf);
    rootOf.set(event.id, root);
    const own = roots.get(root);
    if (own === undefined) roots.set(root, [event]);
    else own.push(event);
  }
  return roots;
}

/** Whether the entries say the same, whatever their ids. */
export function sameEntry(a: EntryContent, b: EntryContent): boolean {
  return entryText(a) === entryText(b);
}

/** An entry as one text, the same for the same content: field by field, attributes by name. */
export function entryText(entry: EntryContent): string {
  const { code, name, nameEn, source, validFrom, validTo, confirmed, attributes } = entry;
  const more = Object.entries(attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    code,
    name,
    nameEn ?? null,
    source,
    validFrom ?? null,
    validTo ?? null,
    confirmed,
    more,
  ]);
}

/** A declaration as one text, the same for the same content. */
export function coverageText({ from, to, scope, source, why }: CoverageContent): string {
  return JSON.stringify([from ?? null, to ?? null, scope ?? null, source, why ?? null]);
}

/** Whether a declaration speaks of this code on this day. */
export function covers(coverage: Coverage, code: string, day: Day): boolean {
  return code.startsWith(coverage.content.scope ?? '') && holdsOn(coverage, day);
}
