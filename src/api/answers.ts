/** How answers look: plain JSON made of what the core says. */
import type { Fact, FactContent } from '../record/action.js';
import type { Preview, Refusal } from '../record/decide.js';
import type { DocumentBlock } from '../record/document.js';
import type { Envelope, Grounds } from '../record/events.js';
import { TOLD_BY, type DisputeMarks } from '../record/disputes.js';
import type { ItemId } from '../record/forms/items.js';
import { findAction } from '../record/registry.js';
import { RULES } from '../record/ruleBook.js';
import type { Post, Set as SetBy, State } from '../record/state.js';
import { statusOf } from '../record/state.js';
import { dayInVietnam, daysBetween } from '../dates.js';
import type { FactLine, Finding, Timeline } from '../record/timeline.js';
import type { CommandAnswer } from '../recording/recordDesk.js';
import type { Metadata } from '../recording/metadata.js';
import { noSuchRecord, Problem, type Fault } from './problem.js';
import { tokenOf } from './tokens.js';

/** A finding with its rule's words. */
export function findingView(finding: Finding) {
  const { rule, fact, others, field, kind, params, settled } = finding;
  const { vi, en, source } = RULES[rule];
  return {
    rule,
    kind,
    fact,
    others,
    ...(field === undefined ? {} : { field }),
    params,
    vi,
    en,
    source,
    settled: settled === null ? null : { event: settled.event.id, reason: settled.reason },
  };
}

/** Where in the request's body a field of a change stands, `data.toUnit` or `document.type`. */
export type PointerTo = (field: string, change: number) => string;

/** The document of a decision stands beside its changes; what a correction should have said, in its content. */
export function inDecision(body: unknown): PointerTo {
  const { changes } = body as { readonly changes: readonly { readonly kind: string }[] };
  return (field, change) => {
    if (field.startsWith('document.')) return `/${field}`;
    return `/changes/${change}${changes[change]?.kind === 'correct' ? '/content' : ''}/${field}`;
  };
}

/** The answer to a command that was carried out or previewed; throws the Problem that any other outcome is. */
export function commandView(answer: CommandAnswer, pointerTo: PointerTo): object {
  switch (answer.kind) {
    case 'done':
      return {
        id: answer.record,
        revision: answer.revision,
        sequence: answer.sequence,
        token: answer.position === null ? null : tokenOf(answer.position),
        events: answer.events,
        findings: answer.findings.map(findingView),
      };
    case 'preview':
      return {
        id: answer.record,
        dryRun: true,
        events: answer.events,
        findings: answer.findings.map(findingView),
        changes: previewChangesView(answer.changes),
      };
    case 'refused':
      throw new Problem('refused', refusalFaults(answer.refusals, pointerTo));
    case 'stale':
      throw new Problem('stale', [], { revision: answer.actual, since: answer.since });
    case 'keyReused':
      throw new Problem('key-reused');
    case 'notFound':
      throw noSuchRecord();
    default:
      return answer satisfies never;
  }
}

/** What a command would change later: findings and intervals. */
export function previewChangesView({ newFindings, endedFindings, newSpells, endedSpells }: Preview): object {
  return {
    newFindings: newFindings.map(findingView),
    endedFindings: endedFindings.map(findingView),
    newIntervals: newSpells,
    endedIntervals: endedSpells,
  };
}

/** What the rules have against a command. */
export function refusalFaults(refusals: readonly Refusal[], pointerTo: PointerTo): Fault[] {
  return refusals.map((r) => refusalFault(r, pointerTo));
}

function refusalFault({ rule, change, field, facts, params }: Refusal, pointerTo: PointerTo): Fault {
  const { vi, en, source } = RULES[rule];
  const at = field === undefined || field.startsWith('document.') ? field : `data.${field}`;
  return {
    ...(at === undefined ? {} : { pointer: pointerTo(at, change).replaceAll('.', '/') }),
    rule,
    vi,
    en,
    source,
    facts,
    params: { ...params, change: String(change) },
  };
}

