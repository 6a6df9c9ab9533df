import { dayRange, type Day } from '../dates.js';
import type { FactContent } from './action.js';
import type {
  ContentDestroyed,
  EventBody,
  FindingKey,
  Grounds,
  NewEvent,
  Origin,
  RecordEvent,
  RecordHistory,
} from './events.js';
import { openPartOf } from './document.js';
import { fieldsOf } from './fields.js';
import type { Reference } from './reference.js';
import { actionOf } from './registry.js';
import { RULES, type RuleCode } from './ruleBook.js';
import { spellsOf, type Spell } from './spells.js';
import { findingId, timeline, type FactLine, type Finding, type Timeline } from './timeline.js';

/** One thing that a command asks for. */
export type Change =
  | { readonly kind: 'record'; readonly content: FactContent; readonly origin?: Origin }
  | ({
      readonly kind: 'correct';
      readonly target: string;
      readonly content: Omit<FactContent, 'action'>;
    } & Grounds)
  | ({ readonly kind: 'rescind'; readonly target: string } & Grounds)
  | ({ readonly kind: 'withdraw'; readonly mergedInto?: string } & Grounds)
  | ({ readonly kind: 'restore' } & Grounds)
  | ({ readonly kind: 'settle'; readonly finding: FindingKey } & Grounds)
  | ({ readonly kind: 'hold' } & Grounds)
  | ({ readonly kind: 'lift'; readonly hold: string } & Grounds)
  /** Approved in a process of its own (src/destruction). */
  | ({ readonly kind: 'destroy' } & ContentDestroyed);

/** All that one decision asks of one person's record; decided together, appended together. */
export interface Command {
  readonly changes: readonly Change[];
  /** The id of the event that a change becomes, by its place; ids come in from outside, so that a retry repeats them. */
  readonly eventId: (change: number) => string;
  /**
   * What stands against the scan that an event's document names, or null. Absent: nothing is known of scans, and none
   * may be named.
   */
  readonly unfit?: (body: EventBody, named: NamedAttachment) => Readonly<Record<string, string>> | null;
  /** First day of which one person alone may change what is recorded; absent: of any. */
  readonly aloneSince?: Day;
}

/** A stored scan as a document names it. */
export interface NamedAttachment {
  /** The document's field. */
  readonly field: string;
  readonly attachment: string;
  /** What the document says of its content. */
  readonly hash: string | undefined;
}

/** Why a command is refused. */
export interface Refusal {
  readonly rule: RuleCode;
  /** The change at fault. */
  readonly change: number;
  /** The field of its data at fault, `toUnit` or `document.type`. */
  readonly field?: string;
  /** Facts in conflict, by id. */
  readonly facts: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}

