import type { EventLog, ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import type { FactContent } from '../record/action.js';
import {
  HOUSEKEEPING,
  type ContentDestroyed,
  type DestroyedKeyName,
  type EventBody,
  type FindingKey,
  type HousekeepingKind,
  type NewEvent,
  type Origin,
  type RecordEvent,
} from '../record/events.js';
import type { DocumentBlock } from '../record/document.js';
import { FIRST_VERSION, versionOf as versionOfFields } from '../record/fields.js';
import { actionOf, findAction } from '../record/registry.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject, SealedPayload, SealKey, Sealer, Unsealed } from '../sealing/port.js';
import type { Metadata } from './metadata.js';
import { factShape, groupsOf, join, shapeOf, split, type Shape } from './shapes.js';

/** Category of the streams that hold persons' records. */
export const PERSON = 'person-';

export function personStream(id: string): string {
  return PERSON + id;
}

/** The record's id in a stream's name; null for a stream of another category. */
export function personOf(stream: string): string | null {
  return stream.startsWith(PERSON) ? stream.slice(PERSON.length) : null;
}

/** Events of one record on their way into the log. */
export interface Outgoing {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly meta: Metadata;
}

/** A type or version that this release does not know: whoever reads stops here, nothing is skipped. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}

/** Turns the record's events into sealed, canonical log events and back. */
export class RecordCodec {
  constructor(private readonly sealer: Sealer) {}

  async encode(outgoing: Outgoing): Promise<ProposedEvent[]> {
    return (await this.encodeMany([outgoing]))[0] ?? [];
  }

  /** Many records at once: one round trip for the keys. Results in the order given. */
  async encodeMany(outgoing: readonly Outgoing[]): Promise<ProposedEvent[][]> {
    const parts = outgoing.map(({ stream, events }) =>
      events.map((event) => {
        const type = typeOf(event.body);
        const plain = toPlain(event.body);
        const shape = needShape(type, plain);
        return { stream, event, type, ...split(plain, shape) };
      }),
    );
    const sealed = await this.sealer.sealMany(
      parts.flat().map(({ stream, event, values }) => ({
        owner: stream,
        context: { stream, eventId: event.id },
        values,
      })),
    );
    let next = 0;
    return parts.map((list, i) => {
      const meta = canonicalJson((outgoing[i] as Outgoing).meta as unknown as JsonObject);
      return list.map(({ event, type, open }) => ({
        id: event.id,
        type,
        version: versionOf(event.body),
        data: canonicalJson({ open, sealed: sealed[next++] ?? {} }),
        meta,
      }));
    });
  }

  /**
   * Events of persons' streams, unsealed, in the order given. Rejects with UnknownEvent for an unknown type or
   * version, SealBroken for a ciphertext that does not open.
   * @param shown the groups to unseal, default all; what is sealed in another is left out as if it were erased
   */
  async decode(
    events: readonly RecordedEvent[],
    shown: readonly FieldGroup[] = FIELD_GROUPS,
  ): Promise<RecordEvent[]> {
    const payloads = events.map((e) => JSON.parse(e.data) as SealedPayload);
    // Whoever reads of a lawful destruction completes it, before a value is opened and before a new one can be sealed
    // under a key that is about to go: after a crash, after a restore, in every process.
    const destroyed = destroyedKeys(events);
    if (destroyed.length > 0) await this.sealer.destroy(destroyed);
    const unsealed = await this.sealer.unsealMany(
      events.map((e, i) => ({
        owner: e.stream,
        context: { stream: e.stream, eventId: e.id },
        sealed: only(shown, (payloads[i] as SealedPayload).sealed),
      })),
    );
    return events.map((event, i) => {
      const { open, sealed } = payloads[i] as SealedPayload;
      const { values, erased } = unsealed[i] as Unsealed;
      const withheld = (Object.keys(sealed) as FieldGroup[]).filter((g) => !shown.includes(g));
      return {
        id: event.id,
        revision: event.revision,
        sequence: event.sequence,
        recordedAt: event.recordedAt,
        body: toBody(event, open, { values, erased: [...erased, ...withheld] }),
      };
    });
  }
}

/** Whether what was decoded of this event's stream before it no longer holds: its values were lawfully destroyed. */
export function isDestruction({ type }: Pick<RecordedEvent, 'type'>): boolean {
  return type === 'content_destroyed';
}

const ATTACHMENTS = 'attachments-';

/** Owner of the keys that seal the attachments of the record that this stream is of. */
export function attachmentsOf(stream: string): string {
  return ATTACHMENTS + stream;
}

/** The record whose attachments an owner of keys stands for; null: it is no such owner. */
export function recordOfAttachments(owner: string): string | null {
  return owner.startsWith(ATTACHMENTS) ? personOf(owner.slice(ATTACHMENTS.length)) : null;
}

/** The keys that events of persons' streams say were lawfully destroyed. */
export function destroyedKeys(events: readonly RecordedEvent[]): SealKey[] {
  return events.filter(isDestruction).flatMap(({ data, stream }) => {
    const { keys } = (JSON.parse(data) as SealedPayload).open as unknown as ContentDestroyed;
    return keys.map((key) => sealKeyOf(stream, key));
  });
}

/** What the log says of an owner's destroyed keys (`ToldDestroyed`); those of no record are never destroyed. */
export function destroyedByLog(
  log: Pick<EventLog, 'readStream'>,
): (owner: string) => Promise<ReadonlySet<string>> {
  return async (owner) => {
    const stream = owner.startsWith(ATTACHMENTS) ? owner.slice(ATTACHMENTS.length) : owner;
    if (personOf(stream) === null) return new Set();
    return new Set(destroyedKeys(await log.readStream(stream)).map(({ keyId }) => keyId));
  };
}

function sealKeyOf(stream: string, { group, use, id }: DestroyedKeyName): SealKey {
  return { owner: use === 'facts' ? stream : attachmentsOf(stream), group, keyId: id };
}

/** What a fact says without the values of some groups: as it reads after their destruction, but for the marker. */
export function withoutGroups(content: FactContent, groups: readonly FieldGroup[]): FactContent {
  const shape = factShape(actionOf(content.action).fields);
  const { open, values } = split(plainFact(content), shape);
  const kept = Object.entries(values).filter(([group]) => !groups.includes(group as FieldGroup));
  const plain = join(open, Object.fromEntries(kept)) as unknown as PlainEvent;
  return contentOf(content.action, plain, []);
}

function only(shown: readonly FieldGroup[], sealed: SealedPayload['sealed']): SealedPayload['sealed'] {
  if (shown === FIELD_GROUPS) return sealed;
  return Object.fromEntries(Object.entries(sealed).filter(([g]) => shown.includes(g as FieldGroup)));
}

/** The type under which an event body is stored. */
export function typeOf(body: EventBody): string {
  return body.kind === 'fact' ? body.content.action : body.kind;
}

function versionOf(body: EventBody): number {
  return body.kind === 'fact' ? versionOfContent(body.content) : HOUSEKEEPING[body.kind].version;
}

function versionOfContent({ action, data }: FactContent): number {
  return versionOfFields(actionOf(action).fields, data);
}

/** The groups whose keys a body's values go under. */
export function groupsOfBody(body: EventBody): FieldGroup[] {
  const plain = toPlain(body);
  return Object.keys(split(plain, needShape(typeOf(body), plain)).values) as FieldGroup[];
}

function needShape(type: string, plain: JsonObject): Shape {
  const shape = shapeOf(type, typeof plain['action'] === 'string' ? plain['action'] : type);
  if (shape === undefined)
    throw new UnknownEvent(
      `no event type ${type}: this release does not know it; upgrade before reading this log`,
    );
  return shape;
}

function toPlain(body: EventBody): JsonObject {
  switch (body.kind) {
    case 'fact':
      return plainFact(body.content, body.origin);
    case 'corrected': {
      const { kind: _kind, content, ...rest } = body;
      const version = versionOfContent(content);
      return { ...plainFact(content), ...rest, action: content.action, actionVersion: version };
    }
    case 'finding_settled': {
      const { kind: _kind, finding, ...rest } = body;
      return { ...finding, ...rest };
    }
    case 'rescinded':
    case 'record_withdrawn':
    case 'record_restored':
    case 'legal_hold_placed':
    case 'legal_hold_lifted': {
      const { kind: _kind, ...rest } = body;
      return rest;
    }
    case 'content_destroyed': {
      const { kind: _kind, ...rest } = body;
      return rest as unknown as JsonObject;
    }
    default:
      return body satisfies never;
  }
}

function plainFact({ effective, ordinal, document, data }: FactContent, origin?: Origin): JsonObject {
  return {
    effective,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(document === undefined ? {} : { document }),
    data,
    ...(origin === undefined ? {} : { origin }),
  } as unknown as JsonObject;
}

interface PlainEvent extends ContentDestroyed {
  readonly hold: string;
  readonly effective: string;
  readonly ordinal?: number;
  readonly document?: DocumentBlock;
  readonly data: object;
  readonly origin?: Origin;
  readonly target: string;
  readonly action: string;
  readonly actionVersion: number;
  readonly reason: string;
  readonly approval?: DocumentBlock;
  readonly mergedInto?: string;
  readonly rule: FindingKey['rule'];
  readonly fact: string;
  readonly others: readonly string[];
  readonly field?: string;
}

/** Stands where a reason was lawfully destroyed. */
export const ERASED_TEXT = '[đã hủy theo quyết định / lawfully destroyed]';

function toBody(event: RecordedEvent, open: JsonObject, { values, erased }: Unsealed): EventBody {
  const shape = needShape(event.type, open);
  const plain = join(open, values) as unknown as PlainEvent;
  const gone = erased.filter((g) => groupsOf(shape).has(g));
  const action = findAction(event.type);
  if (action !== undefined) {
    knownVersion(event.type, event.version, action.version);
    // What a merger brought without some groups tells so itself: they were destroyed before.
    const all = [...new Set([...gone, ...(plain.origin?.erased ?? [])])];
    const body = { kind: 'fact' as const, content: contentOf(event.type, plain, all) };
    return plain.origin === undefined ? body : { ...body, origin: plain.origin };
  }
  const kind = event.type as HousekeepingKind;
  knownVersion(event.type, event.version, HOUSEKEEPING[kind].version);
  const grounds = {
    reason: gone.includes('history') ? ERASED_TEXT : plain.reason,
    ...(plain.approval === undefined ? {} : { approval: plain.approval }),
  };
  switch (kind) {
    case 'corrected':
      knownVersion(plain.action, plain.actionVersion, actionOf(plain.action).version);
      return { kind, target: plain.target, content: contentOf(plain.action, plain, gone), ...grounds };
    case 'rescinded':
      return { kind, target: plain.target, ...grounds };
    case 'record_withdrawn':
      return {
        kind,
        ...(plain.mergedInto === undefined ? {} : { mergedInto: plain.mergedInto }),
        ...grounds,
      };
    case 'record_restored':
    case 'legal_hold_placed':
      return { kind, ...grounds };
    case 'legal_hold_lifted':
      return { kind, hold: plain.hold, ...grounds };
    case 'content_destroyed': {
      const { groups, keys, destruction, decision } = plain;
      return { kind, groups, keys, destruction, decision };
    }
    case 'finding_settled': {
      const { rule, fact, others, field } = plain;
      return { kind, finding: { rule, fact, others, ...(field === undefined ? {} : { field }) }, ...grounds };
    }
    default:
      return kind satisfies never;
  }
}

function contentOf(action: string, plain: PlainEvent, erased: readonly FieldGroup[]): FactContent {
  return {
    action,
    effective: plain.effective,
    ...(plain.ordinal === undefined ? {} : { ordinal: plain.ordinal }),
    ...(plain.document === undefined ? {} : { document: plain.document }),
    data: plain.data,
    ...(erased.length === 0 ? {} : { erased }),
  };
}

/** A later version only adds fields that may be absent, so that an earlier one reads as it stands. */
function knownVersion(type: string, found: number, latest: number): void {
  if (found < FIRST_VERSION || found > latest)
    throw new UnknownEvent(
      `event type ${type} version ${found}: this release knows versions up to ${latest}; upgrade before reading this log`,
    );
}
