import { dayInVietnam, type Day } from '../dates.js';
import { LogUnavailable, type EventLog, type RecordedEvent } from '../event-log/port.js';
import type { FactContent } from '../record/action.js';
import { lacksOf, type Lack } from '../record/completeness.js';
import type { DocumentBlock } from '../record/document.js';
import { actionOf } from '../record/registry.js';
import type { RuleCode } from '../record/ruleBook.js';
import { stateAt, type Finding } from '../record/timeline.js';
import { parseMetadata, type Actor, type Metadata } from '../recording/metadata.js';
import type { CommandFrame, EventReceipt, RecordDesk, References } from '../recording/recordDesk.js';
import type { Sealer } from '../sealing/port.js';
import { canonicalJson } from '../sealing/canonical.js';
import { ProposalCodec } from './codec.js';
import {
  canTake,
  proposalOf,
  proposalStream,
  type Proposal,
  type ProposalBody,
  type ProposalEvent,
  type ProposalRuleCode,
} from './proposal.js';
import { isEarlyRaise, type EarlyRaises } from './earlyRaises.js';

/** How many duties on records are overdue in an agency and below it on a day, for the agency gate (R-18.4e). */
export type OverdueDuties = (agency: string, day: Day) => Promise<number>;

/** Why a proposal is refused; a lacking item, an irregularity, or what the agency has not done. */
export interface ProposalRefusal {
  readonly rule: ProposalRuleCode | RuleCode;
  /** Items missing from the record. */
  readonly lacks: readonly Lack[];
  readonly findings: readonly Finding[];
  readonly params: Readonly<Record<string, string>>;
}

export type ProposalAnswer =
  | {
      readonly kind: 'done';
      readonly id: string;
      readonly revision: number;
      readonly position: bigint | null;
      readonly sequence: number | null;
      readonly events: readonly EventReceipt[];
      readonly proposal: Proposal;
      readonly replayed: boolean;
    }
  | { readonly kind: 'refused'; readonly judgedAt: number; readonly refusals: readonly ProposalRefusal[] }
  | { readonly kind: 'stale'; readonly actual: number; readonly since: readonly EventReceipt[] }
  | { readonly kind: 'keyReused' }
  | { readonly kind: 'notFound' };

export interface ProposeCommand extends CommandFrame {
  readonly record: string;
  readonly content: FactContent;
}

export interface StepCommand extends CommandFrame {
  readonly id: string;
  readonly expected: number;
  readonly step:
    | { readonly kind: 'check' }
    /** The deciding document; the effective day and the data where the decision differs from the proposal. */
    | {
        readonly kind: 'decide';
        readonly document: DocumentBlock;
        readonly effective?: Day;
        readonly data?: object;
      }
    | { readonly kind: 'decline'; readonly reason: string };
}

export interface ProposalDeskParts {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly desk: RecordDesk;
  readonly references: References;
  readonly overdue: OverdueDuties;
  readonly earlyRaises: EarlyRaises;
  /** Today in Vietnam; gates are judged on it. */
  readonly today?: () => Day;
}

const MOST_ATTEMPTS = 5;

/**
 * Proposals: proposed, checked, then decided or declined; a decided one is recorded in the person's record, or shows
 * as failed with the rules that refused it there. Gates block proposing, checking and deciding, never recording.
 */
export class ProposalDesk {
  private readonly codec: ProposalCodec;

  constructor(private readonly parts: ProposalDeskParts) {
    this.codec = new ProposalCodec(parts.sealer);
  }

  async load(id: string): Promise<{ stored: readonly RecordedEvent[]; events: readonly ProposalEvent[] }> {
    const stored = await this.parts.log.readStream(proposalStream(id));
    return { stored, events: await this.codec.decode(stored) };
  }

