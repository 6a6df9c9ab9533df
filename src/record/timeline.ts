import type { Fact, FactContent } from './action.js';
import { dayRange, type Day } from '../dates.js';
import { asElsewhere } from './elsewhere.js';
import type { Envelope, FindingKey, Grounds, Origin, RecordEvent } from './events.js';
import { troublesOf } from './findings.js';
import type { Reference } from './reference.js';
import { actionOf } from './registry.js';
import { RULES, type RuleKind, type Trouble } from './ruleBook.js';
import { INITIAL, type State } from './state.js';

/** A correction as recorded; it stands unless a standing rescission targets it. */
export interface CorrectionLine extends Grounds {
  readonly event: Envelope;
  readonly content: FactContent;
  readonly standing: boolean;
}

/** A rescission as recorded. */
export interface RescissionLine extends Grounds {
  readonly event: Envelope;
  readonly target: string;
  readonly standing: boolean;
}

/** One fact with everything that was ever said of it. */
export interface FactLine {
  /** What stands: the latest standing correction, else the original. */
  readonly fact: Fact;
  readonly original: FactContent;
  readonly event: Envelope;
  readonly origin: Origin | null;
  readonly corrections: readonly CorrectionLine[];
  /** Rescissions of this fact and of its corrections, in order of recording. */
  readonly rescissions: readonly RescissionLine[];
  /** Whether the fact is in force at all. */
  readonly standing: boolean;
}

/** A rule that a standing fact breaks. Derived, never stored; settling one is an event. */
export interface Finding extends FindingKey {
  readonly kind: RuleKind;
  readonly params: Readonly<Record<string, string>>;
  readonly settled: (Grounds & { readonly event: Envelope }) | null;
}

/** A person's record as known at K. */
export interface Timeline {
  /** Standing facts in effective order. */
  readonly lines: readonly FactLine[];
  /** The state before the first fact: nobody but the person, for a name is not acquired on opening a file. */
  readonly start: State;
  /** The state after each standing fact, index by index. */
  readonly states: readonly State[];
  /** Facts out of force, in order of recording. */
  readonly rescinded: readonly FactLine[];
  /** Findings of the standing facts, in effective order. */
  readonly findings: readonly Finding[];
  readonly withdrawal: (Grounds & { readonly event: Envelope; readonly mergedInto: string | null }) | null;
  /** Legal holds that no event has lifted, in order of recording: nothing of the record may be destroyed. */
  readonly holds: readonly (Grounds & { readonly event: Envelope })[];
  /** The last event within K; null when the record was not known. */
  readonly last: Envelope | null;
}

/** The state on a day, and the facts whose partial date leaves open whether they were in force yet. */
export interface StateAt {
  readonly state: State;
  readonly uncertain: readonly string[];
}

/**
 * The record as known at K (a sequence; none: everything given). Pure: the same events, reference and K give the
 * same timeline for ever. The reference must be cut at the same K.
 */
export function timeline(events: readonly RecordEvent[], reference: Reference, k?: number): Timeline {
  const known = knownAt(events, k);
  const { lines, rescinded, withdrawal, holds } = gather(known);
  const facts = lines.map((l) => l.fact);
  const states = fold(facts);
  return {
    lines,
    start: startOf(facts),
    states,
    rescinded,
    findings: findingsOf(lines, states, known, reference),
    withdrawal,
    holds,
    last: known.at(-1) ?? null,
  };
}

/** The facts without their findings: what projections of states need, and no reference data. */
export function standingFacts(events: readonly RecordEvent[], k?: number): readonly FactLine[] {
  return gather(knownAt(events, k)).lines;
}

/** The person on day E. Folding stops at E: what is not yet in force does not count. */
export function stateAt(timeline: Pick<Timeline, 'lines' | 'start' | 'states'>, day: Day): StateAt {
  let state = timeline.start;
  const uncertain: string[] = [];
  for (const [i, { fact }] of timeline.lines.entries()) {
    if (fact.range.first > day) break;
    state = timeline.states[i] ?? state;
    if (day < fact.range.last) uncertain.push(fact.id);
  }
  return { state, uncertain };
}

