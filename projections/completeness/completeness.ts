import { dayInVietnam } from '../../src/dates.js';
import { completenessFrom } from '../../src/record/completeness.js';
import { timeline } from '../../src/record/timeline.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { LackRow, StandingRow } from './rows.js';

/** Which records are complete from their last recording on, and what is missing of the others, unit by unit. */
export const completeness: ProjectionOf<'person'> = {
  name: 'completeness',
  version: 3,
  of: 'person',
  tables: [StandingRow, LackRow],
  usesReference: true,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }, reference) => {
    const record = timeline(events, reference);
    if (record.last === null || record.withdrawal !== null) return [];
    const spells = completenessFrom(record, dayInVietnam(record.last.recordedAt), reference);
    return [
      rowsOf(
        StandingRow,
        'person',
        spells.map(({ from, to, unit, lacks }) => ({
          effectiveFrom: from,
          effectiveTo: to,
          unit,
          lacks: lacks.length,
          codes: [...new Set(lacks.map((l) => l.code))],
        })),
      ),
      rowsOf(
        LackRow,
        'person',
        spells.flatMap(({ from, to, unit, lacks }) =>
          lacks.map(({ code, number, facts, rule }) => ({
            effectiveFrom: from,
            effectiveTo: to,
            unit,
            code,
            item: number,
            facts,
            rule,
          })),
        ),
      ),
    ];
  },
};
