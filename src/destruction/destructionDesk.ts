import { LogUnavailable, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import { BEGINNING } from '../event-log/port.js';
import type { FieldGroup } from '../fieldGroups.js';
import { decide, type Change } from '../record/decide.js';
import type { DestroyedKeyName } from '../record/events.js';
import type { RuleCode } from '../record/ruleBook.js';
import { attachmentsOf, destroyedKeys, personStream, RecordCodec } from '../recording/codec.js';
import { parseMetadata, type Actor, type Metadata } from '../recording/metadata.js';
import type {
  CommandFrame,
  EventReceipt,
  LoadedRecord,
  RecordDesk,
  References,
} from '../recording/recordDesk.js';
import type { SealedPayload, SealKey, Sealer } from '../sealing/port.js';
import { DestructionCodec } from './codec.js';
import {
  decideStep,
  DESTRUCTION,
  destructionOf,
  destructionStream,
  type Destruction,
  type DestructionBody,
  type DestructionEvent,
  type DestructionRuleCode,
  type DestructionStep,
} from './destruction.js';

export interface DestructionRefusal {
  readonly rule: DestructionRuleCode | RuleCode;
  /** Events in conflict: the holds. */
  readonly facts: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}

export type DestructionAnswer =
  | {
      readonly kind: 'done';
      readonly id: string;
      readonly revision: number;
      readonly position: Position | null;
      readonly sequence: number | null;
      readonly events: readonly EventReceipt[];
      readonly destruction: Destruction;
      readonly replayed: boolean;
    }
  /** What would be destroyed; nothing is written. */
  | {
      readonly kind: 'preview';
      readonly id: string;
      readonly destruction: Destruction;
      readonly keys: number;
    }
  | { readonly kind: 'refused'; readonly refusals: readonly DestructionRefusal[] }
  | { readonly kind: 'stale'; readonly actual: number; readonly since: readonly EventReceipt[] }
  | { readonly kind: 'keyReused' }
  | { readonly kind: 'notFound' };

export interface ProposeDestruction extends CommandFrame, Omit<Proposed, 'kind'> {}
type Proposed = Extract<DestructionBody, { kind: 'destruction_proposed' }>;

export interface DestructionStepCommand extends CommandFrame {
  readonly id: string;
  /** The revision that the caller saw. */
  readonly expected: number;
  readonly step: DestructionStep;
}

export interface DestructionDeskParts {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly desk: RecordDesk;
  readonly references: References;
  /** Until no read model holds what it said of a record before this position. Rejects while one may. */
  readonly forgotten: (record: string, position: Position) => Promise<void>;
}

interface Destroyed {
  readonly records: readonly {
    readonly record: string;
    readonly event: string;
    readonly position: Position;
  }[];
  /** Who approved it. */
  readonly actor: Actor;
  readonly isTold: boolean;
}

const MOST_ATTEMPTS = 5;
const PAGE = 1_000;
const RECORDS_AT_ONCE = 500;

/**
 * Lawful destruction of sealed values: proposed on the archive authority's decision, approved by a second person, then
 * carried out on the record and on those merged into it. The event on the person's stream comes first, then the keys go,
 * then the read models; each part can be done again, so a crash anywhere is completed by `completeAll` or a retry.
 */
export class DestructionDesk {
  private readonly codec: DestructionCodec;
  private readonly records: RecordCodec;

  constructor(private readonly parts: DestructionDeskParts) {
    this.codec = new DestructionCodec(parts.sealer);
    this.records = new RecordCodec(parts.sealer);
  }

  async load(id: string): Promise<{ stored: readonly RecordedEvent[]; events: readonly DestructionEvent[] }> {
    const stored = await this.parts.log.readStream(destructionStream(id));
    return { stored, events: await this.codec.decode(stored) };
  }

  /** Proposes a destruction; its id is a function of client and key. */
  async propose(command: ProposeDestruction): Promise<DestructionAnswer> {
    const { actor, idempotencyKey, record, groups, decision, reason, dryRun } = command;
    const id = this.parts.sealer.indexId('destruction', [actor.client, idempotencyKey]);
    const { stored, events } = await this.load(id);
    const eventId = await this.eventId(command, id);
    if (stored.length > 0) return replayOf(id, stored, events, eventId) ?? { kind: 'keyReused' };
    const all = await this.withMerged(record);
    if (all.length === 0) return { kind: 'notFound' };
    const keys = await this.keysOf(all, groups);
    const refusals = await this.refusals(all, keys);
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const body: DestructionBody = { kind: 'destruction_proposed', record, groups, decision, reason };
    return dryRun
      ? preview(id, [], actor, body, keys)
      : this.append(command, id, events, { id: eventId, body });
  }

  /** Approves or declines. An approved one is carried out before this answers; a retry completes it. */
  async take(command: DestructionStepCommand): Promise<DestructionAnswer> {
    const { id, step, expected, actor } = command;
    const { stored, events } = await this.load(id);
    const destruction = destructionOf(events);
    if (destruction === null) return { kind: 'notFound' };
    const eventId = await this.eventId(command, id);
    const early = replayOf(id, stored, events, eventId);
    if (early !== null) return step.kind === 'approve' ? this.complete(early) : early;
    if (expected !== events.length - 1) return staleness(stored, expected);
    const body = decideStep(step, destruction, actor.account);
    if (typeof body === 'string') return { kind: 'refused', refusals: [refusal(body)] };
    const all = await this.withMerged(destruction.record);
    const keys = await this.keysOf(all, destruction.groups);
    const refusals = step.kind === 'approve' ? await this.refusals(all, keys) : [];
    if (refusals.length > 0) return { kind: 'refused', refusals };
    if (command.dryRun) return preview(id, events, actor, body, keys);
    const answer = await this.append(command, id, events, { id: eventId, body });
    return step.kind === 'approve' ? this.complete(answer) : answer;
  }

  /**
   * Destroys again the keys of every approved destruction, and first those that a crash left: at start, before anything
   * is read, and after a restore. What a legal hold placed since stands against is left. Answers the records whose
   * content was destroyed.
   */
  async destroyAgain(): Promise<string[]> {
    const { log, sealer } = this.parts;
    const { open, records } = await this.approved();
    for (let i = 0; i < records.length; i += RECORDS_AT_ONCE) {
      const streams = records.slice(i, i + RECORDS_AT_ONCE).map(personStream);
      await sealer.destroy(destroyedKeys(await log.readStreams(streams)));
    }
    for (const id of open) {
      const done = await this.destroyAll(id);
      if (!('refusals' in done)) records.push(...done.records.map(({ record }) => record));
    }
    return records;
  }

  /** Completes what was approved and is not carried out yet. Answers those that a hold or a read model keeps open. */
  async completeAll(): Promise<string[]> {
    const left: string[] = [];
    for (const id of (await this.approved()).open)
      if ((await this.carryOut(id).catch(() => null)) !== 'carried out') left.push(id);
    return left;
  }

  /** Approved destructions that are open, and the records of those that were carried out. */
  private async approved(): Promise<{ open: readonly string[]; records: string[] }> {
    const { log } = this.parts;
    const { position: head } = await log.head();
    const open = new Set<string>();
    const records: string[] = [];
    for (let after = BEGINNING; ;) {
      const page = await log.readCategories([DESTRUCTION], after, head, PAGE);
      for (const { stream, type, data } of page) {
        const id = stream.slice(DESTRUCTION.length);
        if (type === 'destruction_approved') open.add(id);
        if (type !== 'destruction_carried_out') continue;
        open.delete(id);
        const told = (JSON.parse(data) as SealedPayload).open as unknown as Pick<Destruction, 'records'>;
        records.push(...told.records.map(({ record }) => record));
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return { open: [...open], records };
      after = last.position;
    }
  }

  /** Events and keys, read models, and the word that it is done: each unless it was done before. */
  private async carryOut(id: string): Promise<'carried out' | readonly DestructionRefusal[]> {
    const done = await this.destroyAll(id);
    if ('refusals' in done) return done.refusals;
    if (done.isTold) return 'carried out';
    for (const { record, position } of done.records) await this.parts.forgotten(record, position);
    const { events } = await this.load(id);
    const end: DestructionBody = {
      kind: 'destruction_carried_out',
      records: done.records.map(({ record, event }) => ({ record, event })),
    };
    await this.append({ actor: done.actor, idempotencyKey: `destruction ${id}` }, id, events, {
      id: this.parts.sealer.indexId('event', ['destruction', id, 'end']),
      body: end,
    });
    return 'carried out';
  }

  /** The events on the records' streams and their keys; `isTold`: it was carried out to the end before. */
  private async destroyAll(id: string): Promise<Destroyed | { refusals: readonly DestructionRefusal[] }> {
    const { stored, events } = await this.load(id);
    const destruction = destructionOf(events);
    const approval = stored.find((e) => e.type === 'destruction_approved');
    if (destruction === null || approval === undefined) return { refusals: [refusal('destruction_closed')] };
    const { actor } = parseMetadata(approval.meta);
    const records: Destroyed['records'][number][] = [];
    for (const { id: record } of await this.withMerged(destruction.record)) {
      const done = await this.destroyIn(record, id, destruction, { actor, causation: approval.id });
      if (done !== null && 'refusals' in done) return done;
      if (done !== null) records.push({ record, ...done });
    }
    return { records, actor, isTold: destruction.status === 'carried_out' };
  }

  /** The event on a record's stream, then its keys; null: it held nothing in these groups. */
  private async destroyIn(
    record: string,
    id: string,
    { groups, decision, status }: Destruction,
    meta: Metadata,
  ): Promise<{ event: string; position: Position } | { refusals: readonly DestructionRefusal[] } | null> {
    const { desk, log, sealer, references } = this.parts;
    const stream = personStream(record);
    const event = sealer.indexId('event', ['destruction', id, 'destroyed', record]);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const loaded = await desk.load(record);
      // Loading it has destroyed again what the event names; keys made since are for new values, and stay.
      const there = loaded.stored.find((e) => e.id === event);
      if (there !== undefined) return { event, position: there.position };
      if (status === 'carried_out') return null;
      const keys = await this.keysOf([loaded], groups);
      if (keys.length === 0) return null;
      const change: Change = {
        kind: 'destroy',
        groups: groups.filter((g) => keys.some((k) => k.group === g)),
        keys: keys.map((key) => nameOf(key, stream)),
        destruction: id,
        decision,
      };
      const judged = decide({ changes: [change], eventId: () => event }, loaded, references.view().reference);
      if (judged.kind === 'refused') return { refusals: judged.refusals };
      const outcome = await log.append({
        stream,
        expected: loaded.events.length - 1,
        events: await this.records.encode({ stream, events: judged.events, meta }),
      });
      if (outcome.kind === 'wrongRevision') continue;
      if (outcome.kind === 'contentDiffers') continue; // its first attempt stands, and is read next
      await sealer.destroy(keys);
      return { event, position: outcome.position };
    }
    throw new LogUnavailable('the record is changed faster than it can be read; retry');
  }

  private async complete(answer: DestructionAnswer): Promise<DestructionAnswer> {
    if (answer.kind !== 'done' || answer.destruction.status === 'declined') return answer;
    const outcome = await this.carryOut(answer.id);
    if (outcome !== 'carried out') return { kind: 'refused', refusals: outcome };
    const { stored, events } = await this.load(answer.id);
    const last = stored.at(-1);
    const destruction = destructionOf(events);
    if (last === undefined || destruction === null) return answer;
    const { revision, position, sequence } = last;
    return { ...answer, revision, position, sequence, destruction };
  }

  /** The record and, however deep, those merged into it: their streams still hold what was said there. */
  private async withMerged(record: string): Promise<LoadedRecord[]> {
    const found = new Map<string, LoadedRecord>();
    const waiting = [record];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (found.has(id)) continue;
      const loaded = await this.parts.desk.load(id);
      if (loaded.stored.length === 0) continue;
      found.set(id, loaded);
      for (const { body } of loaded.events)
        if (body.kind === 'fact' && body.origin?.record !== undefined) waiting.push(body.origin.record);
    }
    return [...found.values()];
  }

  private keysOf(records: readonly LoadedRecord[], groups: readonly FieldGroup[]): Promise<SealKey[]> {
    const owners = records.map((r) => personStream(r.id)).flatMap((s) => [s, attachmentsOf(s)]);
    return this.parts.sealer.keysInUse(owners.flatMap((owner) => groups.map((group) => ({ owner, group }))));
  }

  /** Why these records must be left as they are; the first is the one asked for. */
  private async refusals(
    records: readonly LoadedRecord[],
    keys: readonly SealKey[],
  ): Promise<DestructionRefusal[]> {
    const refusals: DestructionRefusal[] = [];
    for (const [i, loaded] of records.entries()) {
      const { holds, withdrawal } = await this.parts.desk.timelineOf(loaded);
      if (holds.length > 0)
        refusals.push(
          refusal(
            'under_hold',
            holds.map((h) => h.event.id),
          ),
        );
      if (i === 0 && withdrawal?.mergedInto != null)
        refusals.push(refusal('merged', [], { into: withdrawal.mergedInto }));
    }
    return keys.length === 0 ? [...refusals, refusal('nothing_to_destroy')] : refusals;
  }

  private async append(
    { actor, idempotencyKey, correlation }: Pick<CommandFrame, 'actor' | 'idempotencyKey' | 'correlation'>,
    id: string,
    before: readonly DestructionEvent[],
    event: { readonly id: string; readonly body: DestructionBody },
  ): Promise<DestructionAnswer> {
    const stream = destructionStream(id);
    const idem = this.parts.sealer.index('idempotency', [actor.client, idempotencyKey]);
    const meta: Metadata = {
      actor,
      idem: idem.toString('hex').slice(0, 32),
      ...(correlation === undefined ? {} : { correlation }),
    };
    const outcome = await this.parts.log.append({
      stream,
      expected: before.length === 0 ? 'none' : before.length - 1,
      events: [await this.codec.encode(stream, event, meta)],
    });
    if (outcome.kind === 'contentDiffers') return { kind: 'keyReused' };
    if (outcome.kind === 'wrongRevision') return staleness((await this.load(id)).stored, before.length - 1);
    const { lastRevision: revision, position, sequence, recordedAt } = outcome;
    const destruction = destructionOf([...before, { by: actor.account, body: event.body }]) as Destruction;
    const receipt = { id: event.id, type: event.body.kind, revision, sequence, recordedAt };
    const replayed = outcome.kind === 'alreadyAppended';
    return { kind: 'done', id, revision, position, sequence, events: [receipt], destruction, replayed };
  }

  /** Keyed from the process's own keys: the destruction of the person's changes nothing in it. */
  private async eventId({ actor, idempotencyKey, body }: CommandFrame, id: string): Promise<string> {
    const stream = destructionStream(id);
    const hash = await this.parts.sealer.bodyHash(stream, ['history'], body);
    return this.parts.sealer.indexId('event', [actor.client, idempotencyKey, stream, hash.toString('hex')]);
  }
}

