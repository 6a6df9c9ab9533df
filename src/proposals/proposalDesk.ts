import type { Day } from '../dates.js';
import { LogUnavailable, type RecordedEvent } from '../event-log/port.js';
import type { DocumentBlock } from '../record/document.js';
import { parseMetadata, type Actor, type Metadata } from '../recording/metadata.js';
import type { CommandAnswer, CommandFrame, EventReceipt, LoadedRecord } from '../recording/recordDesk.js';
import { personStream } from '../recording/codec.js';
import type { Sealer } from '../sealing/port.js';
import { canonicalJson } from '../sealing/canonical.js';
import { ProposalCodec } from './codec.js';
import { placeOf, type EarlyRaises } from './earlyRaises.js';
import type { Seats } from './seats.js';
import { byProposal } from './placeSettling.js';
import { carriedOut, Gates, refusal, type GateParts, type Judgement, type ProposalRefusal } from './gates.js';
import { openProposalEvent } from './openEvents.js';
import type { Proposed } from './pastChange.js';
import {
  canTake,
  proposalOf,
  proposalStream,
  type PlaceKey,
  type Proposal,
  type ProposalBody,
  type ProposalEvent,
  type ProposalRuleCode,
} from './proposal.js';

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
  | {
      readonly kind: 'preview';
      readonly id: string;
      readonly proposal: Proposal;
      readonly events: readonly { readonly id: string; readonly type: string }[];
      /** What recording it would change in the person's record; null: nothing is judged. */
      readonly record: Extract<CommandAnswer, { kind: 'preview' }> | null;
    }
  | { readonly kind: 'refused'; readonly judgedAt: number; readonly refusals: readonly ProposalRefusal[] }
  | { readonly kind: 'stale'; readonly actual: number; readonly since: readonly EventReceipt[] }
  | { readonly kind: 'keyReused' }
  /** There is no such proposal, or no such record to propose something for. */
  | { readonly kind: 'notFound' };

export interface ProposeCommand extends CommandFrame {
  readonly record: string;
  /** A function where it depends on the record as it is loaded (the form of what a correction says). */
  readonly proposed: Proposed | ((loaded: LoadedRecord) => Proposed);
}

export type Step =
  | { readonly kind: 'check' }
  /**
   * The deciding document; the effective day and the data where the decision on a new fact differs from the proposal.
   * A change of the past is decided as it was proposed, and the document approves it.
   */
  | {
      readonly kind: 'decide';
      readonly document: DocumentBlock;
      readonly effective?: Day;
      readonly data?: object;
    }
  | { readonly kind: 'decline'; readonly reason: string };

export interface StepCommand extends CommandFrame {
  readonly id: string;
  /** The revision of the proposal that the caller saw. */
  readonly expected: number;
  /** A function where it depends on the proposal as it is loaded (the form of what is decided). */
  readonly step: Step | ((proposal: Proposal) => Step);
}

export interface ProposalDeskParts extends GateParts {
  readonly sealer: Sealer;
  readonly earlyRaises: EarlyRaises;
  readonly seats: Seats;
}

/** A proposal as loaded. */
export interface LoadedProposal {
  readonly stored: readonly RecordedEvent[];
  readonly events: readonly ProposalEvent[];
  /** Null: there is none. */
  readonly proposal: Proposal | null;
}

type Ended = Extract<ProposalBody, { kind: 'proposal_recorded' | 'proposal_failed' }>;

const MOST_ATTEMPTS = 5;

/**
 * Proposals: proposed, checked, then decided or declined; a decided one is recorded in the person's record, or shows
 * as failed with the rules that refused it there. Gates block proposing, checking and deciding, never recording.
 */
export class ProposalDesk {
  private readonly codec: ProposalCodec;
  private readonly gates: Gates;
  private readonly underWay = new Map<string, Promise<boolean>>();

  constructor(private readonly parts: ProposalDeskParts) {
    this.codec = new ProposalCodec(parts.sealer);
    this.gates = new Gates(parts);
  }

  async load(id: string): Promise<LoadedProposal> {
    const stored = await this.parts.log.readStream(proposalStream(id));
    const events = await this.codec.decode(stored);
    return { stored, events, proposal: proposalOf(events) };
  }

  /** The record that a proposal is about, read without any key; null: there is no such proposal. */
  async recordOf(id: string): Promise<string | null> {
    const [made] = await this.parts.log.readStream(proposalStream(id));
    return made === undefined ? null : openProposalEvent(made).open.record;
  }

