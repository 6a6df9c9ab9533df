/** The two buses have one handler each: what differs between actions is data, not a class. */
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import type { Core } from '../core.js';
import { Metrics } from '../observability/metrics.js';
import type { Day } from '../record/dates.js';
import { actionOf } from '../record/registry.js';
import { stateAt } from '../record/timeline.js';
import { parseMetadata, type Metadata } from '../recording/metadata.js';
import type { CommandAnswer, LoadedRecord, MergeCommand, RecordCommand } from '../recording/recordDesk.js';
import { findingView, lineView, stateView, withdrawalView } from './answers.js';
import { Problem } from './problem.js';
import { RELEASE } from './release.js';
import type { KnownAt } from './times.js';

/** The name under which Nest knows the core. */
export const CORE = Symbol('core');

/** A command about one record (or two: a merge), of any action. */
export class CarryOut {
  constructor(
    /** For metrics: the action, or the kind of change. */
    readonly action: string,
    readonly command: RecordCommand | MergeCommand,
  ) {}
}

@CommandHandler(CarryOut)
export class CarryOutHandler implements ICommandHandler<CarryOut, CommandAnswer> {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  async execute({ action, command }: CarryOut): Promise<CommandAnswer> {
    const done = this.metrics.commands.startTimer({ action });
    let outcome = 'failed';
    try {
      const { desk } = this.core;
      const answer = await ('into' in command ? desk.merge(command) : desk.execute(command));
      outcome = answer.kind;
      if (answer.kind === 'stale') this.metrics.conflicts.inc();
      return answer;
    } finally {
      done({ outcome });
    }
  }
}

export type RecordView = 'profile' | 'status' | 'history' | 'events' | 'findings';

/** A question about one record on (E, K), answered by replay of its own stream. */
export class AskRecord {
  constructor(
    readonly record: string,
    readonly view: RecordView,
    readonly asOf: Day,
    readonly knownAt: KnownAt,
  ) {}
}

/** The answer, and the record's revision where it is that of now. */
export interface RecordAnswer {
  readonly revision: number | null;
  readonly body: object;
}

@QueryHandler(AskRecord)
export class AskRecordHandler implements IQueryHandler<AskRecord, RecordAnswer> {
  constructor(@Inject(CORE) private readonly core: Core) {}

  async execute({ record, view, asOf, knownAt }: AskRecord): Promise<RecordAnswer> {
    const k = await this.sequenceOf(knownAt);
    const loaded = await this.core.desk.load(record);
    const timeline = await this.core.desk.timelineOf(loaded, k);
    if (timeline.last === null)
      throw new Problem('not-found', [
        { rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
      ]);
    const into = timeline.withdrawal?.mergedInto ?? null;
    // A merged record answers with the one that stays.
    if (into !== null && view !== 'events') {
      const answer = await this.execute(
        new AskRecord(into, view, asOf, k === undefined ? null : { sequence: k }),
      );
      return { ...answer, body: { ...answer.body, mergedFrom: record } };
    }
    const { state, uncertain } = stateAt(timeline, asOf);
    const last = timeline.last;
    const frame = {
      id: record,
      asOf,
      knownAt: { sequence: last.sequence, recordedAt: last.recordedAt, asked: k ?? null },
      release: RELEASE,
      withdrawal: withdrawalView(timeline.withdrawal),
    };
    const findings = timeline.findings;
    const bodies: Record<RecordView, () => object> = {
      profile: () => ({
        ...frame,
        ...stateView(state),
        uncertain,
        openFindings: findings.filter((f) => f.settled === null).length,
      }),
      status: () => ({
        ...frame,
        ...stateView(state).status,
        unit: state.unit,
        lastUnit: state.lastUnit,
        uncertain,
      }),
      history: () => {
        const by = recordedBy(loaded);
        return {
          ...frame,
          facts: timeline.lines.map((line) => lineView(line, findings, by)),
          rescinded: timeline.rescinded.map((line) => lineView(line, [], by)),
        };
      },
      events: () => ({ ...frame, events: rawEvents(loaded, k) }),
      findings: () => ({ ...frame, findings: findings.map(findingView) }),
    };
    return { revision: k === undefined ? last.revision : null, body: bodies[view]() };
  }

  private async sequenceOf(knownAt: KnownAt): Promise<number | undefined> {
    if (knownAt === null) return undefined;
    const head = await this.core.log.head();
    const asked = 'sequence' in knownAt ? knownAt.sequence : await this.core.log.sequenceAt(knownAt.moment);
    return Math.min(asked, head.sequence);
  }
}

/** The action of a fact of this record, for checking a correction of it. */
export function actionOfFact(loaded: LoadedRecord, id: string) {
  const event = loaded.events.find((e) => e.id === id);
  return event?.body.kind === 'fact' ? actionOf(event.body.content.action) : undefined;
}

function recordedBy(loaded: LoadedRecord): ReadonlyMap<string, Metadata> {
  return new Map(loaded.stored.map((e) => [e.id, parseMetadata(e.meta)]));
}

/** The stream as it is, event by event: envelope, metadata, the stored payload and what it says unsealed. */
function rawEvents(loaded: LoadedRecord, k: number | undefined): object[] {
  return loaded.stored.flatMap(
    ({ id, type, version, stream, revision, sequence, recordedAt, data, meta }, i) =>
      k !== undefined && (sequence === null || sequence > k)
        ? []
        : [
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
          ],
  );
}
