import type { Day } from '../dates.js';
import { fold, standingFacts, startOf, type FactLine } from '../record/timeline.js';
import { keeperOf } from '../record/custody.js';
import type { RecordEvent } from '../record/events.js';
import type { State } from '../record/state.js';
import { spellsOf } from '../record/spells.js';
import type { Standing } from './decision.js';

/**
 * Where a record stands today, from all that is recorded of it; values that are sealed are not needed.
 * @param openedFor the unit for which it was opened
 */
export function standingOf(
  person: string,
  events: readonly RecordEvent[],
  openedFor: string,
  today: Day,
): Standing {
  const lines = standingFacts(events);
  const past = lines.map((l) => l.fact).filter((f) => f.range.first <= today);
  const state = fold(past).at(-1) ?? startOf(past);
  let spells: Standing['spells'] | undefined;
  return {
    person,
    keeper: keeperOf(state) ?? openedFor,
    place: state.unit?.unit ?? null,
    receiver: receiverOf(state),
    // Few rights rest on them: they are worked out when one is asked for that does.
    get spells() {
      return (spells ??= unitSpells(lines, today));
    },
  };
}

function unitSpells(lines: readonly FactLine[], today: Day): Standing['spells'] {
  return spellsOf(lines).flatMap(({ kind, unit, from, to }) =>
    kind === 'unit' && unit !== null && from <= today ? [{ unit, from, to }] : [],
  );
}

/** To whom the record was sent and not yet accepted or refused. */
function receiverOf({ custody }: State): string | null {
  return custody?.pending?.step === 'sent' ? custody.pending.to : null;
}

/** The records of which facts were merged into this one. */
export function mergedFrom(events: readonly RecordEvent[]): string[] {
  return [
    ...new Set(events.flatMap(({ body }) => (body.kind === 'fact' ? (body.origin?.record ?? []) : []))),
  ];
}

/** Where the record was merged to; null: it stands for itself. */
export function mergedInto(events: readonly RecordEvent[]): string | null {
  let into: string | null = null;
  for (const { body } of events)
    if (body.kind === 'record_withdrawn') into = body.mergedInto ?? null;
    else if (body.kind === 'record_restored') into = null;
  return into;
}