  /** Makes a proposal. Refused, with everything that is missing, where a gate stands against it. */
  async propose(command: ProposeCommand): Promise<ProposalAnswer> {
    const { record, dryRun } = command;
    const id = this.parts.sealer.indexId('proposal', [command.actor.client, command.idempotencyKey]);
    const loaded = await this.load(id);
    const about = await this.parts.desk.load(record);
    if (loaded.stored.length === 0 && about.stored.length === 0) return { kind: 'notFound' };
    const eventId = await this.eventId(command, record, id);
    if (loaded.stored.length > 0 && !dryRun) return replay(id, loaded, eventId) ?? { kind: 'keyReused' };
    const proposed = typeof command.proposed === 'function' ? command.proposed(about) : command.proposed;
    const judged = await this.gates.judge(record, proposed);
    if (judged.kind !== 'passed') return judged;
    const { agency, judgedAt, place } = judged;
    const body: ProposalBody = {
      kind: 'proposal_made',
      record,
      ...proposed,
      agency,
      judgedAt,
      ...(place == null ? {} : { place }),
    };
    const without = await this.takePlaces(id, record, judged, dryRun);
    if (without !== null) return { kind: 'refused', judgedAt, refusals: [without] };
    if (dryRun) return preview(id, [], { id: eventId, body }, judged);
    return this.append(command, id, record, NOTHING, { id: eventId, body });
  }

  /** Checks, decides or declines. A decided proposal is recorded before this answers; a retry completes it. */
  async take(command: StepCommand): Promise<ProposalAnswer> {
    const { id, expected, dryRun } = command;
    const loaded = await this.load(id);
    const { stored, events, proposal } = loaded;
    if (proposal === null) return { kind: 'notFound' };
    const step = typeof command.step === 'function' ? command.step(proposal) : command.step;
    const eventId = await this.eventId(command, proposal.record, id);
    if (!dryRun) {
      const early = replay(id, loaded, eventId);
      if (early !== null) return step.kind === 'decide' ? this.complete(id, early) : early;
      const idem = this.idem(command.actor, command.idempotencyKey);
      if (stored.some((e) => parseMetadata(e.meta).idem === idem)) return { kind: 'keyReused' };
    }
    const actual = events.length - 1;
    if (expected !== actual)
      return { kind: 'stale', actual, since: stored.slice(expected + 1).map(receiptOf) };
    if (!canTake(step.kind, proposal)) return this.notPossible(step, proposal);
    if (step.kind === 'decide' && madeBy(stored) === command.actor.account)
      return this.refused(refusal('own_proposal'));
    const { body, judged } = await this.judged(step, id, proposal, dryRun);
    if ('refusals' in body) return body;
    if (dryRun) return preview(id, events, { id: eventId, body }, judged);
    const answer = await this.append(command, id, proposal.record, loaded, { id: eventId, body });
    if (answer.kind !== 'done') return answer;
    if (step.kind === 'decide') {
      const { place } = answer.proposal;
      if (place?.agency !== proposal.place?.agency || place?.year !== proposal.place?.year)
        await this.freePlace(id, proposal.place);
      return this.complete(id, answer);
    }
    if (step.kind === 'decline') await this.freePlace(id, proposal.place);
    return answer;
  }

  /**
   * Brings a decided proposal into the person's record: its event's id derives from the proposal, so that doing it
   * twice does it once. Answers false when there was nothing to do.
   */
  carryOut(id: string): Promise<boolean> {
    const joined =
      this.underWay.get(id) ??
      this.bringIn(id).finally(() => {
        this.underWay.delete(id);
      });
    this.underWay.set(id, joined);
    return joined;
  }

  private async bringIn(id: string): Promise<boolean> {
    const { stored, proposal } = await this.load(id);
    if (proposal?.status !== 'decided') return false;
    const decided = stored.findLast((e) => e.type === 'proposal_decided');
    const { actor } = parseMetadata(decided?.meta ?? '{}');
    const ended = await this.record(id, proposal, actor);
    await this.end(id, proposal.record, actor, ended);
    if (ended.kind === 'proposal_recorded') await this.passPlace(id, proposal, ended.event);
    else await this.freePlace(id, proposal.place);
    return true;
  }

