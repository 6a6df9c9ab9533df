import { dayInVietnam, type Day } from '../../src/dates.js';
import { duesOf, type Due } from '../../src/record/dues.js';
import { dutiesOf } from '../../src/record/duties.js';
import type { Reference } from '../../src/record/reference.js';
import type { State } from '../../src/record/state.js';
import { fold, standingFacts, startOf, type FactLine } from '../../src/record/timeline.js';
import { withdrawalOf } from '../../src/record/withdrawal.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { DueRow, DutyRow } from './rows.js';

/** Which duties of the decision are open, done, or were done late; and what falls due for whom. */
export const deadlines: ProjectionOf<'person'> = {
  name: 'deadlines',
  version: 4,
  of: 'person',
  tables: [DutyRow, DueRow],
  usesReference: true,
  views: new URL('./views/', import.meta.url),
  fold: ({ events, metas }, reference) => {
    const last = events.at(-1);
    if (last === undefined || withdrawalOf(events) !== null) return [];
    const lines = standingFacts(events);
    const actions = new Map(lines.map((l) => [l.event.id, l.fact.action]));
    const accounts = new Map(events.map((e, i) => [e.id, metas[i]?.actor.account ?? null]));
    const duties = dutiesOf(lines, reference).map(({ by, done, ...duty }) => ({
      ...duty,
      fact: by,
      action: actions.get(by) ?? '',
      doneOn: done?.on ?? null,
      doneBy: done?.by ?? null,
      doneAccount: done === null ? null : (accounts.get(done.by) ?? null),
    }));
    return [
      rowsOf(DutyRow, 'person', duties),
      rowsOf(DueRow, 'person', dueRows(lines, dayInVietnam(last.recordedAt), reference)),
    ];
  },
};

type Row = Omit<DueRow, 'person' | 'n'>;

/**
 * What falls due, state by state. Of states that ended before anything was last recorded nobody asks any more: what
 * was due then is answered by replay. A due that a later state has too is one row.
 */
function dueRows(lines: readonly FactLine[], lastDay: Day, reference: Reference): Row[] {
  const facts = lines.map((l) => l.fact);
  const states = fold(facts);
  const open = new Map<string, Row>();
  const rows: Row[] = [];
  let state: State = startOf(facts);
  for (let i = 0; i < facts.length; i++) {
    state = states[i] ?? state;
    const from = facts[i]?.range.first as Day;
    const to = facts[i + 1]?.range.first ?? null;
    if (to === from || (to !== null && to <= lastDay)) continue;
    const dues = duesOf(state, from > lastDay ? from : lastDay, reference);
    const unit = state.unit?.unit ?? null;
    const held = new Set<string>();
    for (const due of dues) {
      const key = JSON.stringify([due, unit]);
      held.add(key);
      if (open.has(key)) continue;
      const row = rowOf(due, from, unit);
      open.set(key, row);
      rows.push(row);
    }
    for (const [key, row] of open)
      if (!held.has(key)) {
        row.effectiveTo = from;
        open.delete(key);
      }
  }
  return rows;
}

function rowOf(
  { kind, by, due, earliest, blocked, reasons, subject, stage }: Due,
  from: Day,
  unit: string | null,
): Row {
  return {
    kind,
    fact: by,
    effectiveFrom: from,
    effectiveTo: null,
    due,
    earliest,
    blocked,
    reasons: reasons.map(({ by: fact, kind: what, months }) => ({ by: fact, kind: what, months })),
    subject,
    stage,
    unit,
  };
}
