import type { AppendOutcome, AppendRequest, ProposedEvent, RecordedEvent } from './port.js';

/**
 * What becomes of an append some of whose ids are in the log: never anything written. `known` are the events of its
 * ids, in its order. Null: the wrong revision.
 */
export function judgeKnown(
  { stream, expected, events }: AppendRequest,
  known: readonly (RecordedEvent | undefined)[],
): AppendOutcome | null {
  const differs = events.find((e, i) => known[i] !== undefined && !sameContent(e, known[i]));
  if (differs !== undefined) return { kind: 'contentDiffers', stream, eventId: differs.id };
  const from = expected === 'any' ? known[0]?.revision : expected === 'none' ? 0 : expected + 1;
  const repeated = known.every((e, i) => e?.stream === stream && e.revision === (from ?? NaN) + i);
  return repeated ? answered('alreadyAppended', known as readonly RecordedEvent[]) : null;
}

/** The answer that tells of these events: those of one append, in order. */
export function answered(
  kind: 'appended' | 'alreadyAppended',
  events: readonly RecordedEvent[],
): AppendOutcome {
  const [first, last] = [events[0] as RecordedEvent, events.at(-1) as RecordedEvent];
  return {
    kind,
    stream: last.stream,
    firstRevision: first.revision,
    lastRevision: last.revision,
    position: last.position,
    sequence: last.sequence,
    recordedAt: last.recordedAt,
  };
}

function sameContent(a: ProposedEvent, b: ProposedEvent | undefined): boolean {
  return a.type === b?.type && a.version === b.version && a.data === b.data;
}
