import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { openEvent, openOf, unknownEvent } from '../reference/payload.js';
import {
  UNIT_FACTS,
  type NewUnitEvent,
  type UnitDocument,
  type UnitEvent,
  type UnitFact,
  type UnitFactType,
} from './facts.js';

const HOUSEKEEPING_VERSION = 1;

/** The payload: `effective`, `document` and `data` of a fact; beside them `action` and `target` of a correction. */
interface Payload {
  readonly effective?: string;
  readonly document?: UnitDocument;
  readonly data: UnitFact['data'];
  readonly action: UnitFactType;
  readonly target: string;
  readonly approval?: UnitDocument;
}

/** A unit's event as the log takes it; `meta` is its metadata as plain JSON. */
export function encodeUnitEvent({ id, body }: NewUnitEvent, meta: object): ProposedEvent {
  switch (body.kind) {
    case 'fact': {
      const { type, ...open } = body.fact;
      return openEvent(id, type, UNIT_FACTS[type].version, open, meta);
    }
    case 'unit_fact_corrected': {
      const { kind, fact, ...rest } = body;
      const { type, ...content } = fact;
      return openEvent(id, kind, HOUSEKEEPING_VERSION, { ...content, ...rest, action: type }, meta);
    }
    case 'unit_fact_rescinded': {
      const { kind, ...open } = body;
      return openEvent(id, kind, HOUSEKEEPING_VERSION, open, meta);
    }
    default:
      return body satisfies never;
  }
}

/** Throws UnknownReferenceEvent for a type or version that this release does not know. */
export function decodeUnitEvent(event: RecordedEvent): UnitEvent {
  const { id, revision, sequence, recordedAt, type, version } = event;
  const envelope = { id, revision, sequence, recordedAt };
  const plain = openOf(event) as unknown as Payload;
  if (isFactType(type) && version === UNIT_FACTS[type].version)
    return { ...envelope, body: { kind: 'fact', fact: factOf(type, plain) } };
  if (version !== HOUSEKEEPING_VERSION) throw unknownEvent(event);
  const approval = plain.approval === undefined ? {} : { approval: plain.approval };
  const { target } = plain;
  if (type === 'unit_fact_corrected' && isFactType(plain.action))
    return { ...envelope, body: { kind: type, target, fact: factOf(plain.action, plain), ...approval } };
  if (type === 'unit_fact_rescinded') return { ...envelope, body: { kind: type, target, ...approval } };
  throw unknownEvent(event);
}

function isFactType(type: string): type is UnitFactType {
  return Object.hasOwn(UNIT_FACTS, type);
}

function factOf(type: UnitFactType, { effective, document, data }: Payload): UnitFact {
  return {
    type,
    ...(effective === undefined ? {} : { effective }),
    ...(document === undefined ? {} : { document }),
    data,
  } as UnitFact;
}
