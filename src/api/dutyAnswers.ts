/** How forms, lacks, duties and dues of a record look in an answer. */
import { daysBetween, type Day } from '../dates.js';
import { lacksOf } from '../record/completeness.js';
import { DUE_CAPTIONS, duesOf, stepListOf, type Due } from '../record/dues.js';
import { dutiesOf, dutyOn } from '../record/duties.js';
import type { Caption } from '../record/fields.js';
import type { Reference } from '../record/reference.js';
import { inService, statusOf } from '../record/state.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import type { Metadata } from '../recording/metadata.js';
import { timeLimit, type LimitRule } from '../rules/timeLimits.js';

/** What lacks on a day. Nothing is asked of the record of somebody out of service: `complete` is null. */
export function completenessView(record: Timeline, day: Day, reference: Reference) {
  const { state } = stateAt(record, day);
  const lacks = lacksOf(record, day, reference);
  return { status: statusOf(state), complete: inService(state) ? lacks.length === 0 : null, lacks };
}

/** The duties whose clock has begun by a day, with how they stand then, and who did them. */
export function dutiesView(
  record: Timeline,
  day: Day,
  reference: Reference,
  by: ReadonlyMap<string, Metadata>,
) {
  const actions = new Map(record.lines.map((l) => [l.event.id, l.fact.action]));
  return dutiesOf(record.lines, reference)
    .filter((d) => d.trigger <= day)
    .map(({ done, owes, by: fact, ...duty }) => {
      const on = dutyOn({ ...duty, done }, day);
      const isDone = done !== null && on.daysLeft === null;
      return {
        ...duty,
        ...limitView(duty.rule),
        fact,
        action: actions.get(fact) ?? null,
        doneOn: isDone ? done.on : null,
        doneBy: isDone ? done.by : null,
        doneAccount: isDone ? (by.get(done.by)?.actor.account ?? null) : null,
        ...on,
        owes,
        // What is open passes to the unit into which the debtor was merged.
        owedBy: owes === null ? null : reference.currentUnit(owes, day),
      };
    });
}

/** What falls due for a person, as the state of the day has it. */
export function duesView(record: Timeline, day: Day, reference: Reference) {
  return duesOf(stateAt(record, day).state, day, reference).map(({ by, reasons, ...due }) => ({
    ...due,
    fact: by,
    reasons: reasons.map((r) => ({ by: r.by, kind: r.kind, months: r.months })),
    ...dueOn({ ...due, reasons }, day),
  }));
}

/** The words of a due, the days left, and the list in which a regular step stands. */
export function dueOn(due: Pick<Due, 'kind' | 'due' | 'blocked' | 'reasons'>, day: Day) {
  return {
    ...DUE_CAPTIONS[due.kind],
    daysLeft: due.due === null ? null : daysBetween(day, due.due),
    list: due.kind === 'regular_step' ? stepListOf(due, day) : null,
  };
}

/** What a rule of the decision asks, in words. */
export function limitView(rule: LimitRule): Caption {
  const { vi, en } = timeLimit(rule);
  return { vi, en };
}
