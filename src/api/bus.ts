/** The two buses have one handler each: what differs between actions is data, not a class. */
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { withheld } from '../access/gate.js';
import type { ApiCore } from './apiCore.js';
import { masked } from './masking.js';
import { Metrics } from '../observability/metrics.js';
import type { Day } from '../dates.js';
import { DisputeMarks } from '../record/disputes.js';
import { form2c } from '../record/forms/form2c.js';
import { supplement } from '../record/forms/supplement.js';
import { monthlyPay } from '../record/monthlyPay.js';
import { spellsOf } from '../record/spells.js';
import { stateAt } from '../record/timeline.js';
import { executeBatch, type BatchAnswer, type BatchCommand } from '../recording/batch.js';
import { parseMetadata, type Metadata } from '../recording/metadata.js';
import type { CommandAnswer, LoadedRecord, MergeCommand, RecordCommand } from '../recording/recordDesk.js';
import type { ProposalAnswer, ProposeCommand, StepCommand } from '../proposals/proposalDesk.js';
import type { ReferenceAnswer, ReferenceCommand } from '../reference/referenceDesk.js';
import {
  disputesView,
  findingView,
  lineView,
  recordedView,
  stateView,
  statusView,
  withdrawalView,
} from './answers.js';
import { completenessView, duesView, dutiesView } from './dutyAnswers.js';
import { noSuchRecord, Problem } from './problem.js';
import { proposalHistoryView } from './proposalViews.js';
import { RELEASE } from './release.js';
import type { KnownAt } from './times.js';

/** The name under which Nest knows the core. */
export const CORE = Symbol('core');

/** The name under which Nest knows the read models. */
export const READ_MODELS = Symbol('read models');

/** A command of any action, about one record (or two: a merge), about a unit or a list, or a step of a proposal. */
export class CarryOut {
  constructor(
    /** For metrics: the action, or the kind of change. */
    readonly action: string,
    readonly command:
      RecordCommand | MergeCommand | BatchCommand | ReferenceCommand | ProposeCommand | StepCommand,
  ) {}
}

type Outcome = CommandAnswer | BatchAnswer | ReferenceAnswer | ProposalAnswer;

@CommandHandler(CarryOut)
export class CarryOutHandler implements ICommandHandler<CarryOut, Outcome> {
  constructor(
    @Inject(CORE) private readonly core: ApiCore,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  async execute({ action, command }: CarryOut): Promise<Outcome> {
    const done = this.metrics.commands.startTimer({ action });
    let outcome = 'failed';
    try {
      const answer = await this.carryOut(command);
      outcome = answer.kind;
      return answer;
    } catch (error) {
      if (error instanceof Problem) outcome = error.kind;
      throw error;
    } finally {
      done({ outcome });
    }
  }

  private carryOut(command: CarryOut['command']): Promise<Outcome> {
    const { desk, referenceDesk, proposals } = this.core;
    if ('items' in command) return executeBatch(desk, command);
    if ('proposed' in command) return proposals.propose(command);
    if ('step' in command) return proposals.take(command);
    if ('subject' in command) return referenceDesk.execute(command);
    return 'into' in command ? desk.merge(command) : desk.execute(command);
  }
}

export type RecordView =
  | 'profile'
  | 'status'
  | 'history'
  | 'events'
  | 'findings'
  | 'form2c'
  | 'supplement'
  | 'completeness'
  | 'deadlines'
  | 'dues'
  | 'salary';

/** A question about one record on (E, K), answered by replay of its own stream. */
export class AskRecord {
  constructor(
    readonly record: string,
    readonly view: RecordView,
    readonly asOf: Day,
    readonly knownAt: KnownAt,
    /** Field groups shown. */
    readonly shown: readonly FieldGroup[],
    /** The records that may answer: this one, and those into which it was merged. */
    readonly chain: readonly string[],
    /** First day, of a view that is of a period; `asOf` is its last. */
    readonly from: Day = asOf,
  ) {}
}

/** The answer, and the record's revision where it is that of now. */
export interface RecordAnswer {
  readonly revision: number | null;
  /** K as a sequence. */
  readonly sequence: number;
  readonly body: object;
}

@QueryHandler(AskRecord)
export class AskRecordHandler implements IQueryHandler<AskRecord, RecordAnswer> {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  async execute(question: AskRecord): Promise<RecordAnswer> {
    const { record, knownAt, shown } = question;
    const k = await sequenceOf(knownAt, this.core);
    const answer = await this.answer(record, question, k);
    const hidden = withheld(shown);
    const body = {
      ...answer.body,
      ...(hidden.length === 0 ? {} : { withheld: hidden }),
    };
    return { ...answer, body: hidden.length === 0 ? body : (masked(body, hidden) as object) };
  }

