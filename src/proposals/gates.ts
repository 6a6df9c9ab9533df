import { dayInVietnam, type Day } from '../dates.js';
import { LogUnavailable, type EventLog, type Position } from '../event-log/port.js';
import { lacksOf, type Lack } from '../record/completeness.js';
import { actionOf } from '../record/registry.js';
import type { RuleCode } from '../record/ruleBook.js';
import { stateAt, type Finding } from '../record/timeline.js';
import type { Refusal } from '../record/decide.js';
import type { CommandAnswer, RecordCommand, RecordDesk, References } from '../recording/recordDesk.js';
import type { Units } from '../organisation/tree.js';
import { placeOf } from './earlyRaises.js';
import { changeOf, type PastChange, type Proposed } from './pastChange.js';
import { seatOf, type Seat } from './seats.js';
import type { PlaceKey, ProposalRuleCode } from './proposal.js';

/** The duties on records that are overdue in an agency on a day, and the sequence as of which they were counted. */
export interface Overdue {
  readonly count: number;
  readonly sequence: number;
}

/**
 * Counts the overdue duties of an agency and its sections on a day, from what the log held up to a position or later.
 * Rejects when that has not been read in time; then try again.
 */
export type OverdueDuties = (agency: string, day: Day, upTo: Position) => Promise<Overdue>;

/** What the decision leaves open (design.md §10). */
export interface GateOptions {
  /** How long a reconciliation with the paper file counts, in months. */
  readonly reconciledWithinMonths: number;
  /** So many overdue duties of its agency still let a proposal pass (R-18.4e). */
  readonly mostOverdue: number;
  /** Whether a proposal that would go over a unit's establishment is refused. */
  readonly refuseOverEstablishment: boolean;
}

export const GATE_DEFAULTS: GateOptions = {
  reconciledWithinMonths: 12,
  mostOverdue: 0,
  refuseOverEstablishment: true,
};

/** Why a proposal is refused: a lacking item, an irregularity, or what the agency has not done. */
export interface ProposalRefusal {
  readonly rule: ProposalRuleCode | RuleCode;
  /** The field at fault, as the record names it: `toUnit`, `document.type`. */
  readonly field?: string;
  /** Items missing from the record. */
  readonly lacks: readonly Lack[];
  readonly findings: readonly Finding[];
  /** Facts in conflict. */
  readonly facts: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}

export type Judgement =
  | {
      readonly kind: 'passed';
      readonly judgedAt: number;
      /** The agency that proposes: that of the person's unit today. */
      readonly agency: string | null;
      /** The place among the agency's early raises that it needs; null: none; undefined: nobody can tell any more. */
      readonly place: PlaceKey | null | undefined;
      /** The place in an establishment that it needs; null: none. */
      readonly seat: Seat | null;
      /** What recording it would change. */
      readonly tried: Extract<CommandAnswer, { kind: 'preview' }>;
    }
  | { readonly kind: 'refused'; readonly judgedAt: number; readonly refusals: readonly ProposalRefusal[] }
  /** There is no such record. */
  | { readonly kind: 'notFound' };

export interface GateParts {
  readonly log: EventLog;
  readonly desk: RecordDesk;
  readonly references: References;
  readonly overdue: OverdueDuties;
  readonly options: GateOptions;
  /** Units as far as this process knows. */
  readonly units: () => Units;
  /** Today in Vietnam; gates are judged on it. */
  readonly today?: () => Day;
}

const MOST_ATTEMPTS = 5;

/**
 * Judges what is to be proposed, checked or decided: the person gate (R-15.5đ), the agency gate (R-18.4e), and the rules
 * of the record, of which a proposal may break none, not even one that an issued decision is recorded against. The
 * record is judged exactly as known at the sequence named; the agency's duties at that sequence or later.
 */
export class Gates {
  constructor(private readonly parts: GateParts) {}