/** The states after each fact, in the order given. */
export function fold(facts: readonly Fact[]): State[] {
  const states: State[] = [];
  let state = startOf(facts);
  for (const fact of facts) {
    state = stateAfter(state, fact);
    states.push(state);
  }
  return states;
}

/** By fact: its last step, from which state to which. Most of a record's facts are folded again and again. */
const steps = new WeakMap<Fact, { readonly from: State; readonly to: State }>();

function stateAfter(from: State, fact: Fact): State {
  const known = steps.get(fact);
  if (known?.from === from) return known.to;
  const to = evolve(from, fact);
  steps.set(fact, { from, to });
  return to;
}

/** By opening: the state with which its record begins. */
const beginnings = new WeakMap<Fact, State>();

function opened(opening: Fact): State {
  let state = beginnings.get(opening);
  if (state === undefined) {
    state = evolve(INITIAL, opening);
    beginnings.set(opening, state);
  }
  return state;
}

/** The state before the first of these facts: the person, and which disciplines will be found wrong. */
export function startOf(facts: readonly Fact[]): State {
  const opening = facts.find((f) => f.action === 'record_opened');
  const start = opening === undefined ? INITIAL : opened(opening);
  const foundWrong = facts
    .filter((f) => f.action === 'discipline_revoked')
    .map((f) => ({ discipline: (f.data as { discipline: string }).discipline, by: f.id }));
  return foundWrong.length === 0 ? start : { ...start, foundWrong };
}

/** The state after a fact. Throws UnknownAction for a type this release does not know. */
export function evolve(state: State, fact: Fact): State {
  const next = actionOf(fact.action).evolve(state, fact);
  const erased = fact.erased?.filter((g) => !state.erased.includes(g)) ?? [];
  return erased.length === 0 ? next : { ...next, erased: [...state.erased, ...erased] };
}

/** Identifies a finding; two runs over the same record give the same key. */
export function findingId(key: FindingKey): string {
  return [key.rule, key.fact, key.field ?? '', ...[...key.others].sort()].join('|');
}

function knownAt(events: readonly RecordEvent[], k: number | undefined): readonly RecordEvent[] {
  return k === undefined ? events : events.filter((e) => e.sequence !== null && e.sequence <= k);
}

/** A later standing rescission puts its target out of force; walking backwards settles rescissions of rescissions. */
function voidedIn(events: readonly RecordEvent[]): ReadonlySet<string> {
  const voided = new Set<string>();
  for (const event of events.toReversed())
    if (event.body.kind === 'rescinded' && !voided.has(event.id)) voided.add(event.body.target);
  return voided;
}

interface Gathered {
  readonly lines: readonly FactLine[];
  readonly rescinded: readonly FactLine[];
  readonly withdrawal: Timeline['withdrawal'];
  readonly holds: Timeline['holds'];
}

// Nearly every fact has neither: no list is made for them.
const NO_CORRECTIONS: readonly CorrectionLine[] = [];
const NO_RESCISSIONS: readonly RescissionLine[] = [];

/** By event: the line of a fact of which nothing else was said. */
const plainLines = new WeakMap<RecordEvent, FactLine>();

/** By history: what was gathered of it while it had so many events. Every read model of a person asks for the same. */
const gatherings = new WeakMap<readonly RecordEvent[], { readonly length: number; readonly all: Gathered }>();

function gather(events: readonly RecordEvent[]): Gathered {
  const known = gatherings.get(events);
  if (known?.length === events.length) return known.all;
  const all = gatherAnew(events);
  gatherings.set(events, { length: events.length, all });
  return all;
}

