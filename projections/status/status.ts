import { dayRange } from '../../src/record/dates.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { knownSpells, type KnownSpell } from './knownSpells.js';
import { SpellRow } from './spell.js';

/** Who is where in which status, on any day, as known at any moment. */
export const status: ProjectionOf<'person'> = {
  name: 'status',
  version: 1,
  of: 'person',
  tables: [SpellRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }) => [rowsOf(SpellRow, 'person', knownSpells(events).map(rowOf))],
};

function rowOf({ spell, from, to }: KnownSpell): Omit<SpellRow, 'person' | 'n'> {
  const { by, from: effectiveFrom, to: effectiveTo, ...rest } = spell;
  return {
    ...rest,
    fact: by,
    effectiveFrom,
    effectiveTo,
    fromLast: dayRange(rest.fromText).last,
    knownFrom: from.sequence as number,
    knownFromAt: from.recordedAt,
    knownTo: to?.sequence ?? null,
    knownToAt: to?.recordedAt ?? null,
  };
}