  private async answer(record: string, question: AskRecord, k: number): Promise<RecordAnswer> {
    const { view, asOf, from, shown, chain } = question;
    if (!chain.includes(record)) throw noSuchRecord();
    const loaded = await this.core.desk.load(record, shown);
    const timeline = await this.core.desk.timelineOf(loaded, k);
    const { last, withdrawal } = timeline;
    if (last === null) throw noSuchRecord();
    // A merged record answers with the one that stays.
    if (view !== 'events' && withdrawal?.mergedInto != null) {
      const answer = await this.answer(withdrawal.mergedInto, question, k);
      return { ...answer, body: { ...answer.body, mergedFrom: record } };
    }
    // Findings are drawn from every group: of a masked record they could tell what is masked, or be wrong.
    const isWhole = shown.length === FIELD_GROUPS.length;
    const findings = isWhole ? timeline.findings : [];
    const frame = {
      id: record,
      asOf,
      knownAt: { sequence: k },
      revision: last.revision,
      release: RELEASE,
      withdrawal: withdrawalView(withdrawal),
    };
    const on = () => stateAt(timeline, asOf);
    // Whatever the day asked for, what is disputed now is marked.
    const marks = new DisputeMarks(timeline);
    const disputes = disputesView(timeline.states.at(-1) ?? timeline.start);
    const reference = this.core.references.at(k);
    const bodies: Record<RecordView, () => object> = {
      profile: () => {
        const { state, uncertain } = on();
        const openFindings = findings.filter((f) => f.settled === null).length;
        return {
          ...frame,
          ...stateView(state, marks),
          disputes,
          uncertain,
          openFindings: isWhole ? openFindings : null,
        };
      },
      status: () => {
        const { state, uncertain } = on();
        return { ...frame, ...statusView(state, marks), disputes, uncertain };
      },
      history: () => {
        const by = recordedBy(loaded);
        return {
          ...frame,
          facts: timeline.lines.map((line) => lineView(line, findings, marks, by)),
          intervals: spellsOf(timeline.lines).map((s) => ({ ...s, disputed: marks.of(s.by) })),
          rescinded: timeline.rescinded.map((line) => lineView(line, [], marks, by)),
          disputes,
          record: housekeeping(loaded, k, by),
        };
      },
      events: () => ({ ...frame, events: rawEvents(loaded, k) }),
      findings: () => ({ ...frame, findings: findings.map(findingView) }),
      form2c: () => ({ ...frame, ...form2c(timeline, asOf, reference) }),
      supplement: () => ({ ...frame, ...supplement(timeline, { from, to: asOf }, reference) }),
      completeness: () => ({ ...frame, ...completenessView(timeline, asOf, reference) }),
      deadlines: () => ({ ...frame, duties: dutiesView(timeline, asOf, reference, recordedBy(loaded)) }),
      salary: () => ({ ...frame, ...monthlyPay(timeline, asOf, reference) }),
      dues: () => ({ ...frame, dues: duesView(timeline, asOf, reference) }),
    };
    return { revision: question.knownAt === null ? last.revision : null, sequence: k, body: bodies[view]() };
  }
}

/** How a proposal stands, with its steps: answered by replay of its own stream. */
export class AskProposal {
  constructor(readonly id: string) {}
}

@QueryHandler(AskProposal)
export class AskProposalHandler implements IQueryHandler<AskProposal, RecordAnswer> {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  async execute({ id }: AskProposal): Promise<RecordAnswer> {
    const loaded = await this.core.proposals.load(id);
    const { sequence } = await this.core.log.head();
    return { revision: loaded.stored.length - 1, sequence, body: proposalHistoryView(id, loaded) };
  }
}

/**
 * K as a sequence. Now is the log's head as this process has taken it in: at least what was recorded before the
 * question came, so that the answer can name its K and be repeated.
 */
export async function sequenceOf(knownAt: KnownAt, { log, references }: ApiCore): Promise<number> {
  const { sequence: head } = await references.sync();
  if (knownAt === null) return head;
  return Math.min('sequence' in knownAt ? knownAt.sequence : await log.sequenceAt(knownAt.moment), head);
}

function recordedBy(loaded: LoadedRecord): ReadonlyMap<string, Metadata> {
  return new Map(loaded.stored.map((e) => [e.id, parseMetadata(e.meta)]));
}

/** What was done with the record as a whole, what of it was destroyed, and which findings were settled, in order of recording. */
function housekeeping(loaded: LoadedRecord, k: number, by: ReadonlyMap<string, Metadata>): object[] {
  return loaded.events.flatMap((event): object[] => {
    const { body } = event;
    if (!isWithin(event, k)) return [];
    if (body.kind === 'content_destroyed') {
      const { kind, groups, destruction, decision } = body;
      const recorded = recordedView(event, by);
      return [{ id: event.id, kind, groups, destruction, reason: null, approval: decision, recorded }];
    }
    if (!('reason' in body) || body.kind === 'corrected' || body.kind === 'rescinded') return [];
    const { kind, reason, approval, ...more } = body;
    return [
      { id: event.id, kind, ...more, reason, approval: approval ?? null, recorded: recordedView(event, by) },
    ];
  });
}

/** The stream as it is, event by event: envelope, metadata, the stored payload and what it says unsealed. */
function rawEvents(loaded: LoadedRecord, k: number): object[] {
  return loaded.stored.flatMap((event, i) => {
    if (!isWithin(event, k)) return [];
    const { id, type, version, stream, revision, sequence, recordedAt, data, meta } = event;
    return [
      {
        id,
        type,
        version,
        stream,
        revision,
        sequence,
        recordedAt,
        meta: JSON.parse(meta) as object,
        stored: JSON.parse(data) as object,
        body: loaded.events[i]?.body,
      },
    ];
  });
}

function isWithin({ sequence }: { readonly sequence: number | null }, k: number): boolean {
  return sequence !== null && sequence <= k;
}
