import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { DisputeMarks } from '../../src/record/disputes.js';
import { fold, standingFacts, startOf } from '../../src/record/timeline.js';
import { waitingsOf } from '../../src/record/waiting.js';
import { withdrawalOf } from '../../src/record/withdrawal.js';
import { MovementStepRow } from './rows.js';

/** Which records are on their way from agency to agency, and for whose next step they wait. */
export const movements: ProjectionOf<'person'> = {
  name: 'movements',
  version: 2,
  of: 'person',
  tables: [MovementStepRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }) => {
    if (withdrawalOf(events) !== null) return [];
    const lines = standingFacts(events);
    const facts = lines.map((l) => l.fact);
    const disputes = new DisputeMarks({ lines, start: startOf(facts), states: fold(facts) });
    return [
      rowsOf(
        MovementStepRow,
        'person',
        waitingsOf(lines).map(({ step: { step, from, to, transfer, by, since }, until }) => ({
          step,
          fromUnit: from,
          toUnit: to,
          transfer,
          fact: by,
          effectiveFrom: since,
          effectiveTo: until,
          disputed: [...new Set([...disputes.of(by), ...disputes.of(transfer)])],
        })),
      ),
    ];
  },
};
