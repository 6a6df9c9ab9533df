import { dayRange } from '../../src/dates.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { knownSpells, type KnownSpell } from './knownSpells.js';
import { SpellRow } from './spell.js';

/** Who is where in which status, on any day, as known at any moment. */
export const status: ProjectionOf<'person'> = {
  name: 'status',
  version: 3,
  of: 'person',
  tables: [SpellRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events }) => [rowsOf(SpellRow, 'person', knownSpells(events).map(rowOf))],
};

type Row = Omit<SpellRow, 'person' | 'n'>;

/** A spell known as it was keeps its row, so that the writer sees at once that nothing changed. */
const rows = new WeakMap<KnownSpell, Row>();

function rowOf(known: KnownSpell): Row {
  let row = rows.get(known);
  if (row === undefined) {
    row = makeRow(known);
    rows.set(known, row);
  }
  return row;
}

function makeRow({ spell, from, to }: KnownSpell): Row {
  return {
    kind: spell.kind,
    fact: spell.by,
    effectiveFrom: spell.from,
    fromText: spell.fromText,
    fromLast: dayRange(spell.fromText).last,
    effectiveTo: spell.to,
    endedBy: spell.endedBy,
    status: spell.kind === 'seat' ? null : spell.status,
    category: spell.kind === 'seat' ? spell.status : null,
    unit: spell.unit,
    position: spell.position,
    grade: spell.grade,
    step: spell.step,
    coefficient: spell.coefficient,
    amount: spell.amount,
    per: spell.per,
    knownFrom: from.sequence as number,
    knownFromAt: from.recordedAt,
    knownTo: to?.sequence ?? null,
    knownToAt: to?.recordedAt ?? null,
  };
}
