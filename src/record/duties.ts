import { dayInVietnam, daysBetween, type Day } from '../dates.js';
import { dueDay, type LimitRule } from '../rules/timeLimits.js';
import type { Fact } from './action.js';
import { DisputeMarks } from './disputes.js';
import { remembered, type Reference } from './reference.js';
import { actionOf } from './registry.js';
import type { State } from './state.js';
import { fold, startOf, type FactLine } from './timeline.js';

/** A duty of the decision on one record: a clock that one event starts and another stops (domain-rules §1.2). */
export interface Duty {
  readonly rule: LimitRule;
  /** The fact that started it. */
  readonly by: string;
  readonly trigger: Day;
  /** Last day on which it is done in time. */
  readonly due: Day;
  /** The event that stopped it, and the day on which that was recorded; null: open. */
  readonly done: { readonly by: string; readonly on: Day } | null;
  /** Calendar days too late, of a duty that is done; 0 in time. */
  readonly daysLate: number;
  /** The agency or unit that owes it; null where the record names none. */
  readonly owes: string | null;
  /** Open disputes about the fact that started it: until they are resolved no gate counts it. */
  readonly disputed: readonly string[];
}

/** How a duty stands on a day. */
export const DUTY_STANDINGS = ['open', 'overdue', 'done', 'done_late'] as const;
export type DutyStanding = (typeof DUTY_STANDINGS)[number];

export interface DutyOn {
  readonly standing: DutyStanding;
  /** Calendar days until due, negative when overdue; null: done by that day. */
  readonly daysLeft: number | null;
  /** Calendar days late: when it was done, or by that day; 0 in time. */
  readonly daysLate: number;
}

/** How a duty stands on a day: what was done later is not done yet. */
export function dutyOn({ due, done }: Pick<Duty, 'due' | 'done'>, day: Day): DutyOn {
  const isDone = done !== null && done.on <= day;
  const daysLate = Math.max(0, daysBetween(due, isDone ? done.on : day));
  if (isDone) return { standing: daysLate > 0 ? 'done_late' : 'done', daysLeft: null, daysLate };
  return { standing: daysLate > 0 ? 'overdue' : 'open', daysLeft: daysBetween(day, due), daysLate };
}

type Stop = { readonly by: string; readonly on: Day } | null;

/**
 * Every duty that a record's standing facts started, in their order. The first load of a record, what was imported,
 * and what lies before the decision or the unit's go-live start none. A correction of the trigger, or a notice that
 * changes the calendar, changes the due day. Pure: what is open is overdue only on a day that the reader names.
 */
export function dutiesOf(lines: readonly FactLine[], reference: Reference): readonly Duty[] {
  return remembered(reference, lines, lines, (asked) => dutiesAnew(lines, asked));
}

function dutiesAnew(lines: readonly FactLine[], reference: Reference): Duty[] {
  const facts = lines.map((l) => l.fact);
  const states = fold(facts);
  const start = startOf(facts);
  const firstLoad = firstLoadDay(lines);
  const disputes = new DisputeMarks({ lines, start, states });
  return lines.flatMap((line, i): Duty[] => {
    const { fact, event, origin } = line;
    if (origin !== null || event.recordedAt === '') return [];
    if (firstLoad !== null && fact.range.last <= firstLoad) return [];
    const before = states[i - 1] ?? start;
    const after = states[i] ?? start;
    const entered: Stop = { by: event.id, on: dayInVietnam(event.recordedAt) };
    return limitsOf(fact, before, after, reference).flatMap(({ rule, trigger, owes, stops }): Duty[] => {
      const goLive = owes === null ? null : reference.goLiveOf(owes, trigger);
      const due =
        goLive !== null && trigger < goLive ? null : dueDay(rule, trigger, reference.calendar(owes, trigger));
      if (due === null) return [];
      const done = stops === 'entry' ? entered : stoppedBy(stops, fact.id, lines, i);
      const daysLate = done === null ? 0 : Math.max(0, daysBetween(due, done.on));
      return [{ rule, by: fact.id, trigger, due, done, daysLate, owes, disputed: disputes.of(fact.id) }];
    });
  });
}

/** How long the clock of a first load counts as the load: up to the day on which the record was opened as one. */
function firstLoadDay(lines: readonly FactLine[]): Day | null {
  const opening = lines.find((l) => l.fact.action === 'record_opened');
  if (opening === undefined || opening.event.recordedAt === '') return null;
  const isLoad = (opening.fact.data as { kind?: string }).kind === 'initial_load';
  return isLoad ? dayInVietnam(opening.event.recordedAt) : null;
}

interface Limit {
  readonly rule: LimitRule;
  readonly trigger: Day;
  readonly owes: string | null;
  /** What stops it: the recording of the fact itself, or one of these later facts. */
  readonly stops: 'entry' | readonly string[];
}

function limitsOf(fact: Fact, before: State, after: State, reference: Reference): Limit[] {
  const day = fact.range.last;
  const agencyOf = (unit: string | null | undefined) =>
    unit == null ? null : (reference.agencyOf(unit, day) ?? reference.currentUnit(unit, day));
  const here = agencyOf((before.unit ?? before.lastUnit)?.unit);
  const there = agencyOf((after.unit ?? after.lastUnit)?.unit);
  const signed = fact.document?.signedDate ?? day;
  const entry = (rule: LimitRule, owes: string | null, trigger = day): Limit[] => [
    { rule, trigger, owes, stops: 'entry' },
  ];
  const { deadline } = actionOf(fact.action);
  switch (deadline) {
    case null:
      return [];
    case 'R-10.1b':
      return [{ rule: 'R-10.1b', trigger: signed, owes: there ?? here, stops: ['record_entered'] }];
    case 'R-10.2b':
      return entry('R-10.2b', here ?? there);
    case 'R-11': {
      // Entering the fact and moving the record are two duties with two clocks (domain-rules §1.2).
      const entering = entry('R-10.2b', there ?? here);
      if (here === null || there === null) return entering;
      if (here === there)
        // Within an agency the record is at the new section once the fact is entered.
        return [...entering, ...entry('R-11.1', there)];
      return [
        ...entering,
        {
          rule: 'R-11.2a',
          trigger: day,
          owes: reference.superiorOf(here, day) ?? here,
          stops: ['record_sent'],
        },
        { rule: 'R-11.2b', trigger: day, owes: there, stops: ['record_forwarded'] },
      ];
    }
    case 'R-11.3a':
      return entry('R-11.3a', here);
    case 'R-11.3b':
      // Of a death the clock starts at the decision ending service, else at the death certificate.
      return entry('R-11.3b', here, fact.action === 'died' ? signed : day);
    default:
      return deadline satisfies never;
  }
}

/** The first later fact of one of these actions that stops the clock of this fact, by naming it or by following it. */
function stoppedBy(stops: readonly string[], fact: string, lines: readonly FactLine[], at: number): Stop {
  for (const { fact: later, event } of lines.slice(at + 1)) {
    if (!stops.includes(later.action)) continue;
    const named = (later.data as { transfer?: string }).transfer;
    if (named === undefined || named === fact) return { by: event.id, on: dayInVietnam(event.recordedAt) };
  }
  return null;
}