  /** Makes a proposal. Refused, with everything that is missing, where a gate stands against it. */
  async propose(command: ProposeCommand): Promise<ProposalAnswer> {
    const { sealer } = this.parts;
    const id = sealer.indexId('proposal', [command.actor.client, command.idempotencyKey]);
    const { stored, events } = await this.load(id);
    const eventId = await this.eventId(command, command.record, id);
    const early = this.replay(id, stored, events, eventId);
    if (early !== null) return early;
    const judged = await this.judge(command.record, command.content);
    if (judged.kind !== 'passed') return judged;
    const { agency, judgedAt } = judged;
    const { record, content } = command;
    const taken = await this.takePlace(content, agency, record, id);
    if (taken !== null) return { kind: 'refused', judgedAt, refusals: [refusal(taken)] };
    const body: ProposalBody = { kind: 'proposal_made', record, content, agency, judgedAt };
    return this.append(command, id, record, events, { id: eventId, body });
  }

  /** Checks, decides or declines. A decided proposal is recorded before this answers; a retry completes it. */
  async take(command: StepCommand): Promise<ProposalAnswer> {
    const { id, step, expected } = command;
    const { stored, events } = await this.load(id);
    const proposal = proposalOf(events);
    if (proposal === null) return { kind: 'notFound' };
    const eventId = await this.eventId(command, proposal.record, id);
    const early = this.replay(id, stored, events, eventId);
    if (early !== null) return step.kind === 'decide' ? this.complete(id, early) : early;
    const actual = events.length - 1;
    if (expected !== actual)
      return { kind: 'stale', actual, since: stored.slice(expected + 1).map((e) => receiptOf(e)) };
    const judgedAt = (await this.parts.log.head()).sequence;
    if (!canTake(step.kind, proposal))
      return {
        kind: 'refused',
        judgedAt,
        refusals: [refusal('step_not_possible', { status: proposal.status })],
      };
    const body = await this.bodyOf(step, proposal);
    if ('refusals' in body) return body;
    const answer = await this.append(command, id, proposal.record, events, { id: eventId, body });
    if (answer.kind === 'done' && step.kind === 'decline') await this.freePlace(id, events);
    return step.kind === 'decide' ? this.complete(id, answer) : answer;
  }

  /**
   * Brings a decided proposal into the person's record: its event's id derives from the proposal, so that doing it
   * twice does it once. Answers false when there was nothing to do.
   */
  async carryOut(id: string): Promise<boolean> {
    const { stored, events } = await this.load(id);
    const proposal = proposalOf(events);
    if (proposal?.status !== 'decided') return false;
    const decided = stored.findLast((e) => e.type === 'proposal_decided');
    const actor = parseMetadata(decided?.meta ?? '{}').actor;
    const result = await this.record(id, proposal, actor);
    const eventId = this.parts.sealer.indexId('event', ['proposal', id, 'end']);
    await this.append({ actor, idempotencyKey: `proposal ${id}` }, id, proposal.record, events, {
      id: eventId,
      body: result,
    });
    // An issued raise takes its place under its own id.
    await this.freePlace(id, events);
    if (result.kind === 'proposal_recorded')
      await this.parts.earlyRaises.settle(proposal.record, await this.timelineOf(proposal.record));
    return true;
  }

