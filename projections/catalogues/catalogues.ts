import { catalogueList } from '../../src/catalogues/list.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { CoverageRow, EntryRow } from './rows.js';

/** The catalogue lists on any day, as known now: codes get their names from here. */
export const catalogues: ProjectionOf<'catalogue'> = {
  name: 'catalogues',
  version: 1,
  of: 'catalogue',
  tables: [EntryRow, CoverageRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }) => {
    const { entries, coverage } = catalogueList(events);
    return [
      rowsOf(
        EntryRow,
        'list',
        entries.map(({ id, code, name, nameEn, from, until, source, confirmed, attributes }) => ({
          entry: id,
          code,
          name,
          nameEn: nameEn ?? null,
          validFrom: from === '' ? '-infinity' : from,
          validUntil: until,
          source,
          confirmed,
          attributes: attributes ?? {},
        })),
      ),
      rowsOf(
        CoverageRow,
        'list',
        coverage.map(({ from, until, content }) => ({
          coveredFrom: from === '' ? '-infinity' : from,
          coveredUntil: until,
          scope: content.scope ?? null,
          source: content.source,
          why: content.why ?? null,
        })),
      ),
    ];
  },
};
