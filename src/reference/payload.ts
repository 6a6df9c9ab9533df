import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { canonicalJson, nfc } from '../sealing/canonical.js';
import type { JsonObject } from '../sealing/port.js';

/** An event type or version that this release does not know: whoever reads stops here, nothing is skipped. */
export class UnknownReferenceEvent extends Error {
  override readonly name = 'UnknownReferenceEvent';
}

export function unknownEvent(event: RecordedEvent): UnknownReferenceEvent {
  return new UnknownReferenceEvent(
    `event type ${event.type} version ${event.version} of stream ${event.stream}: this release does not know it; ` +
      'upgrade before reading this log',
  );
}

/** An event of a reference stream: nothing in it is personal, so all of it stands in the open; text in NFC. */
export function openEvent(
  id: string,
  type: string,
  version: number,
  open: object,
  meta: object,
): ProposedEvent {
  return {
    id,
    type,
    version,
    data: canonicalJson({ open: nfc(open as JsonObject), sealed: {} }),
    meta: canonicalJson(meta as JsonObject),
  };
}

export function openOf(event: RecordedEvent): JsonObject {
  return (JSON.parse(event.data) as { open: JsonObject }).open;
}
