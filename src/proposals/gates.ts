import { dayInVietnam, type Day } from '../dates.js';
import { LogUnavailable, type EventLog, type Position } from '../event-log/port.js';
import type { FactContent } from '../record/action.js';
import { lacksOf, type Lack } from '../record/completeness.js';
import { actionOf } from '../record/registry.js';
import type { RuleCode } from '../record/ruleBook.js';
import { stateAt, type Finding } from '../record/timeline.js';
import type { CommandAnswer, RecordDesk, References } from '../recording/recordDesk.js';
import type { Units } from '../organisation/tree.js';
import { placeOf } from './earlyRaises.js';
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

  async judge(record: string, content: FactContent): Promise<Judgement> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const judged = await this.attempt(record, content);
      if (judged !== null) return judged;
    }
    throw new LogUnavailable('the record is changed faster than it can be read; retry');
  }

  /** Null: the record changed while it was judged. */
  private async attempt(record: string, content: FactContent): Promise<Judgement | null> {
    const { desk, references, overdue, log, options } = this.parts;
    const loaded = await desk.load(record);
    if (loaded.events.length === 0) return { kind: 'notFound' };
    const { sequence: judgedAt, position } = await log.head();
    await references.sync();
    const { reference } = references.view(judgedAt);
    const timeline = await desk.timelineOf(loaded, judgedAt);
    if (!actionOf(content.action).gate)
      return { kind: 'refused', judgedAt, refusals: [refusal('not_proposable')] };
    const day = this.parts.today?.() ?? dayInVietnam(new Date().toISOString());
    const refusals: ProposalRefusal[] = [];
    const lacks = lacksOf(timeline, day, reference, options);
    if (lacks.length > 0) refusals.push({ ...refusal('record_incomplete'), lacks });
    const { state } = stateAt(timeline, day);
    const unit = (state.unit ?? state.lastUnit)?.unit ?? null;
    const agency = unit === null ? null : reference.agencyOf(reference.currentUnit(unit, day), day);
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
      actor: NOBODY,
      idempotencyKey: 'judge',
      body: '',
      dryRun: true,
      record,
      expected: loaded.events.length - 1,
      // Its document comes with the decision.
      changes: [{ kind: 'record', content: { ...content, document: content.document ?? { number: '-' } } }],
    });
    if (tried.kind === 'refused')
      refusals.push(
        ...tried.refusals.map(({ rule, field, facts, params }) => ({
          ...refusal(rule, params),
          facts,
          ...(field === undefined ? {} : { field }),
        })),
      );
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
}

/** Nothing is written under it. */
const NOBODY = { account: '', unit: '', client: 'gate' };

export function refusal(
  rule: ProposalRefusal['rule'],
  params: Readonly<Record<string, string>> = {},
): ProposalRefusal {
  return { rule, lacks: [], findings: [], facts: [], params };
}