function gatherAnew(events: readonly RecordEvent[]): Gathered {
  const voided = voidedIn(events);
  const corrections = new Map<string, CorrectionLine[]>();
  const rescissions: RescissionLine[] = [];
  let withdrawal: Timeline['withdrawal'] = null;
  let holds: Timeline['holds'] = [];
  for (const event of events) {
    const standing = !voided.has(event.id);
    const { body } = event;
    if (body.kind === 'corrected') {
      const list = corrections.get(body.target) ?? [];
      list.push({ event, content: body.content, standing, ...groundsOf(body) });
      corrections.set(body.target, list);
    } else if (body.kind === 'rescinded')
      rescissions.push({ event, target: body.target, standing, ...groundsOf(body) });
    else if (body.kind === 'record_withdrawn')
      withdrawal = { event, mergedInto: body.mergedInto ?? null, ...groundsOf(body) };
    else if (body.kind === 'record_restored') withdrawal = null;
    else if (body.kind === 'legal_hold_placed') holds = [...holds, { event, ...groundsOf(body) }];
    else if (body.kind === 'legal_hold_lifted') holds = holds.filter((h) => h.event.id !== body.hold);
  }
  const all: FactLine[] = [];
  for (const event of events) if (event.body.kind === 'fact') all.push(lineOf(event, event.body));
  return {
    lines: sorted(voided.size === 0 ? all : all.filter((l) => l.standing)),
    rescinded: voided.size === 0 ? [] : all.filter((l) => !l.standing),
    withdrawal,
    holds,
  };

  /** The same object while nothing else is said of the fact, so that what follows from it is found again. */
  function lineOf(event: RecordEvent, body: { content: FactContent; origin?: Origin }): FactLine {
    if (rescissions.length > 0 || corrections.has(event.id)) return factLine(event, body);
    let line = plainLines.get(event);
    if (line === undefined) {
      line = factLine(event, body);
      plainLines.set(event, line);
    }
    return line;
  }

  function factLine(event: Envelope, body: { content: FactContent; origin?: Origin }): FactLine {
    const own = corrections.get(event.id) ?? NO_CORRECTIONS;
    const content = own.findLast((c) => c.standing)?.content ?? body.content;
    return {
      fact: { ...content, id: event.id, range: dayRange(content.effective) },
      original: body.content,
      event: envelopeOf(event),
      origin: body.origin ?? null,
      corrections: own,
      rescissions: rescissions.length === 0 ? NO_RESCISSIONS : rescissionsOf(event.id, own),
      standing: !voided.has(event.id),
    };
  }

  /** Rescissions of rescissions belong to the line as well, however deep. */
  function rescissionsOf(fact: string, own: readonly CorrectionLine[]): RescissionLine[] {
    const concerned = new Set([fact, ...own.map((c) => c.event.id)]);
    return rescissions.filter((r) => {
      if (!concerned.has(r.target)) return false;
      concerned.add(r.event.id);
      return true;
    });
  }
}

/** In effective order, in place; most records are recorded in it. */
function sorted(lines: FactLine[]): FactLine[] {
  for (let i = 1; i < lines.length; i++)
    if (inEffectiveOrder(lines[i - 1] as FactLine, lines[i] as FactLine) > 0)
      return lines.sort(inEffectiveOrder);
  return lines;
}

/**
 * Day, explicit ordinal, rank of the action, (source, reference) of an imported fact, order of recording; what a dossier
 * tells was taken in in the sender's order.
 */
function inEffectiveOrder(a: FactLine, b: FactLine): number {
  return (
    compare(a.fact.range.first, b.fact.range.first) ||
    (a.fact.ordinal ?? 0) - (b.fact.ordinal ?? 0) ||
    actionOf(a.fact.action).rank - actionOf(b.fact.action).rank ||
    compare(a.origin?.source ?? '', b.origin?.source ?? '') ||
    compare(refOf(a), refOf(b)) ||
    a.event.revision - b.event.revision
  );
}