function nameOf({ owner, group, keyId }: SealKey, stream: string): DestroyedKeyName {
  return { group, use: owner === stream ? 'facts' : 'attachments', id: keyId };
}

function refusal(
  rule: DestructionRefusal['rule'],
  facts: readonly string[] = [],
  params: Readonly<Record<string, string>> = {},
): DestructionRefusal {
  return { rule, facts, params };
}

function preview(
  id: string,
  before: readonly DestructionEvent[],
  { account }: Actor,
  body: DestructionBody,
  keys: readonly SealKey[],
): DestructionAnswer {
  const destruction = destructionOf([...before, { by: account, body }]) as Destruction;
  return { kind: 'preview', id, destruction, keys: keys.length };
}

function staleness(stored: readonly RecordedEvent[], expected: number): DestructionAnswer {
  return { kind: 'stale', actual: stored.length - 1, since: stored.slice(expected + 1).map(receiptOf) };
}

/** The answer of the first time, when this very command was taken before. */
function replayOf(
  id: string,
  stored: readonly RecordedEvent[],
  events: readonly DestructionEvent[],
  eventId: string,
): DestructionAnswer | null {
  const mine = stored.find((e) => e.id === eventId);
  if (mine === undefined) return null;
  const { revision, position, sequence } = mine;
  const destruction = destructionOf(events.slice(0, revision + 1)) as Destruction;
  return {
    kind: 'done',
    id,
    revision,
    position,
    sequence,
    events: [receiptOf(mine)],
    destruction,
    replayed: true,
  };
}

function receiptOf({ id, type, revision, sequence, recordedAt }: RecordedEvent): EventReceipt {
  return { id, type, revision, sequence, recordedAt };
}
