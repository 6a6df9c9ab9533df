import type { UnitHistory } from '../organisation/history.js';
import type { ReferenceView } from '../reference/view.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { readmeText } from './readme.js';
import { kindSchemas, schemaOfKind } from './schemas.js';

/**
 * What stands beside the events, so that they are understood: README, the schema of every kind of event that the bag
 * holds, and the lists of codes and units as known at its last event.
 */
export function companionsOfEvents(
  kinds: readonly string[],
  view: ReferenceView,
): ReadonlyMap<string, string> {
  const files = new Map([['data/README.txt', readmeText('events')], ...schemasOf(kinds)]);
  for (const list of view.listNames()) files.set(...listFile(view, list));
  files.set(...unitsFile(view.all()));
  return files;
}

/** The schema of each of these kinds of event (`type/version`), by path. */
export function schemasOf(kinds: readonly string[]): Map<string, string> {
  const known = new Map(kindSchemas().map((schema) => [schema.kind, schema]));
  return new Map(
    kinds.map((kind) => {
      const { plain, stored } = schemaOfKind(kind, known);
      const text = canonicalJson({ stored, ...(plain === undefined ? {} : { plain }) } as Json);
      return [`data/schemas/${kind}.schema.json`, `${text}\n`] as const;
    }),
  );
}

/** A whole list of codes: its path, and its entries as CSV. */
export function listFile(view: ReferenceView, list: string): [path: string, text: string] {
  return [`data/catalogues/${list}.csv`, listCsv(view, list)];
}

/** Units, each with what it was from day to day: the path, and the CSV. */
export function unitsFile(units: Iterable<UnitHistory>): [path: string, text: string] {
  return ['data/catalogues/units.csv', unitsCsv(units)];
}

/** … and beside the audit of reads. */
export function companionsOfReads(): ReadonlyMap<string, string> {
  return new Map([['data/README.txt', readmeText('reads')]]);
}

function listCsv(view: ReferenceView, list: string): string {
  const entries = view.everyEntry(list);
  const columns = [...new Set(entries.flatMap(({ attributes = {} }) => Object.keys(attributes)))].sort();
  return csv([
    ['code', 'name', 'name_en', 'valid_from', 'valid_to', 'confirmed', 'source', ...columns],
    ...entries.map((e) => [
      e.code,
      e.name,
      e.nameEn ?? '',
      e.validFrom ?? '',
      e.validTo ?? '',
      String(e.confirmed),
      e.source,
      ...columns.map((column) => e.attributes?.[column] ?? ''),
    ]),
  ]);
}

function unitsCsv(units: Iterable<UnitHistory>): string {
  const rows = [...units].flatMap(({ id, periods }) =>
    periods.map(({ from, until, attributes: a }) => [
      id,
      a.code,
      a.name,
      a.nameEn ?? '',
      a.type,
      a.level === null ? '' : String(a.level),
      a.parent ?? '',
      from,
      until ?? '',
    ]),
  );
  rows.sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
  return csv([['id', 'code', 'name', 'name_en', 'type', 'level', 'parent', 'from', 'until'], ...rows]);
}

/** As RFC 4180 has it, but for the line ends. */
export function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