  private async record(
    id: string,
    { record, content }: Proposal,
    actor: Actor,
  ): Promise<Extract<ProposalBody, { kind: 'proposal_recorded' | 'proposal_failed' }>> {
    const { desk } = this.parts;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const loaded = await desk.load(record);
      const answer = await desk.execute({
        actor: { ...actor, client: 'proposal' },
        idempotencyKey: id,
        body: canonicalJson(['proposal', id]),
        dryRun: false,
        record,
        expected: loaded.events.length - 1,
        changes: [{ kind: 'record', content }],
        correlation: `proposal ${id}`,
      });
      if (answer.kind === 'done') {
        const event = answer.events[0]?.id ?? '';
        return { kind: 'proposal_recorded', event, revision: answer.revision };
      }
      if (answer.kind === 'refused')
        return { kind: 'proposal_failed', rules: [...new Set(answer.refusals.map((r) => r.rule))] };
      if (answer.kind === 'notFound') return { kind: 'proposal_failed', rules: ['not_opened'] };
    }
    throw new LogUnavailable('the record is changed faster than it can be read; retry');
  }

  private async complete(id: string, answer: ProposalAnswer): Promise<ProposalAnswer> {
    if (answer.kind !== 'done') return answer;
    await this.carryOut(id);
    const { stored, events } = await this.load(id);
    const last = stored.at(-1);
    const proposal = proposalOf(events);
    if (last === undefined || proposal === null) return answer;
    const { revision, position, sequence } = last;
    return { ...answer, revision, position, sequence, proposal };
  }

  private async bodyOf(
    step: StepCommand['step'],
    proposal: Proposal,
  ): Promise<ProposalBody | Extract<ProposalAnswer, { kind: 'refused' }>> {
    if (step.kind === 'decline')
      return { kind: 'proposal_declined', action: proposal.content.action, reason: step.reason };
    const content =
      step.kind === 'check'
        ? proposal.content
        : {
            ...proposal.content,
            document: step.document,
            ...(step.effective === undefined ? {} : { effective: step.effective }),
            ...(step.data === undefined ? {} : { data: step.data }),
          };
    const judged = await this.judge(proposal.record, content);
    if (judged.kind !== 'passed')
      return judged.kind === 'refused' ? judged : { kind: 'refused', judgedAt: 0, refusals: [] };
    const { judgedAt } = judged;
    return step.kind === 'check'
      ? { kind: 'proposal_checked', judgedAt }
      : { kind: 'proposal_decided', content, judgedAt };
  }

  /** Person gate, agency gate, and the rules of the record: of a proposal nothing irregular is let pass. */
  private async judge(
    record: string,
    content: FactContent,
  ): Promise<
    | { readonly kind: 'passed'; readonly judgedAt: number; readonly agency: string | null }
    | Extract<ProposalAnswer, { kind: 'refused' | 'notFound' }>
  > {
    const { desk, references, overdue, log } = this.parts;
    await references.sync();
    const { sequence: judgedAt } = await log.head();
    const loaded = await desk.load(record);
    const timeline = await desk.timelineOf(loaded);
    if (timeline.last === null) return { kind: 'notFound' };
    const action = actionOf(content.action);
    if (!action.gate) return { kind: 'refused', judgedAt, refusals: [refusal('not_proposable')] };
    const day = this.parts.today?.() ?? dayInVietnam(new Date().toISOString());
    const { reference } = references.view();
    const refusals: ProposalRefusal[] = [];
    const lacks = lacksOf(timeline, day, reference);
    if (lacks.length > 0) refusals.push({ ...refusal('record_incomplete'), lacks });
    const { state } = stateAt(timeline, day);
    const unit = (state.unit ?? state.lastUnit)?.unit ?? null;
    const agency = unit === null ? null : reference.agencyOf(reference.currentUnit(unit, day), day);
    const late = agency === null ? 0 : await overdue(agency, day);
    if (late > 0) refusals.push(refusal('agency_overdue', { count: String(late) }));
    const tried = await desk.check({
      actor: { account: '', unit: '', client: 'proposal' },
      idempotencyKey: 'judge',
      body: '',
      dryRun: true,
      record,
      expected: loaded.events.length - 1,
      // Its document comes with the decision.
      changes: [{ kind: 'record', content: { ...content, document: content.document ?? { number: '-' } } }],
    });
    if (tried.kind === 'refused') refusals.push(...tried.refusals.map((r) => refusal(r.rule, r.params)));
    if (tried.kind === 'preview') {
      const irregular = tried.findings.filter((f) => f.kind === 'irregular');
      if (irregular.length > 0) refusals.push({ ...refusal('irregular'), findings: irregular });
    }
    return refusals.length > 0
      ? { kind: 'refused', judgedAt, refusals }
      : { kind: 'passed', judgedAt, agency };
  }

  /** An early raise takes one of the agency's places of the year before it is proposed. */
  private async takePlace(
    content: FactContent,
    agency: string | null,
    record: string,
    id: string,
  ): Promise<ProposalRuleCode | null> {
    if (!isEarlyRaise(content) || agency === null) return null;
    const outcome = await this.parts.earlyRaises.take({
      agency,
      year: Number(content.effective.slice(0, 4)),
      record,
      by: id,
    });
    return outcome === 'taken' ? null : outcome;
  }

  private async timelineOf(record: string) {
    const { desk } = this.parts;
    return desk.timelineOf(await desk.load(record));
  }

  private async freePlace(id: string, events: readonly ProposalEvent[]): Promise<void> {
    const made = events[0]?.body;
    if (made?.kind !== 'proposal_made' || made.agency === null || !isEarlyRaise(made.content)) return;
    const year = Number(made.content.effective.slice(0, 4));
    await this.parts.earlyRaises.release(id, { agency: made.agency, year });
  }

  private async append(
    { actor, idempotencyKey, correlation }: Pick<CommandFrame, 'actor' | 'idempotencyKey' | 'correlation'>,
    id: string,
    record: string,
    before: readonly ProposalEvent[],
    event: { readonly id: string; readonly body: ProposalBody },
  ): Promise<ProposalAnswer> {
    const stream = proposalStream(id);
    const idem = this.idem(actor, idempotencyKey);
    const meta: Metadata = { actor, idem, ...(correlation === undefined ? {} : { correlation }) };
    const encoded = await this.codec.encode(stream, record, event, meta);
    const outcome = await this.parts.log.append({
      stream,
      expected: before.length === 0 ? 'none' : before.length - 1,
      events: [encoded],
    });
    if (outcome.kind === 'contentDiffers') return { kind: 'keyReused' };
    if (outcome.kind === 'wrongRevision') {
      const { stored } = await this.load(id);
      return { kind: 'stale', actual: stored.length - 1, since: stored.slice(before.length).map(receiptOf) };
    }
    const { lastRevision: revision, position, sequence, recordedAt } = outcome;
    const proposal = proposalOf([...before, { ...event, revision, sequence, recordedAt }]) as Proposal;
    const receipt = { id: event.id, type: event.body.kind, revision, sequence, recordedAt };
    const replayed = outcome.kind === 'alreadyAppended';
    return { kind: 'done', id, revision, position, sequence, events: [receipt], proposal, replayed };
  }

  /** The answer of the first time, when the key was used before on this proposal. */
  private replay(
    id: string,
    stored: readonly RecordedEvent[],
    events: readonly ProposalEvent[],
    eventId: string,
  ): ProposalAnswer | null {
    const mine = stored.find((e) => e.id === eventId);
    if (mine === undefined) return null;
    const { revision, position, sequence } = mine;
    const proposal = proposalOf(events.slice(0, revision + 1)) as Proposal;
    return {
      kind: 'done',
      id,
      revision,
      position,
      sequence,
      events: [receiptOf(mine)],
      proposal,
      replayed: true,
    };
  }

  private async eventId({ actor, idempotencyKey, body }: CommandFrame, record: string, id: string) {
    const { sealer } = this.parts;
    const hash = await sealer.bodyHash(`person-${record}`, ['history'], body);
    return sealer.indexId('event', [actor.client, idempotencyKey, proposalStream(id), hash.toString('hex')]);
  }

  private idem(actor: Actor, key: string): string {
    return this.parts.sealer.index('idempotency', [actor.client, key]).toString('hex').slice(0, 32);
  }
}

function refusal(
  rule: ProposalRefusal['rule'],
  params: Readonly<Record<string, string>> = {},
): ProposalRefusal {
  return { rule, lacks: [], findings: [], params };
}

function receiptOf({ id, type, revision, sequence, recordedAt }: RecordedEvent): EventReceipt {
  return { id, type, revision, sequence, recordedAt };
}