  async judge(record: string, proposed: Proposed): Promise<Judgement> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const judged = await this.attempt(record, proposed);
      if (judged !== null) return judged;
    }
    throw new LogUnavailable('the record is changed faster than it can be read; retry');
  }

  /** Null: the record changed while it was judged. */
  private async attempt(record: string, proposed: Proposed): Promise<Judgement | null> {
    const { content, change } = proposed;
    const { desk, references, overdue, log, options } = this.parts;
    const loaded = await desk.load(record);
    if (loaded.events.length === 0) return { kind: 'notFound' };
    const { sequence: judgedAt, position } = await log.head();
    await references.sync();
    const { reference } = references.view(judgedAt);
    const timeline = await desk.timelineOf(loaded, judgedAt);
    const day = this.parts.today?.() ?? dayInVietnam(new Date().toISOString());
    const { state } = stateAt(timeline, day);
    const unit = (state.unit ?? state.lastUnit)?.unit ?? null;
    const agency = unit === null ? null : reference.agencyOf(reference.currentUnit(unit, day), day);
    const asked = { ...PREVIEW, record, expected: loaded.events.length - 1 };
    if (change !== undefined) return this.attemptChange({ judgedAt, agency }, asked, { content, change });
    if (!actionOf(content.action).gate)
      return { kind: 'refused', judgedAt, refusals: [refusal('not_proposable')] };
    const refusals: ProposalRefusal[] = [];
    const lacks = lacksOf(timeline, day, reference, options);
    if (lacks.length > 0) refusals.push({ ...refusal('record_incomplete'), lacks });
    const late = agency === null ? null : await overdue(agency, day, position);
    if (agency !== null && late !== null && late.count > options.mostOverdue)
      refusals.push(
        refusal('agency_overdue', {
          agency,
          count: String(late.count),
          most: String(options.mostOverdue),
          sequence: String(late.sequence),
        }),
      );
    const tried = await desk.check({
      ...asked,
      // Its document comes with the decision.
      changes: [{ kind: 'record', content: { ...content, document: content.document ?? { number: '-' } } }],
    });
    if (tried.kind === 'refused') refusals.push(...tried.refusals.map(refusedBy));
    else if (tried.kind !== 'preview') return null;
    else {
      const irregular = tried.findings.filter((f) => f.kind === 'irregular');
      if (irregular.length > 0) refusals.push({ ...refusal('irregular'), findings: irregular });
      if (refusals.length === 0)
        return {
          kind: 'passed',
          judgedAt,
          agency,
          place: placeOf(content, timeline, reference),
          seat: options.refuseOverEstablishment ? seatOf(content, timeline, this.parts.units()) : null,
          tried,
        };
    }
    return { kind: 'refused', judgedAt, refusals };
  }

  /**
   * A change of the past makes a record right: it is held up by nothing that the record or the agency lacks, and what it
   * leaves irregular is recorded with its findings.
   */
  private async attemptChange(
    judged: { readonly judgedAt: number; readonly agency: string | null },
    asked: typeof PREVIEW & { readonly record: string; readonly expected: number },
    { content, change }: Required<Proposed>,
  ): Promise<Judgement | null> {
    const { judgedAt } = judged;
    if (content.erased !== undefined)
      return { kind: 'refused', judgedAt, refusals: [refusal('content_erased')] };
    const tried = await carriedOut(this.parts.desk, asked, { content, change });
    if (tried.kind === 'refused')
      return { kind: 'refused', judgedAt, refusals: tried.refusals.map(refusedBy) };
    if (tried.kind === 'notFound')
      return { kind: 'refused', judgedAt, refusals: [{ ...refusal('not_opened'), facts: [tried.record] }] };
    if (tried.kind !== 'preview') return null;
    if (tried.events.length === 0)
      return { kind: 'refused', judgedAt, refusals: [refusal('nothing_to_change')] };
    return { kind: 'passed', ...judged, place: null, seat: null, tried };
  }
}

/** Sends what was proposed to the record, as decided by two persons: a merger reaches into the other record as well. */
export function carriedOut(
  desk: RecordDesk,
  frame: Omit<RecordCommand, 'changes' | 'expected'> & { readonly expected: number },
  proposed: Proposed,
): Promise<CommandAnswer> {
  const seconded = { ...frame, seconded: true };
  const into = mergedInto(proposed.change);
  if (into === undefined) return desk.execute({ ...seconded, changes: [changeOf(proposed)] });
  const { reason, approval } = proposed.change as PastChange;
  return desk.merge({ ...seconded, into, reason, ...(approval === undefined ? {} : { approval }) });
}

/** The record that a withdrawal is a merger into. */
export function mergedInto(change: PastChange | null | undefined): string | undefined {
  return change?.kind === 'withdraw' ? change.mergedInto : undefined;
}

/** Nothing is written under it. */
const PREVIEW = {
  actor: { account: '', unit: '', client: 'gate' },
  idempotencyKey: 'judge',
  body: '',
  dryRun: true,
};

function refusedBy({ rule, field, facts, params }: Refusal): ProposalRefusal {
  return { ...refusal(rule, params), facts, ...(field === undefined ? {} : { field }) };
}

export function refusal(
  rule: ProposalRefusal['rule'],
  params: Readonly<Record<string, string>> = {},
): ProposalRefusal {
  return { rule, lacks: [], findings: [], facts: [], params };
}
