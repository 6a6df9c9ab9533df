import type { Day } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import { LogUnavailable, type EventLog, type RecordedEvent } from '../event-log/port.js';
import {
  attachmentsOf,
  decide,
  mergeChanges,
  preview,
  type Change,
  type Decision,
  type Preview,
  type Refusal,
} from '../record/decide.js';
import type { NewEvent, RecordEvent } from '../record/events.js';
import type { Reference } from '../record/reference.js';
import { findingId, timeline, type Finding, type Timeline } from '../record/timeline.js';
import type { Sealer } from '../sealing/port.js';
import { BatchKeys } from './batchKey.js';
import { groupsOfBody, personOf, personStream, RecordCodec, typeOf } from './codec.js';
import { parseMetadata, type Actor, type Citation } from './metadata.js';
import { WarmRecords, type LoadedRecord } from './warmRecords.js';

export type { LoadedRecord } from './warmRecords.js';

/** Reference data as the desk needs it: a view that remembers what was asked, and a way to catch up. */
export interface References {
  /** Reference data as known at K (none: as far as this process knows), and what was used of it so far. */
  view(k?: number): { readonly reference: Reference; citations(): readonly Citation[] };
  /** Catches up to the end of the log. */
  sync(): Promise<void>;
}

/** What every command carries beside its changes. */
export interface CommandFrame {
  readonly actor: Actor;
  /** Scoped by the actor's client. The same key with another body is refused. */
  readonly idempotencyKey: string;
  /** Canonical text of the whole request: what makes two requests the same. */
  readonly body: string;
  /** Decide and show, write nothing. */
  readonly dryRun: boolean;
  readonly correlation?: string;
}

/** A command that a second person has decided (a proposal): changes of the past pass. */
export interface Seconded {
  readonly seconded?: boolean;
}

/** What is known of a stored scan. */
export interface KnownAttachment {
  readonly record: string;
  /** The groups whose keys it is sealed under together. */
  readonly groups: readonly FieldGroup[];
  /** Whether it holds a content of this SHA-256. */
  holds(content: string): boolean;
}

/** Where the desk asks about scans that a command names. */
export interface AttachmentIndex {
  /** Null: there is none, or it was destroyed. It is kept for a while, for a command is about to name it. */
  about(attachment: string): Promise<KnownAttachment | null>;
}

export interface RecordCommand extends CommandFrame, Seconded {
  readonly record: string;
  /** The revision that the caller saw; `none` opens a new record. */
  readonly expected: number | 'none';
  /** The record as loaded a moment ago; where another writer has come since, it is loaded again. */
  readonly seen?: LoadedRecord;
  /** What it asks for; a function where that depends on the record as it is loaded (a correction's target). */
  readonly changes: readonly Change[] | ((loaded: LoadedRecord) => readonly Change[]);
}

export interface MergeCommand extends CommandFrame, Seconded {
  /** The duplicate, to be withdrawn. */
  readonly record: string;
  readonly expected: number;
  /** The record that stays. */
  readonly into: string;
  readonly reason: string;
  readonly approval?: Extract<Change, { kind: 'withdraw' }>['approval'];
}

/** An event as an answer names it. */
export interface EventReceipt {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly sequence: number | null;
  readonly recordedAt: string;
}

export type CommandAnswer =
  | {
      readonly kind: 'done';
      readonly record: string;
      /** Revision of the record after the command: its new ETag. */
      readonly revision: number;
      /** The engine's position of the last event, for reading one's own write; null when nothing was to do. */
      readonly position: bigint | null;
      readonly sequence: number | null;
      readonly events: readonly EventReceipt[];
      readonly findings: readonly Finding[];
      /** The same command had been carried out before; this is its answer. */
      readonly replayed: boolean;
    }
  | {
      readonly kind: 'preview';
      readonly record: string;
      readonly events: readonly { readonly id: string; readonly type: string }[];
      readonly findings: readonly Finding[];
      readonly changes: Preview;
    }
  | { readonly kind: 'refused'; readonly record: string; readonly refusals: readonly Refusal[] }
  /** The record is not at the revision that the caller saw: what happened since. */
  | {
      readonly kind: 'stale';
      readonly record: string;
      readonly actual: number | null;
      readonly since: readonly EventReceipt[];
    }
  | { readonly kind: 'keyReused'; readonly record: string }
  | { readonly kind: 'notFound'; readonly record: string };

/** A command whose changes are known. */
type Settled = CommandFrame & { readonly record: string; readonly changes: readonly Change[] };

