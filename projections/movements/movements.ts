import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { standingFacts } from '../../src/record/timeline.js';
import { waitingsOf } from '../../src/record/waiting.js';
import { withdrawalOf } from '../../src/record/withdrawal.js';
import { MovementStepRow } from './rows.js';

/** Which records are on their way from agency to agency, and for whose next step they wait. */
export const movements: ProjectionOf<'person'> = {
  name: 'movements',
  version: 1,
  of: 'person',
  tables: [MovementStepRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }) => {
    if (withdrawalOf(events) !== null) return [];
    return [
      rowsOf(
        MovementStepRow,
        'person',
        waitingsOf(standingFacts(events)).map(({ step: { step, from, to, transfer, by, since }, until }) => ({
          step,
          fromUnit: from,
          toUnit: to,
          transfer,
          fact: by,
          effectiveFrom: since,
          effectiveTo: until,
        })),
      ),
    ];
  },
};