function refOf({ origin }: FactLine): string {
  return origin?.dossier === undefined ? (origin?.ref ?? origin?.refKey ?? '') : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findingsOf(
  lines: readonly FactLine[],
  states: readonly State[],
  events: readonly RecordEvent[],
  reference: Reference,
): Finding[] {
  const settled = new Map<string, Grounds & { event: Envelope }>();
  for (const event of events)
    if (event.body.kind === 'finding_settled')
      settled.set(findingId(event.body.finding), { event: envelopeOf(event), ...groundsOf(event.body) });
  const facts = lines.map((l) => l.fact);
  const start = startOf(facts);
  const isCertain = facts.every(({ range }) => range.first === range.last);
  const findings: Finding[] = [];
  for (const [i, fact] of facts.entries()) {
    const known = lines[i]?.origin?.dossier === undefined ? reference : asElsewhere(reference);
    for (const trouble of troublesOf(fact, states[i - 1] ?? start, known))
      if (isCertain || standsForEveryDay(trouble, facts, i, known))
        findings.push(findingOf(trouble, fact.id, settled));
  }
  return findings;
}

/**
 * A partial date is in conflict only if no day of its range fits: a trouble falls when moving one of the uncertain
 * facts concerned to another place within its range removes it.
 */
function standsForEveryDay(
  trouble: Trouble,
  facts: readonly Fact[],
  at: number,
  reference: Reference,
): boolean {
  const concerned = new Set([facts[at]?.id, ...(trouble.others ?? [])]);
  return !facts.some(
    (moved, i) =>
      concerned.has(moved.id) &&
      moved.range.first !== moved.range.last &&
      placesWithin(facts, i).some((order) => !troubled(order, facts[at] as Fact, trouble, reference)),
  );
}

/** The orders that come from moving one fact behind later ones that its range still reaches. */
function placesWithin(facts: readonly Fact[], index: number): Fact[][] {
  const moved = facts[index] as Fact;
  const orders: Fact[][] = [];
  for (let j = index + 1; j < facts.length && (facts[j] as Fact).range.first <= moved.range.last; j++)
    orders.push([...facts.slice(0, index), ...facts.slice(index + 1, j + 1), moved, ...facts.slice(j + 1)]);
  return orders;
}

function troubled(order: readonly Fact[], fact: Fact, trouble: Trouble, reference: Reference): boolean {
  const at = order.indexOf(fact);
  const before = order.slice(0, at).reduce(evolve, startOf(order));
  return troublesOf(fact, before, reference).some(
    (t) => t.rule === trouble.rule && t.field === trouble.field,
  );
}

/** By trouble, which is of one fact and remembered with it: its finding while none is settled. */
const unsettled = new WeakMap<Trouble, Finding>();

function findingOf(
  trouble: Trouble,
  fact: string,
  settled: ReadonlyMap<string, Grounds & { event: Envelope }>,
): Finding {
  let finding = unsettled.get(trouble);
  if (finding?.fact !== fact) {
    finding = toFinding(trouble, fact);
    unsettled.set(trouble, finding);
  }
  const by = settled.size === 0 ? undefined : settled.get(findingId(finding));
  return by === undefined ? finding : { ...finding, settled: by };
}

// Written out for each shape: to spread one object into another is a slow path, and these are made in thousands.
function toFinding({ rule, others = [], field, params = {} }: Trouble, fact: string): Finding {
  const { kind } = RULES[rule];
  if (field === undefined) return { rule, fact, others, kind, params, settled: null };
  return { rule, fact, others, field, kind, params, settled: null };
}

function envelopeOf({ id, revision, sequence, recordedAt }: Envelope): Envelope {
  return { id, revision, sequence, recordedAt };
}

function groundsOf({ reason, approval }: Grounds): Grounds {
  return approval === undefined ? { reason } : { reason, approval };
}