/** What the operator has set of commands. */
export interface DeskOptions {
  /** First day of which one person alone may change what is recorded; absent, or undefined: of any. */
  readonly aloneSince?: () => Day | undefined;
}

// A lost race is decided anew on what won; a record that busy is a client in a loop.
const MOST_ATTEMPTS = 5;

/**
 * The desk where commands about persons' records are carried out: load, look the key up, decide, seal, append.
 * One for all actions; knows neither HTTP nor SQL.
 */
export class RecordDesk {
  private readonly codec: RecordCodec;
  private readonly warm: WarmRecords;
  /** Which persons the keys of batches were used for. */
  readonly batchKeys: BatchKeys;

  constructor(
    private readonly log: EventLog,
    private readonly sealer: Sealer,
    private readonly references: References,
    private readonly attachments?: AttachmentIndex,
    private readonly options: DeskOptions = {},
  ) {
    this.codec = new RecordCodec(sealer);
    this.warm = new WarmRecords(log, this.codec);
    this.batchKeys = new BatchKeys(log, sealer);
  }

  /** The id of a new record: a function of client and key, so that a retried creation meets its first attempt. */
  newRecordId(actor: Actor, idempotencyKey: string): string {
    return this.sealer.indexId('record', [actor.client, idempotencyKey]);
  }

  /**
   * A record's whole history; no events when there is no such record.
   * @param shown the field groups to unseal, default all
   */
  async load(record: string, shown?: readonly FieldGroup[]): Promise<LoadedRecord> {
    return this.warm.load(record, shown);
  }

  /** A record of which the stored events have been read already, all of them. */
  async opened(
    record: string,
    stored: readonly RecordedEvent[],
    shown?: readonly FieldGroup[],
  ): Promise<LoadedRecord> {
    return this.warm.opened(record, stored, shown);
  }

  /** Several records at once, in no particular order; those that are not there are left out. */
  async loadMany(records: readonly string[], shown?: readonly FieldGroup[]): Promise<LoadedRecord[]> {
    const stored = await this.log.readStreams(records.map(personStream));
    const events = await this.codec.decode(stored, shown);
    const byId = new Map<string, { stored: RecordedEvent[]; events: RecordEvent[] }>();
    for (const [i, event] of stored.entries()) {
      const id = personOf(event.stream) ?? '';
      const own = byId.get(id) ?? { stored: [], events: [] };
      own.stored.push(event);
      own.events.push(events[i] as RecordEvent);
      byId.set(id, own);
    }
    return [...byId].map(([id, own]) => ({ id, ...own }));
  }

  /**
   * The record as known at K. Reference data is cut at the same K.
   * @param k a sequence; none: everything this process knows.
   */
  async timelineOf(loaded: LoadedRecord, k?: number): Promise<Timeline> {
    await this.upTo(k);
    return timeline(loaded.events, this.references.view(k).reference, k);
  }

  /** What a command would do, or has done already under its key; nothing is written. */
  async check(command: RecordCommand): Promise<CommandAnswer> {
    const loaded = command.seen ?? (await this.load(command.record));
    const changes = typeof command.changes === 'function' ? command.changes(loaded) : command.changes;
    const replayed = await this.replay({ ...command, changes }, loaded);
    return replayed ?? this.execute({ ...command, changes, dryRun: true, seen: loaded });
  }

  /** Carries out a command. Rejects with LogUnavailable when the engine cannot be reached; then retry with the same key. */
  async execute(command: RecordCommand): Promise<CommandAnswer> {
    for (let attempt = 1; ; attempt++) {
      const seen = attempt === 1 ? command.seen : undefined;
      const loaded = seen ?? (await this.load(command.record));
      const changes = typeof command.changes === 'function' ? command.changes(loaded) : command.changes;
      const replayed = await this.replay({ ...command, changes }, loaded);
      if (replayed !== null) return replayed;
      const stale = staleness(command.expected, loaded);
      // What was read before may be behind what the caller has seen.
      if (stale !== null && seen !== undefined) continue;
      if (stale !== null) return stale;
      const ids = await this.eventIds(command, changes);
      const { decision, citations } = await this.decide(loaded, changes, ids, command);
      if (decision.kind === 'refused')
        return { kind: 'refused', record: command.record, refusals: decision.refusals };
      if (command.dryRun) return previewAnswer(command.record, decision);
      if (decision.events.length === 0) return nothingToDo(loaded, decision);
      const answer = await this.append(command, loaded, decision, citations);
      if (answer !== null) return answer;
      if (attempt === MOST_ATTEMPTS)
        throw new LogUnavailable('the record is changed faster than it can be read; retry');
    }
  }