  private async record(id: string, { record, content, change }: Proposal, actor: Actor): Promise<Ended> {
    const { desk } = this.parts;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const loaded = await desk.load(record);
      const frame = {
        actor: { ...actor, client: 'proposal' },
        idempotencyKey: id,
        body: canonicalJson(['proposal', id]),
        dryRun: false,
        record,
        expected: loaded.events.length - 1,
        correlation: byProposal(id),
      };
      const answer = await carriedOut(desk, frame, { content, ...(change === null ? {} : { change }) });
      if (answer.kind === 'done') {
        const event = answer.events[0]?.id;
        // Another has made the same correction since it was judged.
        if (event === undefined) return { kind: 'proposal_failed', rules: ['nothing_to_change'] };
        return { kind: 'proposal_recorded', event, revision: answer.revision };
      }
      if (answer.kind === 'refused')
        return { kind: 'proposal_failed', rules: [...new Set(answer.refusals.map((r) => r.rule))] };
      if (answer.kind === 'notFound') return { kind: 'proposal_failed', rules: ['not_opened'] };
    }
    throw new LogUnavailable('the record is changed faster than it can be read; retry');
  }

  /**
   * Says how it ended. Two processes may carry one out at once, and one of them meet a record that refuses it while the
   * other's fact already stands: then the fact has the last word.
   */
  private async end(id: string, record: string, actor: Actor, body: Ended): Promise<void> {
    const eventId = this.parts.sealer.indexId('event', ['proposal', id, body.kind]);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const loaded = await this.load(id);
      const status = loaded.proposal?.status;
      if (status === 'recorded' || (status === 'failed' && body.kind === 'proposal_failed')) return;
      const event = await this.codec.encode(proposalStream(id), record, { id: eventId, body }, { actor });
      const expected = loaded.stored.length - 1;
      const outcome = await this.parts.log.append({ stream: proposalStream(id), expected, events: [event] });
      if (outcome.kind === 'appended' || outcome.kind === 'alreadyAppended') return;
    }
    throw new LogUnavailable('the proposal is changed faster than it can be read; retry');
  }

  private async complete(id: string, answer: ProposalAnswer): Promise<ProposalAnswer> {
    if (answer.kind !== 'done') return answer;
    await this.carryOut(id);
    const { stored, proposal } = await this.load(id);
    const last = stored.at(-1);
    if (last === undefined || proposal === null) return answer;
    const { revision, position, sequence } = last;
    return {
      ...answer,
      revision,
      position,
      sequence,
      events: stored.slice(answer.revision).map(receiptOf),
      proposal,
    };
  }

  private async notPossible(step: Step, { status }: Proposal): Promise<ProposalAnswer> {
    const rule = step.kind === 'decide' && status === 'proposed' ? 'not_checked' : 'step_not_possible';
    return this.refused(refusal(rule, { status }));
  }

  private async refused(why: ProposalRefusal): Promise<ProposalAnswer> {
    const { sequence: judgedAt } = await this.parts.log.head();
    return { kind: 'refused', judgedAt, refusals: [why] };
  }

  /** The event of a step, when the gates let it pass. */
  private async judged(
    step: Step,
    id: string,
    proposal: Proposal,
    dryRun: boolean,
  ): Promise<{
    readonly body: ProposalBody | Extract<ProposalAnswer, { kind: 'refused' }>;
    readonly judged: Extract<Judgement, { kind: 'passed' }> | null;
  }> {
    const { record, content, change } = proposal;
    if (step.kind === 'decline')
      return {
        body: { kind: 'proposal_declined', action: content.action, reason: step.reason },
        judged: null,
      };
    const asked = { content, ...(change === null ? {} : { change }) };
    const decided = step.kind === 'check' ? asked : decidedOf(step, asked);
    const judged = await this.gates.judge(record, decided);
    if (judged.kind === 'notFound') throw new Error(`proposal ${id} is about a record that is not there`);
    if (judged.kind === 'refused') return { body: judged, judged: null };
    const { judgedAt, place } = judged;
    const without = await this.takePlaces(id, record, judged, dryRun);
    if (without !== null) return { body: { kind: 'refused', judgedAt, refusals: [without] }, judged: null };
    if (step.kind === 'check') return { body: { kind: 'proposal_checked', judgedAt }, judged };
    const moved = place == null ? {} : { place };
    return { body: { kind: 'proposal_decided', ...decided, judgedAt, ...moved }, judged };
  }

  /** What is scarce is reserved before a proposal is made, checked or decided. */
  private async takePlaces(
    id: string,
    record: string,
    { place, seat }: Extract<Judgement, { kind: 'passed' }>,
    dryRun: boolean,
  ): Promise<ProposalRefusal | null> {
    if (seat !== null) {
      const outcome = await this.parts.seats.reserve(seat, id, record, dryRun);
      if (outcome.kind === 'full') {
        const { unit, kind, day } = seat;
        const [quota, taken] = [String(outcome.quota), String(outcome.taken)];
        return refusal('establishment_full', { unit, year: day.slice(0, 4), kind, quota, taken });
      }
    }
    return this.takePlace(id, record, place, dryRun);
  }

  /** An early raise holds one of the agency's places of the year before it is proposed, checked or decided. */
  private async takePlace(
    id: string,
    record: string,
    key: PlaceKey | null | undefined,
    dryRun: boolean,
  ): Promise<ProposalRefusal | null> {
    if (key == null) return null;
    const place = { ...key, by: id, holder: 'proposal' as const, record };
    const { earlyRaises } = this.parts;
    const outcome = await (dryRun ? earlyRaises.room(place) : earlyRaises.take(place));
    if (outcome === 'taken') return null;
    const rule: ProposalRuleCode = outcome;
    return refusal(rule, { agency: key.agency, year: String(key.year) });
  }

  /** The place of the proposal becomes that of the fact. */
  private async passPlace(id: string, { record, place }: Proposal, event: string): Promise<void> {
    const { desk, references, earlyRaises } = this.parts;
    const timeline = await desk.timelineOf(await desk.load(record));
    const fact = timeline.lines.find((l) => l.event.id === event)?.fact;
    const needed = fact === undefined ? null : placeOf(fact, timeline, references.view().reference);
    if (needed != null) await earlyRaises.issue({ ...needed, by: event, holder: 'fact', record }, id);
    await this.freePlace(id, place);
  }

  private async freePlace(id: string, place: PlaceKey | null): Promise<void> {
    if (place !== null) await this.parts.earlyRaises.release(id, place);
  }

  private async append(
    { actor, idempotencyKey, correlation }: Pick<CommandFrame, 'actor' | 'idempotencyKey' | 'correlation'>,
    id: string,
    record: string,
    { stored, events }: LoadedProposal,
    event: { readonly id: string; readonly body: ProposalBody },
  ): Promise<ProposalAnswer> {
    const stream = proposalStream(id);
    const idem = this.idem(actor, idempotencyKey);
    const meta: Metadata = { actor, idem, ...(correlation === undefined ? {} : { correlation }) };
    const encoded = await this.codec.encode(stream, record, event, meta);
    const outcome = await this.parts.log.append({
      stream,
      expected: stored.length === 0 ? 'none' : stored.length - 1,
      events: [encoded],
    });
    if (outcome.kind === 'contentDiffers' || outcome.kind === 'wrongRevision') {
      const now = await this.load(id);
      // A racing twin of this request may have come first, judged at another sequence.
      const twin = replay(id, now, event.id);
      if (twin !== null) return twin;
      if (stored.length === 0 || outcome.kind === 'contentDiffers') return { kind: 'keyReused' };
      return {
        kind: 'stale',
        actual: now.stored.length - 1,
        since: now.stored.slice(stored.length).map(receiptOf),
      };
    }
    const { lastRevision: revision, position, sequence, recordedAt } = outcome;
    const proposal = proposalOf([...events, { ...event, revision, sequence, recordedAt }]) as Proposal;
    const receipt = { id: event.id, type: event.body.kind, revision, sequence, recordedAt };
    const replayed = outcome.kind === 'alreadyAppended';
    return { kind: 'done', id, revision, position, sequence, events: [receipt], proposal, replayed };
  }

  private async eventId({ actor, idempotencyKey, body }: CommandFrame, record: string, id: string) {
    const { sealer } = this.parts;
    const hash = await sealer.bodyHash(personStream(record), ['history'], body);
    return sealer.indexId('event', [actor.client, idempotencyKey, proposalStream(id), hash.toString('hex')]);
  }

  private idem(actor: Actor, key: string): string {
    return this.parts.sealer.index('idempotency', [actor.client, key]).toString('hex').slice(0, 32);
  }
}