/** The person on a day, as known at K; every value names the fact that set it, and the open disputes about it. */
export function stateView(state: State, disputes: DisputeMarks) {
  const { identity, hire, posts, lapsedPosts, grade, pay, lastGrade, erased } = state;
  const marked = <Value extends SetBy>(value: Value | null, part: keyof typeof TOLD_BY) =>
    markedView(value, disputes, TOLD_BY[part]);
  const postView = (post: Post) => ({
    ...post,
    disputed: [...new Set([...disputes.of(post.by, ...TOLD_BY.posts), ...disputes.of(post.termBy)])],
  });
  return {
    identity: marked(identity, 'identity'),
    ...statusView(state, disputes),
    hire: marked(hire, 'hire'),
    posts: posts.map(postView),
    openPostsAfterLeaving: lapsedPosts.map(postView),
    grade: marked(grade, 'grade'),
    pay: marked(pay, 'pay'),
    lastGrade: marked(lastGrade, 'grade'),
    erased,
  };
}

/** In which status and which unit, since when, by which fact, and the open disputes about it. */
export function statusView(state: State, disputes: DisputeMarks) {
  const { service, unit, lastUnit } = state;
  const by = service?.by ?? null;
  return {
    status: { status: statusOf(state), since: service?.since ?? null, by, disputed: disputes.of(by) },
    unit: markedView(unit, disputes, TOLD_BY.unit),
    lastUnit: markedView(lastUnit, disputes, TOLD_BY.unit),
  };
}

/** The open disputes of a record on its last day known: also those whose item this reader is not shown. */
export function disputesView({ disputes }: State) {
  return disputes.map(({ by, since, fact = null, item = null }) => ({ dispute: by, since, fact, item }));
}

function markedView<Value extends SetBy>(
  value: Value | null,
  disputes: DisputeMarks,
  items: readonly ItemId[],
): (Value & { readonly disputed: readonly string[] }) | null {
  return value === null ? null : { ...value, disputed: disputes.of(value.by, ...items) };
}

interface Recorder {
  readonly account: string;
  readonly unit: string;
}

/** A line of the history: both lines of every correction, its rescissions, findings, disputes, and the three times. */
export function lineView(
  line: FactLine,
  findings: readonly Finding[],
  disputes: DisputeMarks,
  recordedBy: ReadonlyMap<string, Metadata>,
) {
  const { fact, original, event, origin, corrections, rescissions, standing } = line;
  const action = findAction(fact.action);
  return {
    id: event.id,
    action: fact.action,
    caption: action?.caption ?? null,
    source: action?.source ?? null,
    standing,
    ...contentView(fact),
    range: fact.range,
    recorded: recordedView(event, recordedBy),
    delayDays: delay(fact, event),
    origin,
    original: corrections.length === 0 ? null : contentView(original),
    corrections: corrections.map((c) => ({
      id: c.event.id,
      standing: c.standing,
      ...contentView(c.content),
      ...groundsView(c),
      recorded: recordedView(c.event, recordedBy),
    })),
    rescissions: rescissions.map((r) => ({
      id: r.event.id,
      target: r.target,
      standing: r.standing,
      ...groundsView(r),
      recorded: recordedView(r.event, recordedBy),
    })),
    findings: findings.filter((f) => f.fact === event.id).map(findingView),
    disputed: disputes.of(event.id),
  };
}

/** Days from the effective date to the recording, in Vietnam; the last day that a partial date can mean counts. */
function delay(fact: Fact, event: Envelope): number {
  return daysBetween(fact.range.last, dayInVietnam(event.recordedAt));
}

export function contentView({ effective, ordinal, document, data, erased }: FactContent): {
  effective: string;
  ordinal?: number;
  document: DocumentBlock | null;
  data: object;
  erased?: readonly string[];
} {
  return {
    effective,
    ...(ordinal === undefined ? {} : { ordinal }),
    document: document ?? null,
    data,
    ...(erased === undefined ? {} : { erased }),
  };
}

function groundsView({ reason, approval }: Grounds): { reason: string; approval: DocumentBlock | null } {
  return { reason, approval: approval ?? null };
}

export function recordedView(event: Envelope, by: ReadonlyMap<string, Metadata>) {
  const actor: Recorder | undefined = by.get(event.id)?.actor;
  return {
    at: event.recordedAt,
    sequence: event.sequence,
    revision: event.revision,
    account: actor?.account ?? null,
    unit: actor?.unit ?? null,
  };
}

export function withdrawalView(withdrawal: Timeline['withdrawal']): object | null {
  if (withdrawal === null) return null;
  const { event, mergedInto, reason } = withdrawal;
  return { event: event.id, at: event.recordedAt, mergedInto, reason };
}
