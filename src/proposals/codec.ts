import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import type { FieldGroup, Secrecy } from '../fieldGroups.js';
import type { FactContent } from '../record/action.js';
import { DocumentBlock } from '../record/document.js';
import { ReasonField, secrecyOf } from '../record/events.js';
import { actionOf } from '../record/registry.js';
import { ERASED_TEXT, personStream } from '../recording/codec.js';
import type { Metadata } from '../recording/metadata.js';
import { factShape, join, split, type Shape } from '../recording/shapes.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject, SealedPayload, Sealer } from '../sealing/port.js';
import { kindOf } from './openEvents.js';
import { PROPOSAL_VERSIONS, type ProposalBody, type ProposalEvent, type ProposalKind } from './proposal.js';

/**
 * Turns events of proposals into sealed log events and back. What they say of a person is sealed under that person's
 * own keys and groups, so that it is destroyed with the record.
 */
export class ProposalCodec {
  constructor(private readonly sealer: Sealer) {}

  async encode(
    stream: string,
    record: string,
    { id, body }: { readonly id: string; readonly body: ProposalBody },
    meta: Metadata,
  ): Promise<ProposedEvent> {
    const plain = plainOf(body, record);
    const { open, values } = split(plain, shapeOf(body.kind, plain));
    const sealed = await this.sealer.seal(personStream(record), { stream, eventId: id }, values);
    return {
      id,
      type: body.kind,
      version: PROPOSAL_VERSIONS[body.kind],
      data: canonicalJson({ open, sealed }),
      meta: canonicalJson(meta as unknown as JsonObject),
    };
  }

  /** Rejects with UnknownEvent on a type or version that this release does not know: nothing is skipped. */
  async decode(events: readonly RecordedEvent[]): Promise<ProposalEvent[]> {
    const payloads = events.map((e) => JSON.parse(e.data) as SealedPayload);
    const unsealed = await this.sealer.unsealMany(
      events.map((e, i) => ({
        owner: personStream(payloads[i]?.open['record'] as string),
        context: { stream: e.stream, eventId: e.id },
        sealed: payloads[i]?.sealed ?? {},
      })),
    );
    return events.map((event, i) => {
      const { id, revision, sequence, recordedAt } = event;
      const { values = {}, erased = [] } = unsealed[i] ?? {};
      const plain = join(payloads[i]?.open ?? {}, values);
      return { id, revision, sequence, recordedAt, body: bodyOf(kindOf(event), plain, erased) };
    });
  }
}

function plainOf(body: ProposalBody, record: string): JsonObject {
  switch (body.kind) {
    case 'proposal_made':
    case 'proposal_decided': {
      const { kind: _kind, content, ...rest } = body;
      const { action, erased: _erased, ...said } = content;
      return { ...rest, ...said, record, action } as unknown as JsonObject;
    }
    default: {
      const { kind: _kind, ...rest } = body;
      return { ...rest, record };
    }
  }
}

const OPEN = ['record', 'agency', 'judgedAt', 'place', 'action', 'event', 'revision', 'rules'] as const;

/** A change of the past; its reason is sealed. */
const CHANGE: Shape = new Map<string, Secrecy | Shape>([
  ['kind', 'open'],
  ['target', 'open'],
  ['mergedInto', 'open'],
  ...secrecyOf(ReasonField),
  ['approval', secrecyOf(DocumentBlock)],
]);

function shapeOf(kind: ProposalKind, plain: JsonObject): Shape {
  const open = OPEN.map((name) => [name, 'open'] as const);
  if (kind !== 'proposal_made' && kind !== 'proposal_decided')
    return new Map([...open, ['reason', 'history']]);
  return new Map([...factShape(actionOf(plain['action'] as string).fields), ...open, ['change', CHANGE]]);
}

function bodyOf(kind: ProposalKind, plain: JsonObject, erased: readonly FieldGroup[]): ProposalBody {
  const { record, agency = null, judgedAt, place, change, ...said } = plain;
  if (kind === 'proposal_declined' && erased.includes('history'))
    return { kind, action: said['action'] as string, reason: ERASED_TEXT };
  if (kind !== 'proposal_made' && kind !== 'proposal_decided')
    return { kind, ...said, ...(judgedAt === undefined ? {} : { judgedAt }) } as unknown as ProposalBody;
  const content = { ...said, ...(erased.length === 0 ? {} : { erased }) } as unknown as FactContent;
  const changed =
    change === undefined
      ? {}
      : { change: erased.includes('history') ? { ...(change as object), reason: ERASED_TEXT } : change };
  const judged = { content, ...changed, judgedAt, ...(place === undefined ? {} : { place }) };
  return (kind === 'proposal_made'
    ? { kind, record, agency, ...judged }
    : { kind, ...judged }) as unknown as ProposalBody;
}