const NOTHING: LoadedProposal = { stored: [], events: [], proposal: null };

/** What is decided: as proposed, but for what the decision says otherwise. */
function decidedOf(
  { document, effective, data }: Extract<Step, { kind: 'decide' }>,
  { content, change }: Proposed,
): Proposed {
  if (change !== undefined) return { content, change: { ...change, approval: document } };
  return {
    content: {
      ...content,
      document,
      ...(effective === undefined ? {} : { effective }),
      ...(data === undefined ? {} : { data }),
    },
  };
}

/** The answer of the first time, when this very request was carried out before. */
function replay(id: string, { stored, events }: LoadedProposal, eventId: string): ProposalAnswer | null {
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

function preview(
  id: string,
  events: readonly ProposalEvent[],
  event: { readonly id: string; readonly body: ProposalBody },
  judged: Extract<Judgement, { kind: 'passed' }> | null,
): ProposalAnswer {
  const next = { ...event, revision: events.length, sequence: null, recordedAt: '' };
  return {
    kind: 'preview',
    id,
    proposal: proposalOf([...events, next]) as Proposal,
    events: [{ id: event.id, type: event.body.kind }],
    record: judged?.tried ?? null,
  };
}

/** The account that made a proposal. */
function madeBy([made]: readonly RecordedEvent[]): string {
  return parseMetadata(made?.meta ?? '{}').actor.account;
}

function receiptOf({ id, type, revision, sequence, recordedAt }: RecordedEvent): EventReceipt {
  return { id, type, revision, sequence, recordedAt };
}
