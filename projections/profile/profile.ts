import type { Day } from '../../src/dates.js';
import { DisputeMarks } from '../../src/record/disputes.js';
import type { RecordEvent } from '../../src/record/events.js';
import { keeperOf } from '../../src/record/custody.js';
import { statusOf, type State } from '../../src/record/state.js';
import { fold, standingFacts, startOf, type FactLine } from '../../src/record/timeline.js';
import { withdrawalOf } from '../../src/record/withdrawal.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { NameWord, PersonProfile, Segment } from './rows.js';
import { searchWords, unaccented } from '../../src/projecting/queries/words.js';

/** The profile as documents expect it, for every day: lists, search, and what stands on a form. */
export const profile: ProjectionOf<'person'> = {
  name: 'profile',
  version: 4,
  of: 'person',
  tables: [PersonProfile, Segment, NameWord],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events, metas }) => {
    const lines = standingFacts(events);
    const segments = segmentsOf(lines, metas[0]?.actor.unit ?? null);
    const names = segments.flatMap((s) => [s.familyName, s.givenName, s.otherName]);
    return [
      rowsOf(PersonProfile, 'person', [personOf(events, lines)]),
      rowsOf(Segment, 'person', segments),
      rowsOf(NameWord, 'person', searchWords(names.filter((n) => n !== null))),
    ];
  },
};

type PersonOnly = Omit<PersonProfile, 'person' | 'n'>;
type SegmentOnly = Omit<Segment, 'person' | 'n'>;

function personOf(events: readonly RecordEvent[], lines: readonly FactLine[]): PersonOnly {
  const [first, last] = [events[0] as RecordEvent, events.at(-1) as RecordEvent];
  const opening = lines.find((l) => l.fact.action === 'record_opened')?.fact;
  const { externalSource, externalId } = (opening?.data ?? {}) as {
    externalSource?: string;
    externalId?: string;
  };
  const withdrawal = withdrawalOf(events);
  return {
    externalSource: externalSource ?? null,
    externalId: externalId ?? null,
    openedOn: opening?.range.first ?? null,
    withdrawn: withdrawal !== null,
    mergedInto: withdrawal?.mergedInto ?? null,
    revision: last.revision,
    sequence: last.sequence as number,
    firstRecordedAt: first.recordedAt,
    lastRecordedAt: last.recordedAt,
  };
}

/**
 * One segment for each day on which facts take effect, and one before the first; equal neighbours are one.
 * @param openedFor the unit for which the record was opened
 */
function segmentsOf(lines: readonly FactLine[], openedFor: string | null): SegmentOnly[] {
  const facts = lines.map((l) => l.fact);
  const states = fold(facts);
  const start = startOf(facts);
  const disputes = new DisputeMarks({ lines, start, states });
  let last = toldOf(start, disputes, null, openedFor);
  let from = '-infinity';
  const segments: SegmentOnly[] = [];
  let uncertain: Day | null = null;
  for (const [i, { range }] of facts.entries()) {
    if (range.first < range.last && (uncertain === null || range.last > uncertain)) uncertain = range.last;
    if (facts[i + 1]?.range.first === range.first) continue;
    const open = uncertain !== null && uncertain > range.first ? uncertain : null;
    const next = toldOf(states[i] as State, disputes, open, openedFor);
    if (next.text === last.text) continue;
    segments.push({ ...last.values, effectiveFrom: from, effectiveTo: range.first });
    [last, from] = [next, range.first];
  }
  return [...segments, { ...last.values, effectiveFrom: from, effectiveTo: null }];
}

/** What a segment tells. */
type Values = Omit<SegmentOnly, 'effectiveFrom' | 'effectiveTo'>;

/** With a text that two segments share only if they tell the same, and what it depends on beside the state. */
interface Told {
  readonly values: Values;
  readonly text: string;
  readonly uncertainUntil: Day | null;
  readonly openedFor: string | null;
}

/** By state: what was told of it last while nothing was in dispute. A record's states are the same when it grows. */
const told = new WeakMap<State, Told>();

function toldOf(
  state: State,
  disputes: DisputeMarks,
  uncertainUntil: Day | null,
  openedFor: string | null,
): Told {
  const known = disputes.areNone ? told.get(state) : undefined;
  if (known?.uncertainUntil === uncertainUntil && known.openedFor === openedFor) return known;
  const values = valuesOf(state, disputes, uncertainUntil, openedFor);
  const anew = { values, text: JSON.stringify(values), uncertainUntil, openedFor };
  if (disputes.areNone) told.set(state, anew);
  return anew;
}

function valuesOf(
  state: State,
  disputes: DisputeMarks,
  uncertainUntil: Day | null,
  openedFor: string | null,
): Values {
  const { identity, service, hire, unit, posts, grade, pay, lastUnit, erased } = state;
  return {
    uncertainUntil,
    // After a lawful destruction a record has no names any more.
    familyName: identity?.familyName ?? null,
    familyKey: unaccented(identity?.familyName ?? ''),
    givenKey: unaccented(identity?.givenName ?? ''),
    givenName: identity?.givenName ?? null,
    otherName: identity?.otherName ?? null,
    dateOfBirth: identity?.dateOfBirth ?? null,
    sex: identity?.sex ?? null,
    status: statusOf(state),
    statusSince: service?.since ?? null,
    unit: unit?.unit ?? null,
    unitSince: unit?.since ?? null,
    recordUnit: lastUnit?.unit ?? null,
    keeper: keeperOf(state) ?? openedFor,
    positions: posts.map((p) => p.position),
    posts: posts.map(({ position, unit: at, since, by }) => ({ position, unit: at, since, by })),
    grade: grade?.grade ?? null,
    step: grade?.step ?? null,
    coefficient: grade?.coefficient ?? null,
    salaryDate: grade?.salaryDate ?? null,
    nextStepFrom: grade?.nextStepFrom ?? null,
    amount: pay?.amount ?? null,
    per: pay?.per ?? null,
    hireDate: hire?.since ?? null,
    hireAgency: hire?.agency ?? null,
    category: hire?.category ?? null,
    erased,
    disputed: disputes.partsOf(state),
  };
}
