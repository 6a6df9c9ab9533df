import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import type { Secrecy } from '../fieldGroups.js';
import { DocumentBlock } from '../record/document.js';
import { secrecyOf } from '../record/events.js';
import { ERASED_TEXT } from '../recording/codec.js';
import { parseMetadata, type Metadata } from '../recording/metadata.js';
import { join, split, type Shape } from '../recording/shapes.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject, SealedPayload, Sealer } from '../sealing/port.js';
import {
  DESTRUCTION_VERSIONS,
  type DestructionBody,
  type DestructionEvent,
  type DestructionKind,
} from './destruction.js';

/** Reasons and names on the decision are the process's own: sealed under its keys, they outlive what it destroys. */
const SHAPE: Shape = new Map<string, Secrecy | Shape>([
  ['record', 'open'],
  ['groups', 'open'],
  ['records', 'open'],
  ['decision', secrecyOf(DocumentBlock)],
  ['reason', 'history'],
]);

/** Turns events of destructions into sealed log events and back. */
export class DestructionCodec {
  constructor(private readonly sealer: Sealer) {}

  async encode(
    stream: string,
    { id, body }: { readonly id: string; readonly body: DestructionBody },
    meta: Metadata,
  ): Promise<ProposedEvent> {
    const { kind, ...plain } = body;
    const { open, values } = split(plain as unknown as JsonObject, SHAPE);
    const sealed = await this.sealer.seal(stream, { stream, eventId: id }, values);
    return {
      id,
      type: kind,
      version: DESTRUCTION_VERSIONS[kind],
      data: canonicalJson({ open, sealed }),
      meta: canonicalJson(meta as unknown as JsonObject),
    };
  }

  /** Rejects on a type or version that this release does not know: nothing is skipped. */
  async decode(events: readonly RecordedEvent[]): Promise<DestructionEvent[]> {
    const payloads = events.map((e) => JSON.parse(e.data) as SealedPayload);
    const unsealed = await this.sealer.unsealMany(
      events.map((e, i) => ({
        owner: e.stream,
        context: { stream: e.stream, eventId: e.id },
        sealed: payloads[i]?.sealed ?? {},
      })),
    );
    return events.map((event, i) => {
      const { id, revision, sequence, recordedAt, type, version, meta } = event;
      if (DESTRUCTION_VERSIONS[type as DestructionKind] !== version)
        throw new Error(
          `event type ${type} version ${version} of a destruction: upgrade before reading this log`,
        );
      const { values, erased } = unsealed[i] ?? { values: {}, erased: [] };
      const plain = join(payloads[i]?.open ?? {}, values);
      const reason = erased.length > 0 ? { reason: ERASED_TEXT } : {};
      const body = { kind: type, ...plain, ...reason } as unknown as DestructionBody;
      return { id, revision, sequence, recordedAt, by: parseMetadata(meta).actor.account, body };
    });
  }
}