  /**
   * Merges a duplicate into the record that stays: its standing facts are re-recorded there with their origin, then
   * it is withdrawn with a pointer. Both halves derive their ids from the key, so that a retry completes a merge
   * that was cut in two.
   */
  async merge(command: MergeCommand): Promise<CommandAnswer> {
    const [from, into] = await Promise.all([this.load(command.record), this.load(command.into)]);
    if (into.stored.length === 0) return { kind: 'notFound', record: command.into };
    const withdrawal: Change = {
      kind: 'withdraw',
      mergedInto: command.into,
      reason: command.reason,
      ...(command.approval === undefined ? {} : { approval: command.approval }),
    };
    const half = { ...command, changes: [withdrawal] };
    const replayed = await this.replay(half, from);
    if (replayed !== null) return replayed;
    // Judge the withdrawal first, so that nothing is written when it cannot be.
    const judged = await this.execute({ ...half, dryRun: true });
    if (judged.kind !== 'preview') return judged;
    const changes = mergeChanges(await this.timelineOf(from), from.id, await this.timelineOf(into));
    if (changes.length > 0) {
      const there = { ...command, record: into.id, changes, expected: revisionOf(into) ?? ('none' as const) };
      const moved = await this.execute(there);
      if (moved.kind !== 'done') return moved;
    }
    return command.dryRun ? judged : this.execute(half);
  }

  /** The answer of the first time, when the key was used before on this record. */
  private async replay(command: Settled, loaded: LoadedRecord): Promise<CommandAnswer | null> {
    const idem = this.idempotencyHash(command);
    // A search of the text spares parsing the metadata of every event.
    const mine = loaded.stored.filter((e) => e.meta.includes(idem) && parseMetadata(e.meta).idem === idem);
    const last = mine.at(-1);
    if (last === undefined || command.dryRun) return null;
    const ids = new Set(await this.eventIds(command, command.changes));
    // A merge derives its changes from what stands, which its own first attempt changed: compare what it can.
    if (!mine.every((e) => ids.has(e.id))) return { kind: 'keyReused', record: command.record };
    await this.upTo(last.sequence ?? undefined);
    const { reference } = this.references.view(last.sequence ?? undefined);
    const first = mine[0] ?? last;
    const before = timeline(loaded.events.slice(0, first.revision), reference);
    const after = timeline(loaded.events.slice(0, last.revision + 1), reference);
    return {
      kind: 'done',
      record: command.record,
      revision: last.revision,
      position: last.position,
      sequence: last.sequence,
      events: mine.map(receipt),
      findings: caused(before, after, new Set(mine.map((e) => e.id))),
      replayed: true,
    };
  }

  /** Decides; a refusal on reference data that may be behind is decided again on the latest. */
  private async decide(
    loaded: LoadedRecord,
    changes: readonly Change[],
    ids: readonly string[],
    { seconded = false }: Seconded,
  ): Promise<{ decision: Decision; citations: readonly Citation[] }> {
    const unfit = await this.unfit(loaded, changes);
    const aloneSince = seconded ? undefined : this.options.aloneSince?.();
    const limit = aloneSince === undefined ? {} : { aloneSince };
    const once = () => {
      const view = this.references.view();
      const command = { changes, eventId: (i: number) => ids[i] as string, unfit, ...limit };
      return { decision: decide(command, loaded, view.reference), citations: view.citations() };
    };
    const first = once();
    if (first.decision.kind === 'accepted') return first;
    await this.references.sync();
    return once();
  }

  /** What stands against the scans that the changes name, looked up beforehand. */
  private async unfit(
    { id }: LoadedRecord,
    changes: readonly Change[],
  ): Promise<NonNullable<Parameters<typeof decide>[0]['unfit']>> {
    const known = new Map<string, KnownAttachment | null>();
    for (const { attachment } of changes.flatMap(attachmentsOf))
      known.set(attachment, (await this.attachments?.about(attachment)) ?? null);
    return (body, { attachment, hash }) => {
      const found = known.get(attachment);
      const from = body.kind === 'fact' ? body.origin?.record : undefined;
      if (found == null || (found.record !== id && found.record !== from)) return { attachment };
      const lacking = groupsOfBody(body).filter((group) => !found.groups.includes(group));
      if (lacking.length > 0) return { attachment, groups: lacking.join(', ') };
      return hash !== undefined && found.holds(hash) ? null : { attachment, attachmentHash: hash ?? '' };
    };
  }

