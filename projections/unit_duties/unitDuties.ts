import { unitHistory } from '../../src/organisation/history.js';
import { unitDutiesOf } from '../../src/organisation/unitDuties.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { UnitDutyRow } from './rows.js';

/** Which reports and monthly checks each agency owes, and when it did them. */
export const unitDuties: ProjectionOf<'unit'> = {
  name: 'unit_duties',
  version: 1,
  of: 'unit',
  tables: [UnitDutyRow],
  usesReference: true,
  views: new URL('./views/', import.meta.url),
  fold: ({ id, events, metas }, reference) => {
    const history = unitHistory(id, events);
    if (history === null) return [];
    const accounts = new Map(events.map((e, i) => [e.id, metas[i]?.actor.account ?? null]));
    const duties = unitDutiesOf(history, (day) => reference.goLiveOf(id, day));
    return [
      rowsOf(
        UnitDutyRow,
        'unit',
        duties.map(({ rule, trigger, due, done, daysLate }) => ({
          rule,
          trigger,
          due,
          doneOn: done?.on ?? null,
          doneBy: done?.by ?? null,
          doneAccount: done === null ? null : (accounts.get(done.by) ?? null),
          daysLate,
        })),
      ),
    ];
  },
};
