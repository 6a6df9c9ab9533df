import { earlyPlaces, placeKeyOf, EARLY_RAISES, takenBy } from '../../src/proposals/earlyRaises.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { PlaceRow } from './rows.js';

/** Which early raises hold the places of each agency and year, and which were recorded over the limit. */
export const earlyRaises: ProjectionOf<'places'> = {
  name: 'early_raises',
  version: 1,
  of: 'places',
  tables: [PlaceRow],
  usesReference: true,
  views: null,
  fold: ({ id, events }, reference) => {
    const key = placeKeyOf(EARLY_RAISES + id);
    const quota = earlyPlaces(reference, key);
    return [
      rowsOf(
        PlaceRow,
        'places',
        takenBy(events).map(({ by, holder, record }, i) => ({
          ...key,
          person: record,
          holder,
          fact: by,
          quota,
          over: quota !== null && i >= quota,
        })),
      ),
    ];
  },
};