  /** Appends what was decided; null when another writer came first. */
  private async append(
    command: RecordCommand,
    loaded: LoadedRecord,
    decision: Extract<Decision, { kind: 'accepted' }>,
    refs: readonly Citation[],
  ): Promise<CommandAnswer | null> {
    const stream = personStream(command.record);
    const meta = {
      actor: command.actor,
      idem: this.idempotencyHash(command),
      ...(command.correlation === undefined ? {} : { correlation: command.correlation }),
      ...(refs.length === 0 ? {} : { refs }),
    };
    const events = await this.codec.encode({ stream, events: decision.events, meta });
    const outcome = await this.log.append({ stream, expected: revisionOf(loaded) ?? 'none', events });
    if (outcome.kind === 'wrongRevision') return null;
    if (outcome.kind === 'contentDiffers') return { kind: 'keyReused', record: command.record };
    const { firstRevision, lastRevision, position, sequence, recordedAt } = outcome;
    return {
      kind: 'done',
      record: command.record,
      revision: lastRevision,
      position,
      sequence,
      events: decision.events.map((event, i) => ({
        id: event.id,
        type: typeOf(event.body),
        revision: firstRevision + i,
        sequence: sequence === null ? null : sequence - (lastRevision - firstRevision) + i,
        recordedAt,
      })),
      findings: decision.findings,
      replayed: outcome.kind === 'alreadyAppended',
    };
  }

  private idempotencyHash({ actor, idempotencyKey }: CommandFrame): string {
    return this.sealer.index('idempotency', [actor.client, idempotencyKey]).toString('hex').slice(0, 32);
  }

  /** One id for each change: functions of client, key, stream, number and the keyed hash of the body. */
  private async eventIds(
    command: CommandFrame & { readonly record: string },
    changes: readonly Change[],
  ): Promise<string[]> {
    const stream = personStream(command.record);
    const groups = [...new Set(changes.flatMap(groupsOfChange))];
    const body = (await this.sealer.bodyHash(stream, groups, command.body)).toString('hex');
    const { actor, idempotencyKey } = command;
    return changes.map((_, i) =>
      this.sealer.indexId('event', [actor.client, idempotencyKey, stream, String(i), body]),
    );
  }

  private async upTo(k: number | undefined): Promise<void> {
    // What is asked as of a K that this process has not seen yet must not be answered from less.
    if (k !== undefined) await this.references.sync();
  }
}

function groupsOfChange(change: Change) {
  switch (change.kind) {
    case 'record':
      return groupsOfBody({ kind: 'fact', content: change.content });
    case 'correct':
      // The action is that of the target; reasons and documents alone tell enough to bind the hash to a key.
      return ['history' as const];
    default:
      return ['history' as const];
  }
}

function revisionOf(loaded: LoadedRecord): number | null {
  return loaded.stored.at(-1)?.revision ?? null;
}

function staleness(expected: number | 'none', loaded: LoadedRecord): CommandAnswer | null {
  const actual = revisionOf(loaded);
  if (expected === 'none')
    return actual === null ? null : { kind: 'stale', record: loaded.id, actual, since: [] };
  if (actual === null) return { kind: 'notFound', record: loaded.id };
  if (expected === actual) return null;
  return { kind: 'stale', record: loaded.id, actual, since: loaded.stored.slice(expected + 1).map(receipt) };
}

function receipt({ id, type, revision, sequence, recordedAt }: RecordedEvent): EventReceipt {
  return { id, type, revision, sequence, recordedAt };
}

function previewAnswer(record: string, decision: Extract<Decision, { kind: 'accepted' }>): CommandAnswer {
  const events = decision.events.map((e: NewEvent) => ({ id: e.id, type: typeOf(e.body) }));
  return { kind: 'preview', record, events, findings: decision.findings, changes: preview(decision) };
}

function nothingToDo(loaded: LoadedRecord, decision: Extract<Decision, { kind: 'accepted' }>): CommandAnswer {
  return {
    kind: 'done',
    record: loaded.id,
    revision: revisionOf(loaded) ?? 0,
    position: null,
    sequence: null,
    events: [],
    findings: decision.findings,
    replayed: false,
  };
}

function caused(before: Timeline, after: Timeline, events: ReadonlySet<string>): Finding[] {
  const old = new Set(before.findings.map(findingId));
  const touched = new Set(
    after.lines.filter((l) => l.corrections.some((c) => events.has(c.event.id))).map((l) => l.event.id),
  );
  return after.findings.filter((f) => events.has(f.fact) || touched.has(f.fact) || !old.has(findingId(f)));
}
