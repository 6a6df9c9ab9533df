/** How forms, lacks, duties and dues of a record look in an answer. */
import { daysBetween, type Day } from '../dates.js';
import { LACKS, lacksOf } from '../record/completeness.js';
import { DUE_CAPTIONS, duesOf, stepListOf, type Due } from '../record/dues.js';
import { dutiesOf, dutyOn } from '../record/duties.js';
import type { Caption } from '../record/fields.js';
import type { Reference } from '../record/reference.js';
import { inService, statusOf } from '../record/state.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import type { LackItem } from '../projecting/queries/completeness.js';
import type { DutyItem, DutyRule } from '../projecting/queries/duties.js';
import type { Metadata } from '../recording/metadata.js';
import { timeLimit } from '../rules/timeLimits.js';
import { isUnitRule, unitLimit } from '../rules/unitLimits.js';

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
    .map(({ by: fact, done, daysLate: _late, ...duty }) => {
      const account = done === null ? null : (by.get(done.by)?.actor.account ?? null);
      const told = { ...duty, fact, action: actions.get(fact) ?? null, done: done && { ...done, account } };
      return dutyView(told, day, (unit) => reference.currentUnit(unit, day));
    });
}

/** How a duty stands on a day; what is open passes to the unit into which the debtor was merged. */
export function dutyView(
  { done, owes, ...duty }: Omit<DutyItem, 'person'>,
  day: Day,
  currentUnit: (unit: string) => string,
) {
  const on = dutyOn({ ...duty, done }, day);
  const doneBy = on.daysLeft === null ? done : null;
  return {
    ...duty,
    ...limitView(duty.rule),
    doneOn: doneBy?.on ?? null,
    doneBy: doneBy?.by ?? null,
    doneAccount: doneBy?.account ?? null,
    ...on,
    owes,
    owedBy: owes === null ? null : currentUnit(owes),
  };
}

/** What falls due for a person, as the state of the day has it. */
export function duesView(record: Timeline, day: Day, reference: Reference) {
  return duesOf(stateAt(record, day).state, day, reference).map(({ by, reasons, ...due }) =>
    dueView(
      { ...due, fact: by, reasons: reasons.map((r) => ({ by: r.by, kind: r.kind, months: r.months })) },
      day,
    ),
  );
}

/** A due with its words, the days left, and the list in which a regular step stands. */
export function dueView<Told extends Omit<Due, 'by'>>(due: Told, day: Day) {
  return {
    ...due,
    ...DUE_CAPTIONS[due.kind],
    daysLeft: due.due === null ? null : daysBetween(day, due.due),
    list: due.kind === 'regular_step' ? stepListOf(due, day) : null,
  };
}

/** What a rule of the decision asks, in words. */
export function limitView(rule: DutyRule): Caption {
  const { vi, en } = isUnitRule(rule) ? unitLimit(rule) : timeLimit(rule);
  return { vi, en };
}

/** Something that is missing, with its number on form 2C and its words. */
export function lackView({ code, ...lack }: LackItem) {
  const { number, vi, en } = LACKS.get(code) ?? { number: null, vi: code, en: code };
  return { code, number, vi, en, ...lack };
}