export type Decision =
  | {
      readonly kind: 'accepted';
      /** Empty: there was nothing to do. */
      readonly events: readonly NewEvent[];
      /** The findings with which the new facts are recorded, or that they cause elsewhere. */
      readonly findings: readonly Finding[];
      readonly before: Timeline;
      readonly after: Timeline;
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/** What an accepted command would change. */
export interface Preview {
  readonly newFindings: readonly Finding[];
  readonly endedFindings: readonly Finding[];
  readonly newSpells: readonly Spell[];
  readonly endedSpells: readonly Spell[];
}

/**
 * Decides a command on a record, by the rules of each fact's own date. Impossible things that it newly causes are
 * refused; what is merely irregular is recorded with its findings. Pure.
 */
export function decide(command: Command, record: RecordHistory, reference: Reference): Decision {
  const before = timeline(record.events, reference);
  const refusals: Refusal[] = [];
  const events: NewEvent[] = [];
  const changeOf = new Map<string, number>();
  const known: RecordEvent[] = [...record.events];
  const history = { ...record, events: known };
  let sofar = before;
  // A new fact needs no fresh timeline to be judged; one at the end judges them all.
  const now = (change: Change) =>
    change.kind === 'record' && isOpened(sofar) ? sofar : (sofar = timeline(known, reference));
  for (const [index, change] of command.changes.entries()) {
    const refused = refuse(change, history, now(change)) ?? refuseAlone(change, sofar, command.aloneSince);
    if (refused !== null) {
      refusals.push({ facts: [], params: {}, ...refused, change: index });
      continue;
    }
    const body = bodyOf(change, sofar);
    if (body === null) continue;
    const unfit = unfitAttachment(body, command.unfit);
    if (unfit !== null) {
      refusals.push({ ...unfit, change: index });
      continue;
    }
    const event = { id: command.eventId(index), body };
    events.push(event);
    changeOf.set(body.kind === 'corrected' ? body.target : event.id, index);
    changeOf.set(event.id, index);
    known.push(unrecorded(event, known.length));
  }
  sofar = timeline(known, reference);
  if (refusals.length === 0) refusals.push(...impossible(before, sofar, changeOf));
  if (refusals.length > 0) return { kind: 'refused', refusals };
  return {
    kind: 'accepted',
    events,
    findings: findingsCaused(before, sofar, changeOf),
    before,
    after: sofar,
  };
}

/** The scans that the documents of an event, or of a change that is to become one, name. */
export function attachmentsOf(said: EventBody | Change): NamedAttachment[] {
  const documents = [
    ['document', 'content' in said ? said.content.document : undefined],
    ['approval', 'approval' in said ? said.approval : undefined],
  ] as const;
  return documents.flatMap(([name, document]) => {
    if (document?.attachment === undefined) return [];
    const { attachment, attachmentHash: hash } = document;
    return [{ field: `${name}.attachment`, attachment, hash }];
  });
}

function unfitAttachment(
  body: EventBody,
  unfit: Command['unfit'] = () => ({}),
): Omit<Refusal, 'change'> | null {
  for (const named of attachmentsOf(body)) {
    const params = unfit(body, named);
    if (params !== null) return { rule: 'attachment_unfit', field: named.field, facts: [], params };
  }
  return null;
}

/** What an accepted decision changes in findings and intervals. Nothing is written. */
export function preview(decision: Extract<Decision, { kind: 'accepted' }>): Preview {
  const [old, now] = [decision.before, decision.after];
  const [oldSpells, newSpells] = [spellsOf(old.lines), spellsOf(now.lines)];
  return {
    newFindings: without(now.findings, old.findings, findingId),
    endedFindings: without(old.findings, now.findings, findingId),
    newSpells: without(newSpells, oldSpells, (s) => JSON.stringify(s)),
    endedSpells: without(oldSpells, newSpells, (s) => JSON.stringify(s)),
  };
}

/**
 * The changes that re-record one record's standing facts in another, with their origin. A fact that stands there
 * already (same action, day, document number and data) is left out, and so is the opening.
 */
export function mergeChanges(from: Timeline, fromId: string, into: Timeline): Change[] {
  const there = new Set(into.lines.map((l) => sameness(l)));
  return from.lines
    .filter((l) => l.fact.action !== 'record_opened' && !there.has(sameness(l)))
    .map(({ fact, event, origin }) => ({
      kind: 'record',
      content: { ...contentOf(fact), ...erasedOf(fact) },
      origin: { ...originOf(origin, fromId, event.id), ...erasedOf(fact) },
    }));
}

function erasedOf({ erased }: FactContent): Pick<FactContent, 'erased'> {
  return erased === undefined ? {} : { erased };
}

function originOf(origin: Origin | null, record: string, event: string): Origin {
  return { ...origin, record, event };
}

function sameness({ fact }: FactLine): string {
  return JSON.stringify([fact.action, fact.effective, fact.document?.number ?? null, fact.data]);
}

function contentOf({ action, effective, ordinal, document, data }: FactContent): FactContent {
  return {
    action,
    effective,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(document === undefined ? {} : { document }),
    data,
  };
}

type Fault = Partial<Refusal> & { rule: RuleCode };

/** What concerns the record's keeping, which a withdrawal does not end. */
const ON_WITHDRAWN: ReadonlySet<Change['kind']> = new Set(['restore', 'hold', 'lift', 'destroy'] as const);

/** Whether the change makes sense on this record at all. */
function refuse(change: Change, { id: recordId, events }: RecordHistory, now: Timeline): Fault | null {
  const opening = change.kind === 'record' && change.content.action === 'record_opened';
  if (!isOpened(now) && !opening) return { rule: 'not_opened' };
  if (now.withdrawal !== null && !ON_WITHDRAWN.has(change.kind))
    return now.withdrawal.mergedInto === null
      ? { rule: 'withdrawn' }
      : { rule: 'merged', params: { into: now.withdrawal.mergedInto } };
  switch (change.kind) {
    case 'record':
      return refuseReferences(change, events);
    case 'correct':
      return refuseTarget(change.target, now, ['fact']);
    case 'rescind':
      return refuseTarget(change.target, now, ['fact', 'correction', 'rescission']);
    case 'withdraw':
      return change.mergedInto === recordId ? { rule: 'merge_into_itself' } : null;
    case 'restore':
      if (now.withdrawal === null) return { rule: 'not_withdrawn' };
      return now.withdrawal.mergedInto === null
        ? null
        : { rule: 'merged', params: { into: now.withdrawal.mergedInto } };
    case 'hold':
      return null;
    case 'lift':
      return now.holds.some((h) => h.event.id === change.hold)
        ? null
        : { rule: 'hold_unknown', facts: [change.hold] };
    case 'destroy':
      return now.holds.length === 0 ? null : { rule: 'under_hold', facts: now.holds.map((h) => h.event.id) };
    case 'settle':
      return openFinding(change.finding, now)
        ? null
        : { rule: 'finding_unknown', facts: [change.finding.fact] };
    default:
      return change satisfies never;
  }
}

/** A change of what is recorded of days before that one needs a second person. */
function refuseAlone(change: Change, now: Timeline, since: Day | undefined): Fault | null {
  if (since === undefined) return null;
  const old = linesChanged(change, now).filter((line) => earliestDay(line, change) < since);
  if (old.length === 0) return null;
  return { rule: 'second_person_needed', facts: old.map((line) => line.event.id), params: { since } };
}

/** The facts of which a change alters what they say, or whether they stand. */
function linesChanged(change: Change, now: Timeline): readonly FactLine[] {
  switch (change.kind) {
    case 'correct':
    case 'rescind':
      return [...now.lines, ...now.rescinded].filter((line) => isPartOf(line, change.target));
    case 'withdraw':
    case 'restore':
      return now.lines;
    default:
      return [];
  }
}

function isPartOf({ event, corrections, rescissions }: FactLine, id: string): boolean {
  return [event, ...corrections.map((c) => c.event), ...rescissions.map((r) => r.event)].some(
    (e) => e.id === id,
  );
}

/** The first day of which the fact says anything, ever said, or would say with the change. */
function earliestDay({ original, corrections }: FactLine, change: Change): Day {
  const said = [original, ...corrections.map((c) => c.content)];
  if (change.kind === 'correct') said.push({ ...original, ...change.content });
  return said.map(({ effective }) => dayRange(effective).first).reduce((a, b) => (a < b ? a : b));
}

/** Facts named that the record does not hold. One merged from another record names facts by their ids there. */
function refuseReferences(
  { content, origin }: Extract<Change, { kind: 'record' }>,
  events: readonly RecordEvent[],
): Fault | null {
  if (origin?.record !== undefined) return null;
  const data = content.data as Readonly<Record<string, unknown>>;
  const missing = fieldsOf(actionOf(content.action).fields).find(
    ({ name, inRecord }) =>
      inRecord === true &&
      data[name] !== undefined &&
      !events.some((e) => e.id === data[name] && e.body.kind === 'fact'),
  );
  return missing === undefined
    ? null
    : { rule: 'target_unknown', field: missing.name, facts: [String(data[missing.name])] };
}

function isOpened(now: Timeline): boolean {
  return now.lines.length + now.rescinded.length > 0;
}

type TargetKind = 'fact' | 'correction' | 'rescission';

function refuseTarget(target: string, now: Timeline, allowed: readonly TargetKind[]): Fault | null {
  const found = findTarget(target, now);
  const facts = [target];
  if (found === null) return { rule: 'target_unknown', facts };
  if (!allowed.includes(found.kind)) return { rule: 'target_not_a_fact', facts };
  if (!found.standing) return { rule: 'target_not_standing', facts };
  if (found.opening && allowed.length > 1) return { rule: 'opening_stays', facts };
  return null;
}

function findTarget(
  id: string,
  now: Timeline,
): { kind: TargetKind; standing: boolean; opening: boolean } | null {
  for (const line of [...now.lines, ...now.rescinded]) {
    if (line.event.id === id)
      return { kind: 'fact', standing: line.standing, opening: line.fact.action === 'record_opened' };
    const correction = line.corrections.find((c) => c.event.id === id);
    // A correction of a fact out of force is out of force with it.
    if (correction)
      return { kind: 'correction', standing: correction.standing && line.standing, opening: false };
    const rescission = line.rescissions.find((r) => r.event.id === id);
    if (rescission) return { kind: 'rescission', standing: rescission.standing, opening: false };
  }
  return null;
}

function openFinding(key: FindingKey, now: Timeline): boolean {
  return now.findings.some((f) => findingId(f) === findingId(key) && f.settled === null);
}

/** The event that a change becomes; null when there is nothing to do. */
function bodyOf(change: Change, now: Timeline): EventBody | null {
  switch (change.kind) {
    case 'record':
      return {
        kind: 'fact',
        content: change.content,
        ...(change.origin === undefined ? {} : { origin: change.origin }),
      };
    case 'correct': {
      const standing = now.lines.find((l) => l.event.id === change.target)?.fact as FactContent;
      const content = contentOf({ ...change.content, action: standing.action });
      if (JSON.stringify(content) === JSON.stringify(contentOf(standing))) return null;
      return { kind: 'corrected', target: change.target, content, ...groundsOf(change) };
    }
    case 'rescind':
      return { kind: 'rescinded', target: change.target, ...groundsOf(change) };
    case 'withdraw':
      return {
        kind: 'record_withdrawn',
        ...(change.mergedInto === undefined ? {} : { mergedInto: change.mergedInto }),
        ...groundsOf(change),
      };
    case 'restore':
      return { kind: 'record_restored', ...groundsOf(change) };
    case 'hold':
      return { kind: 'legal_hold_placed', ...groundsOf(change) };
    case 'lift':
      return { kind: 'legal_hold_lifted', hold: change.hold, ...groundsOf(change) };
    case 'destroy': {
      const { groups, keys, destruction, decision } = change;
      return { kind: 'content_destroyed', groups, keys, destruction, decision: openPartOf(decision) };
    }
    case 'settle':
      return { kind: 'finding_settled', finding: change.finding, ...groundsOf(change) };
    default:
      return change satisfies never;
  }
}

/** Impossibilities that were not there before, or that stand on a fact which this very command states. */
function impossible(before: Timeline, after: Timeline, changeOf: ReadonlyMap<string, number>): Refusal[] {
  const old = new Set(before.findings.filter((f) => f.kind === 'impossible').map(findingId));
  return after.findings
    .filter((f) => f.kind === 'impossible' && (changeOf.has(f.fact) || !old.has(findingId(f))))
    .map((f) => ({
      rule: f.rule,
      change: [f.fact, ...f.others].map((id) => changeOf.get(id)).find((i) => i !== undefined) ?? 0,
      ...(f.field !== undefined && changeOf.has(f.fact) ? { field: f.field } : {}),
      facts: [f.fact, ...f.others],
      params: f.params,
    }));
}

function findingsCaused(before: Timeline, after: Timeline, changeOf: ReadonlyMap<string, number>): Finding[] {
  const old = new Set(before.findings.map(findingId));
  return after.findings.filter((f) => changeOf.has(f.fact) || !old.has(findingId(f)));
}

/** An event as it will stand in the log, for checking only. */
function unrecorded(event: NewEvent, revision: number): RecordEvent {
  return { ...event, revision, sequence: null, recordedAt: '' };
}

function groundsOf({ reason, approval }: Grounds): Grounds {
  return approval === undefined ? { reason } : { reason, approval };
}

function without<T>(these: readonly T[], those: readonly T[], key: (t: T) => string): T[] {
  const gone = new Set(those.map(key));
  return these.filter((t) => !gone.has(key(t)));
}

/** Whether a refusal's rule is the command's own mistake rather than a conflict of facts. */
export function isCommandRule(rule: RuleCode): boolean {
  return RULES[rule].kind === 'command';
}
